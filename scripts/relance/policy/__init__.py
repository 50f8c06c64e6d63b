"""The policy, relance.yaml: its model, its defaults, its reader with every fault at its place.

What the policy means for a claim is decided elsewhere. Front door: `model.Policy`,
`reader.read_policy`, `schema.json_schema`.
"""
