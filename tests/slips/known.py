"""The kinds of slips that are not caught yet: how many go wrong with the usual seeds. None is.

Whoever finds one puts it here, and mends it.
"""

KNOWN: dict[str, int] = {}
