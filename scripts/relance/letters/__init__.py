"""From the decision to the words: templates, legal sentences, Markdown files."""
