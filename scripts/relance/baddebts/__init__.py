"""Doubtful and lost debts: which ones, the entries to paste, the rectified duplicate."""
