"""`relance noter`: what a person asks for, on the command line or question by question."""
