"""Smaller programmes that have the same best plans, and the way from their basis to a basis of the whole."""
