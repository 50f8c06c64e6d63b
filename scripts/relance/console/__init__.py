"""What people read in the terminal: one module for each thing that is shown."""
