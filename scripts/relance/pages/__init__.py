"""From a letter's Markdown to its PDF: page, style, fonts."""
