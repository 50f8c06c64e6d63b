"""Letters laid out by this process, by several, or by other machines; the pages are the same."""
