"""Looking ahead, as the terminal and files show it."""
