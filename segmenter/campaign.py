"""Stored scores -> who would be in an audience, and the file of one that was saved.

Both read the workspace; the rules themselves are in audience/, the file formats in delivery/.
"""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from segmenter.audience.audience import Audience
from segmenter.audience.preview import AudiencePreview, funnel_without_lists, preview
from segmenter.audience.selection import AudienceRule, Funnel, Ranking, write_members
from segmenter.audience.suppression import bar_erased, write_suppression
from segmenter.delivery.audience_file import write_audience_file
from segmenter.delivery.columns import choose_columns
from segmenter.delivery.csv_file import WrittenFile
from segmenter.results import dataset_engine, open_dataset, open_evaluation, open_summary, read_json
from segmenter.workspace import Workspace
from segmenter.workspace.erasures import erased_so_far

AUDIENCE_FILE = "audience.json"
MEMBERS_FILE = "members.parquet"


def preview_audience(
    ws: Workspace,
    *,
    scores: str,
    top: float,
    by: Ranking = "score",
    suppress: Path | None = None,
    holdout: float = 0.0,
) -> AudiencePreview:
    """What an audience would be. Without a list and a holdout this reads stored curves only."""
    rule = AudienceRule(top=top, by=by, holdout=holdout)
    summary = open_summary(ws, scores)
    if suppress is None and holdout == 0:
        funnel = funnel_without_lists(rule, summary)
    else:
        with ws.scratch() as own:
            funnel = select_members(ws, scores, rule, suppress, own / MEMBERS_FILE)
    return preview(rule, summary, open_evaluation(ws, summary.model), funnel)


def select_members(
    ws: Workspace, scores: str, rule: AudienceRule, suppress: Path | None, path: Path
) -> Funnel:
    """Select by the rule, mark who must not be contacted, and write all members to `path`."""
    summary, folder = open_summary(ws, scores), ws.path(scores)
    with ws.scratch() as own, dataset_engine(ws, summary.dataset, folder, own, path.parent) as engine:
        entries = write_suppression(suppress, own / "suppression.parquet", scratch=own)
        bar_erased(erased_so_far(ws.catalog), folder / "scores.parquet", own / "suppression.parquet")
        engine.register("suppression", own / "suppression.parquet")
        engine.register("scores", folder / "scores.parquet")
        return write_members(
            engine,
            rule,
            customers=summary.customers,
            consent_mapped=summary.consent_mapped,
            path=path,
            list_entries=entries if suppress else None,
        )


def write_members_file(
    ws: Workspace, scores: str, members: Path, name: str, columns: tuple[str, ...], out: Path
) -> WrittenFile:
    """Write the exported ones among `members` to the CSV file `out`, best customer first."""
    folder, dataset = ws.path(scores), open_summary(ws, scores).dataset
    with dataset_engine(ws, dataset, members.parent, folder) as engine:
        engine.register("audience_members", members)
        engine.register("scores", folder / "scores.parquet")
        return write_audience_file(
            engine,
            columns,
            audience=name,
            day=datetime.now(UTC).date(),
            out=out,
            erased=erased_so_far(ws.catalog),
        )


def open_audience(ws: Workspace, audience: str) -> Audience:
    """A saved audience. Raises NotFound."""
    return replace(read_json(ws.path(audience) / AUDIENCE_FILE, Audience), id=audience)


def write_audience(
    ws: Workspace, *, audience: str, out: Path, columns: tuple[str, ...] | None = None
) -> WrittenFile:
    """Write the CSV of a saved audience again, with the same customers; columns: None for those it had."""
    saved = open_audience(ws, audience)
    mapped = open_dataset(ws, saved.dataset).mapped.get("customers", ())
    chosen = saved.columns if columns is None else choose_columns(columns, mapped)
    return write_members_file(ws, saved.scores, ws.path(audience) / MEMBERS_FILE, saved.name, chosen, out)
