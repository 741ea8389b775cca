"""The command line: python -m segmenter VERB ... [--workspace DIR] [--json]

With --json the last line on stdout is one JSON object; progress goes to stderr. Exit codes: 0 done, 1 an
error explained in words (with --json in the field 'error' too), 2 wrong usage. Verbs and fields stay stable.
"""

import argparse
import os
import sys
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from segmenter import verbs
from segmenter.answers import Answer, printable
from segmenter.errors import SegmenterError
from segmenter.progress import Progress
from segmenter.workspace import Workspace, workspace_folder
from segmenter.workspace.catalog import to_json
from segmenter.workspace.problems import explained
from segmenter.workspace.working import working

DONE, EXPLAINED = 0, 1  # argparse itself ends with 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code. Raises SystemExit for wrong usage and --help."""
    args = parser().parse_args(arguments)
    root = workspace_folder(args.workspace)
    try:
        if args.verb == "serve":
            return verbs.serve(root, args.port)
        with explained(root):
            answer = _run(args, root)
    except SegmenterError as problem:
        return _explain(str(problem), as_json=args.json)
    except KeyboardInterrupt:
        return _explain("Stopped. Nothing was half-written.", as_json=args.json)
    _say(to_json(answer.fields) if args.json else answer.text)
    return DONE


def _run(args: argparse.Namespace, root: Path) -> Answer:
    work = verbs.VERBS[args.verb]
    if args.job:
        workspace = Workspace.open(root)
        # Explained within the job, so that a surprise has its number in the job's words too.
        with working(workspace, args.job) as progress, explained(root):
            answer = work(workspace, args, progress)
            progress.result = answer.fields
        return answer
    # A check stores nothing, so it makes no workspace either.
    workspace = Workspace(root) if args.verb == "check" else Workspace.open(root)
    return work(workspace, args, _progress_to_stderr())


def _explain(words: str, *, as_json: bool) -> int:
    print(printable(words), file=sys.stderr)
    if as_json:
        _say(to_json({"error": words}))
    return EXPLAINED


def _say(text: str) -> None:
    try:
        print(text, flush=True)
    except BrokenPipeError:
        # The reader has closed the pipe (`| head`). Python would try once more at its end, and complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _progress_to_stderr() -> Progress:
    """A Progress that writes a line when the stage changes, and within a stage what is new once a second."""
    stage_before, line_before, written_at = "", "", 0.0

    def tell(stage: str, share: float, message: str = "") -> None:
        nonlocal stage_before, line_before, written_at
        line, moment = f"{share:4.0%} {stage}" + (f": {message}" if message else ""), time.monotonic()
        if stage != stage_before or (line != line_before and moment - written_at >= 1):
            stage_before, line_before, written_at = stage, line, moment
            print(printable(line), file=sys.stderr, flush=True)

    return tell


def parser() -> argparse.ArgumentParser:
    """All verbs and their arguments."""
    top = argparse.ArgumentParser(
        prog="python -m segmenter",
        description="Customer files -> who a campaign prompts, who buys anyway -> an audience to send to.",
        epilog="Exit codes: 0 done, 1 an error explained in words, 2 wrong usage.",
        allow_abbrev=False,
    )
    verb = top.add_subparsers(dest="verb", metavar="VERB", required=True)

    demo = _verb(verb, "demo", "make demo customers whose hidden truth is known")
    demo.add_argument("--customers", type=_count, default=20_000, metavar="N", help="how many (20000)")
    demo.add_argument(
        "--seed", type=_seed, default=0, metavar="S", help="the same seed gives the same customers"
    )
    demo.add_argument("--name", action=_Text, help="what to call the data set")

    check = _verb(verb, "check", "say what a file would give as a table; stores nothing")
    check.add_argument("file", type=Path, metavar="FILE")
    check.add_argument("--table", default="transactions", help="as which table to read it (transactions)")

    ingest = _verb(verb, "ingest", "bring in customer files, as a mapping says")
    ingest.add_argument("mapping", type=Path, metavar="MAPPING.toml")
    ingest.add_argument("--files", type=Path, metavar="DIR", help="where the files are (beside the mapping)")
    # For mappings that come over the app's page: a file outside the folder could be anybody's.
    ingest.add_argument("--confined", action="store_true", help="refuse files outside that folder")
    ingest.add_argument("--name", action=_Text, help="what to call the data set")
    follows = ingest.add_mutually_exclusive_group()
    follows.add_argument(
        "--append-to", metavar="ID", help="add the files to this data set: a new version of it"
    )
    follows.add_argument(
        "--replace", metavar="ID", help="a new version of this data set, of these files alone"
    )

    erase = _verb(verb, "erase", "erase one customer from everything, for good")
    erase.add_argument("customer", metavar="CUSTOMER_ID", help="as in your files; - reads it from the input")
    erase.add_argument("--show", action="store_true", help="say what would be rewritten; change nothing")
    erase.add_argument(
        "--even-unknown", action="store_true", help="also an id that nothing stored holds: set it aside later"
    )

    lineage = _verb(verb, "lineage", "say where something comes from, back to the files")
    lineage.add_argument("id", metavar="ID", help="of a data set, a model, scores, an audience ...")

    rfm = _verb(verb, "rfm", "sort customers by their purchases alone: RFM segments and their spend")
    rfm.add_argument("--dataset", required=True, metavar="ID")

    train = _verb(verb, "train", "train a model on a data set")
    train.add_argument("--dataset", required=True, metavar="ID")
    train.add_argument(
        "--cutoff", type=_date, action="append", metavar="DATE", help="repeat for several; chosen if left out"
    )
    train.add_argument("--outcome-days", type=_count, metavar="D", help="days after the cutoff to predict")
    train.add_argument(
        "--set", type=_pair, action="append", default=[], metavar="KEY=VALUE", help="any other setting"
    )
    train.add_argument("--complete", action="store_true", help="evaluate and score too")
    train.add_argument("--name", action=_Text, help="what to call the model")

    evaluate = _verb(verb, "evaluate", "compare a model with RFM and chance on customers it has not seen")
    evaluate.add_argument("--model", required=True, metavar="ID")

    score = _verb(verb, "score", "score and rank every customer")
    score.add_argument("--model", required=True, metavar="ID")
    score.add_argument("--dataset", metavar="ID", help="another data set than the model's own")
    score.add_argument(
        "--as-of", type=_date, metavar="DATE", help="as known on this day (the end of the data)"
    )

    compare = _verb(verb, "compare", "compare two models: their lists, who moves and why, which is better")
    compare.add_argument("--model", required=True, metavar="ID", help="model A")
    compare.add_argument("--with", required=True, dest="other", metavar="ID", help="model B")

    audience = _verb(verb, "audience", "select the best customers and write them to a CSV file")
    audience.add_argument("--scores", required=True, metavar="ID")
    audience.add_argument("--top", required=True, type=_share, metavar="SHARE", help="0.2 is the best fifth")
    audience.add_argument(
        "--by", choices=("score", "expected_value"), default="score", help="ranking (score)"
    )
    audience.add_argument("--suppress", type=Path, metavar="FILE", help="customers who must not be contacted")
    audience.add_argument(
        "--holdout", type=_share_or_none, default=0.0, metavar="SHARE", help="kept back at random"
    )
    audience.add_argument("--columns", type=_names, metavar="A,B", help="columns of the file")
    audience.add_argument("--out", required=True, type=Path, metavar="FILE", help="the CSV file to write")
    audience.add_argument("--name", action=_Text, help="what to call the audience")

    card = _verb(verb, "card", "write a model's card, all that is known of it, as one HTML file")
    card.add_argument("--model", required=True, metavar="ID")
    card.add_argument("--out", required=True, type=Path, metavar="FILE", help="the HTML file to write")

    _verb(verb, "datasets", "list the data sets, newest first")
    _verb(verb, "models", "list the models, newest first")
    _verb(verb, "audiences", "list the audiences, newest first")

    serve = _verb(verb, "serve", "serve the app on this machine")
    # argparse reads a default given as text like an argument, so a PORT that is no number is wrong usage too.
    serve.add_argument("--port", type=_count, default=os.environ.get("PORT", "8501"), help="8501, or PORT")
    return top


def _verb(
    verb: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, what: str
) -> argparse.ArgumentParser:
    parser = verb.add_parser(
        name, help=what, description=what[0].upper() + what[1:] + ".", allow_abbrev=False
    )
    parser.add_argument("--workspace", metavar="DIR", help="SEGMENTER_WORKSPACE, or ./workspace, if left out")
    parser.add_argument("--json", action="store_true", help="end with one JSON object on stdout")
    # For the app's background jobs: write progress and the end to this job's row.
    parser.add_argument("--job", help=argparse.SUPPRESS)
    return parser


class _Text(argparse.Action):
    """Text as it stands. argparse takes a value of '--' for the end of the options, and drops it."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: object,
        option_string: str | None = None,
    ) -> None:
        setattr(namespace, self.dest, values or "--" if isinstance(values, list) else values)


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"'{text}' is not a whole number above 0")
    return int(text)


def _seed(text: str) -> int:
    if not text.isdecimal() or int(text) > 2**32 - 1:
        raise argparse.ArgumentTypeError(f"'{text}' is not a whole number from 0 to {2**32 - 1}")
    return int(text)


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"'{text}' is not a date such as 2026-03-31") from error


def _share(text: str) -> float:
    share = _share_or_none(text)
    if share == 0:
        raise argparse.ArgumentTypeError("a share of 0 selects nobody")
    return share


def _share_or_none(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = float("nan")
    if not 0 <= share <= 1:
        raise argparse.ArgumentTypeError(f"'{text}' is not a share between 0 and 1, such as 0.2")
    return share


def _pair(text: str) -> tuple[str, str]:
    key, sign, value = text.partition("=")
    if not (sign and key.strip()):
        raise argparse.ArgumentTypeError(f"'{text}' is not KEY=VALUE")
    return key.strip(), value.strip()


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())
