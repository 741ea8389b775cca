"""Scores -> an audience: who is selected, who must not be contacted, who is held out, who is in the file."""
