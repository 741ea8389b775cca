"""How well a ranking reaches the customers it should, beside RFM and other baselines, and how sure that is.

`comparison.evaluate` compares everything on one test population; each file beside it works out one part.
"""
