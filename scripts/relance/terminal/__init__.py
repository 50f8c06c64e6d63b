"""What people type and read: the commands, what they show, many companies at once.

Nothing is decided here. The only package that imports click and rich. Front door: `cli.main`.
"""
