"""From a decided letter to its Markdown: what its templates know, what a hand may change in it.

Neither decides nor lays out. Front door: `compose.compose`, `guard`, `statement_letter`.
"""
