"""The user's git repository: its state, its branches, what it remembers; commits made whole."""
