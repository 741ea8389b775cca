"""Why scores are as they are: what the score looks at, and the largest reasons of every customer."""
