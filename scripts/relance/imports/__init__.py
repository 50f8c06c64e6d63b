"""Files that come in, written to the books: read, recognised, matched, rehearsed, then moved.

What a file says is read in `incoming`, which claim a line pays is found in `reconciliation`; here
it becomes entries, each under a stable id, so that nothing comes in twice. The books are a function
of what was imported and of what people wrote, not of the order of the files.
Front door: `import_run.prepare`, `writing_out.write`, `outcome.FileOutcome`.
"""
