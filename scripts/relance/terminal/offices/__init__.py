"""Many companies in one command: each in a process of its own, one table at the end."""
