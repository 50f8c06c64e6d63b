"""The audit: every letter ever issued derived again from history, the register's own past.

It only reads, and finds; nothing is mended here. Front door: `auditing.Auditor`, `verdict.Audit`.
"""
