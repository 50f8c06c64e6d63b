"""What is open on a day, what was promised about it, what its lateness costs.

Only works out what the books say: which letter goes is decided in `decision`. Front door:
`receivables.receivables`, `interest`, `profile.client_profiles`, `statement`.
"""
