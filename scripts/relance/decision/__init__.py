"""The plan of a day: for every open claim a letter or a wait with its reason.

Knows no clock, file, git or screen: the day and the books are given. Front door:
`planner.make_plan`, `outcomes.Plan`.
"""
