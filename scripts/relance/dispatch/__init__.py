"""Sending letters: what may leave, the messages, the mail server, what is recorded of it."""
