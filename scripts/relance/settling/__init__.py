"""What the bank says, settled by a person: the entry rewritten, rehearsed, then written.

What an entry may pay is found in `reconciliation`; here one of these answers, or another, becomes
the text of the books. Front door: `settlement.BankAnswer`, `settling.settle`.
"""
