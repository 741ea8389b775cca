"""Verbs of the command line that say what a data set holds without a model: its RFM segments."""

from argparse import Namespace

from segmenter.answers import Answer, builtins, paragraphs, table
from segmenter.progress import Progress
from segmenter.workspace import Workspace


def rfm(ws: Workspace, args: Namespace, progress: Progress) -> Answer:
    """Data set -> RFM segments of all its customers, from purchases alone."""
    from segmenter.results import rfm_segments

    dataset = ws.find("dataset", args.dataset).id
    progress("rfm", 0.0, "Sorting customers by how lately, how often and for how much they bought")
    found = rfm_segments(ws, dataset)
    rows = [(each.name, each.customers, round(each.spend), each.meaning) for each in found.segments]
    fields = {
        "dataset": dataset,
        "as_of": found.as_of,
        "customers": found.customers,
        "spend": found.spend,
        "segments": builtins(found.segments),
    }
    told = f"RFM segments as of {found.as_of}: {found.customers:,} customers. Spend is less returns."
    return Answer(fields, paragraphs(told, table(("segment", "customers", "spend", "they ..."), rows)))
