"""Segmenter: customer files -> who a campaign prompts, who buys anyway, who is inactive -> an audience."""
