"""relance: reminders for unpaid invoices, from a Beancount ledger to committed letters."""

__version__ = "0.2.0"
