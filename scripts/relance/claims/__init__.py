"""What is open on a day, what was promised about it, what its lateness costs.

Only works out what the books say: which letter goes is decided in `decision`. Front door:
`on_day.OnDay`, `claim.Claim`, `interest.accrue`, `statement.account_statement`.
"""
