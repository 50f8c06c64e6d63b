"""The user's git repository: its state, its branches, what it remembers; commits made whole.

The only package that runs git. It knows files and commits, no letter. Front door:
`repository.Repository`, `transaction.NewCommit`, `past.PastCommits`.
"""
