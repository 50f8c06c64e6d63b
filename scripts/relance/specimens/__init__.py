"""Templates tried before they serve: made-up books, letters and papers of every kind.

What `relance verifier` and `relance apercu` look at. Front door: `checks.verify`, `previews`.
"""
