"""Templates tried before they serve: made-up letters and papers of every kind."""
