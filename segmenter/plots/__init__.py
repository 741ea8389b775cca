"""Result object -> plotly figure, the sentence that says the same, and the table behind it. No data work."""
