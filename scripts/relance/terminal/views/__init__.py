"""What people read in the terminal, and programs as JSON: one module for each thing shown."""
