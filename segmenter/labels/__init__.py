"""Validated tables -> what happened after the cutoff, and what it says about intent."""
