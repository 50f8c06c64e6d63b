"""The policy, relance.yaml: its model, its defaults, its reader with every fault at its place.

What the policy means for a claim is decided elsewhere. Front door: `settings.Policy`,
`reader.read_policy`, `json_schema.json_schema`.
"""

import os

# A policy is read in one way, whatever else is installed; looking for plugins is slow, too.
os.environ["PYDANTIC_DISABLE_PLUGINS"] = "1"
