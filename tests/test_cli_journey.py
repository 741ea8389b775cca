"""The command line keeps its contract with the real stages: demo or files -> model -> evaluation, CSV."""

import io
import json
from contextlib import redirect_stderr, redirect_stdout
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from segmenter import cli

pytestmark = pytest.mark.slow

EXAMPLES = Path(__file__).resolve().parents[1] / "data" / "examples"
CUSTOMERS = 2_500
SHORT = ("--set", "max_epochs=4", "--set", "members=2")


def command(root: Path, *arguments: str) -> SimpleNamespace:
    """One command with --json: exit code, JSON at the end, stderr."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = cli.main([*arguments, "--workspace", str(root), "--json"])
    return SimpleNamespace(code=code, json=json.loads(out.getvalue().splitlines()[-1]), err=err.getvalue())


def done(root: Path, *arguments: str) -> dict:
    said = command(root, *arguments)
    assert said.code == 0, said.err
    return said.json


@pytest.fixture(scope="module")
def journey(tmp_path_factory) -> SimpleNamespace:
    """What each command answered, on demo customers."""
    root = tmp_path_factory.mktemp("journey") / "workspace"
    out = root.parent / "audience.csv"
    demo = done(root, "demo", "--customers", str(CUSTOMERS), "--seed", "5")
    train = done(root, "train", "--dataset", demo["dataset"], *SHORT, "--name", "Spring")
    evaluate = done(root, "evaluate", "--model", train["model"])
    score = done(root, "score", "--model", train["model"])
    return SimpleNamespace(root=root, out=out, demo=demo, train=train, evaluate=evaluate, score=score)


def test_training_counts_the_segments_and_tells_its_correction(journey):
    assert journey.train["segments"].keys() == {"engaged", "unengaged", "inactive", "browsing"}
    assert sum(journey.train["segments"].values()) >= CUSTOMERS / 2
    assert isinstance(journey.train["correction"], dict)
    assert journey.train["suspicious"] == []
    assert journey.train["not_evaluated"] is None


def test_the_evaluation_holds_table_1_a_rising_gain_and_its_evidence(journey):
    for row in journey.evaluate["table1"]:
        assert row.keys() >= {"name", "depth", "precision", "recall", "balanced_accuracy", "weighted_f1"}
    names = [row["name"] for row in journey.evaluate["table1"]]
    assert len(set(names)) == len(names)
    assert any("Segmenter" in name for name in names)
    gain = [(point["depth"], point["captured"]) for point in journey.evaluate["gain"]]
    assert gain == sorted(gain)
    assert all(a[1] <= b[1] + 1e-9 for a, b in zip(gain, gain[1:], strict=False))
    assert gain[-1] == pytest.approx((1, 1))
    assert journey.evaluate["evidence"], "the demo has a randomised holdout"


def test_every_customer_has_the_scores_of_the_contract(journey):
    scores = pd.read_parquet(journey.score["path"])
    probabilities = {"p_engaged", "p_unengaged", "p_inactive", "p_prompted"}
    assert {"customer_id", "score", "expected_value", "segment", "rank", *probabilities} <= set(
        scores.columns
    )
    assert len(scores) == journey.score["rows"]
    assert scores["score"].between(0, 1).all()
    assert sorted(scores["rank"]) == list(range(1, len(scores) + 1))


def test_as_of_looks_no_further_than_that_day(journey):
    early = date.fromisoformat(journey.score["as_of"]) - timedelta(days=60)
    earlier = done(journey.root, "score", "--model", journey.train["model"], "--as-of", str(early))
    assert earlier["as_of"] == str(early)
    assert earlier["scores"] != journey.score["scores"]
    assert earlier["rows"] <= journey.score["rows"]


@pytest.mark.parametrize("by", ["score", "expected_value"])
def test_nobody_suppressed_or_held_out_is_in_the_file(journey, by):
    scores = pd.read_parquet(journey.score["path"])
    best = scores.sort_values(by, ascending=False)["customer_id"].head(50)
    suppress = journey.root.parent / "do_not_contact.csv"
    best.to_frame("customer_id").to_csv(suppress, index=False)
    made = done(
        journey.root, "audience", "--scores", journey.score["scores"], "--top", "0.2", "--by", by,
        "--suppress", str(suppress), "--holdout", "0.1", "--out", str(journey.out),
    )  # fmt: skip
    file = pd.read_csv(journey.out, dtype=str)
    assert len(file) == made["exported"]
    assert made["selected"] == round(0.2 * len(scores))
    gone = made["suppressed"] + made["held_out"] + made.get("no_consent", 0)
    assert made["selected"] == made["exported"] + gone
    assert made["suppressed"] > 0
    assert made["held_out"] > 0
    assert set(file["customer_id"]) & set(best) == set()
    assert Path(made["path"]) == journey.out


def test_a_share_that_is_nobody_is_refused_and_leaves_nothing(journey, tmp_path):
    before = done(journey.root, "audiences")["rows"]
    said = command(
        journey.root, "audience", "--scores", journey.score["scores"], "--top", "0.0001",
        "--out", str(tmp_path / "nobody.csv"),
    )  # fmt: skip
    assert said.code == 1
    assert "nobody" in said.json["error"]
    assert not list(tmp_path.iterdir())
    assert done(journey.root, "audiences")["rows"] == before


def test_the_answer_says_what_a_list_met(journey, tmp_path):
    best = pd.read_parquet(journey.score["path"]).sort_values("rank")["customer_id"]
    answers = []
    for text in (
        "customer_id\nnobody-1\nnobody-2\n",
        f"customer_id,reason\nnobody-1,\n{best.iloc[-1]},a, b\n",
    ):
        (tmp_path / "list.csv").write_text(text, encoding="utf-8")
        answers.append(
            done(
                journey.root,
                "audience",
                "--scores",
                journey.score["scores"],
                "--top",
                "0.1",
                "--suppress",
                str(tmp_path / "list.csv"),
                "--out",
                str(tmp_path / "a.csv"),
            )  # fmt: skip
        )
    told = [
        [answer[name] for name in ("list_entries", "list_customers", "list_meets_nobody")]
        for answer in answers
    ]
    assert told == [[2, 0, True], [2, 1, False]]


def test_the_lists_know_what_was_made(journey):
    assert [row["id"] for row in done(journey.root, "datasets")["rows"]] == [journey.demo["dataset"]]
    (model,) = done(journey.root, "models")["rows"]
    assert (model["id"], model["name"]) == (journey.train["model"], "Spring")
    assert model["parents"] == [journey.demo["dataset"]]


def test_the_example_files_are_checked_and_come_in_whole(tmp_path):
    root = tmp_path / "workspace"
    checked = done(root, "check", str(EXAMPLES / "customers.csv"), "--table", "customers")
    assert checked["verdict"] == "accept", checked["findings"]
    assert not root.exists(), "a check stores nothing"
    made = done(root, "ingest", str(EXAMPLES / "mapping.toml"), "--name", "Examples")
    rows = len((EXAMPLES / "customers.csv").read_text().splitlines()) - 1
    assert made["tables"]["customers"] == checked["rows_used"] == rows


def test_a_complete_training_on_too_few_to_test_is_done_and_says_why_there_is_no_test(tmp_path):
    root = tmp_path / "workspace"
    made = done(root, "ingest", str(EXAMPLES / "mapping.toml"))
    train = done(root, "train", "--dataset", made["dataset"], "--complete", *SHORT)
    assert "at least 20 engaged customers" in train["not_evaluated"]
    assert done(root, "models")["rows"][0]["id"] == train["model"]
    said = command(root, "evaluate", "--model", train["model"])
    assert (said.code, said.json["error"]) == (1, train["not_evaluated"])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["ingest", "no such mapping.toml"], "no such mapping.toml"),
        (["check", "no such file.csv"], "no such file.csv"),
        (["check", str(EXAMPLES / "customers.csv"), "--table", "friends"], "friends"),
        (["train", "--dataset", "{dataset}", "--cutoff", "1999-01-01"], "1999"),
        (["train", "--dataset", "{dataset}", "--set", "tau=2"], "tau"),
        (["score", "--model", "{model}", "--dataset", "{model}"], "no dataset"),
        (
            ["audience", "--scores", "{scores}", "--top", "0.2", "--out", "/no/such/folder/a.csv"],
            "/no/such/folder",
        ),
    ],
)
def test_what_cannot_be_done_is_said_in_words(journey, arguments, words):
    ids = {
        "dataset": journey.demo["dataset"],
        "model": journey.train["model"],
        "scores": journey.score["scores"],
    }
    said = command(journey.root, *(argument.format(**ids) for argument in arguments))
    assert said.code == 1
    assert words in said.json["error"]
    assert "unexpected" not in said.json["error"]
    assert "Traceback" not in said.err
