"""The audit: every letter ever issued derived again from history, the register's own past."""
