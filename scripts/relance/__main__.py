"""`python -m relance`."""

from relance.terminal.cli import main

main()
