"""Two models of one data set -> how their lists differ, who moves and why, and whether one is better."""
