"""Worlds with known truth and randomised offers -> how well the product ranks, beside common alternatives."""
