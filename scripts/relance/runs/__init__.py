"""From a plan to a branch, and every later look at that branch until it is merged.

Issuing, reprinting, withdrawing, refreshing, reviewing letters. What leaves the house after the
merge is in `sending`. Front door: `daily.run`, `pending`, `summary.summarise`.
"""
