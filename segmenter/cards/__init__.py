"""Stored results of a model -> its card: every fact and where it is stored, for pages and as one file."""
