"""The mailbox of the firm's platform: its new files, fetched by the interface of XP Z12-013.

The only package that speaks to such a server. It puts files into the inbox, as a person would, and
reads none of them: what they become is the import's. Front door: `collecting.collect`.
"""
