"""What people read in the terminal, and programs as JSON: a command's view bears its name."""
