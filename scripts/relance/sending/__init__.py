"""After the merge: what may leave, the messages, the mail server, the print run, the records.

Decides nothing anew: it reads each claim again and sends or refrains. Front door: `run`,
`sorting.sort_out`, `print_run`.
"""
