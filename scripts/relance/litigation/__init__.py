"""The litigation file: all that a court is shown of a client's debts, numbered and tied."""
