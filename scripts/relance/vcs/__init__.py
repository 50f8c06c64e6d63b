"""The user's git repository: its state, and the one commit of a run."""
