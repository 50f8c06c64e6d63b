"""One command a module, each with its arguments and its straight line."""
