"""Adding notes to the books: composed, placed, rehearsed, shown as a diff, then written.

The note one asks for by options or by answers, its file, its proof. Notes are read in `ledger`;
what they do to a claim is decided elsewhere. Front door: `addition.add_notes`, `note.NewNote`.
"""
