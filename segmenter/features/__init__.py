"""Validated tables -> one row per customer, known at the cutoff."""
