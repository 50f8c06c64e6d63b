"""What is kept from one run to the next so that unchanged books need not be read again.

A shortcut only: everything here can be deleted at any time. Front door: `cached_books.recalled`.
"""
