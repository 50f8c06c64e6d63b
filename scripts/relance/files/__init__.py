"""The file of one client: litigation, bad debts, a payment plan on offer, the account explained.

Papers made on request from the books; they change no register. Front door:
`client_papers`, `bundle`, `explanation.explain`.
"""
