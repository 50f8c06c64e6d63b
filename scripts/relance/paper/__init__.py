"""From one Markdown text to its page, and from many texts to their pages on all cores.

The only package that imports WeasyPrint. It knows no claim and no register. Front door:
`pdf.render`, `rendering.printing`, `assembly`.
"""
