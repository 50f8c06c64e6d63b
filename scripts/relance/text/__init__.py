"""Writing for people: languages, typography, escapes, and the formats that text files have.

Nothing here knows an invoice. Front door: `escapes`, `locales.money`, `typography.french`,
`frontmatter`, `yamlfile`, `templates`.
"""
