"""Letters that nobody merged yet: printed again, taken out, brought up to date."""
