"""Templates tried before they serve: made-up books, letters and papers of every kind.

What `relance verifier` and `relance apercu` look at; no real letter is made here. Front door:
`verification.verify`, `previews.check_templates`.
"""
