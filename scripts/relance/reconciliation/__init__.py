"""Which claim does a line of the bank pay: never guessed, each answer with its reason.

Takes lines as facts and the books on a day; writes nothing and knows no Beancount. What is not
sure gets candidates, for a person to settle. Front door: `reconcile.reconcile`, `match.Match`.
"""
