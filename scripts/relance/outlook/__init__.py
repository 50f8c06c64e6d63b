"""What is to come: the timeline, another policy's effects, deadlines, risks, a client's chronicle.

Looks ahead from the same facts as the plan and decides nothing of today. Front door:
`timeline.foresee`, `policy_diff.compare`, `chronicle.chronicle`.
"""
