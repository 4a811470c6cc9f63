"""What authors use: the skeleton of a new chapter."""
