"""The command line is a contract: verbs, arguments, exit codes, one JSON object last, words for errors."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import ClassVar

import pytest

import segmenter
from segmenter import cli, verbs
from segmenter.errors import NotEnoughData, UnreadableFile
from segmenter.settings import TrainingSettings
from segmenter.tables import ingestion
from segmenter.tables.dataset import Dataset
from segmenter.tables.report import Finding, ValidationReport
from segmenter.workspace import Workspace

ROOT = Path(segmenter.__file__).parents[1]
VERBS = [
    *("demo", "check", "ingest", "train", "evaluate", "score", "compare", "audience", "card"),
    *("datasets", "models", "audiences", "rfm", "lineage", "erase", "serve"),
]


@dataclass(frozen=True)
class Row:
    """A row of Table 1, as far as the command line looks at it."""

    name: str = "segmenter"
    depth: float = 0.4
    precision: float = 0.5
    recall: float = 0.75
    balanced_accuracy: float = float("nan")  # NaN is no JSON: it must arrive as null
    weighted_f1: float = 0.6


@dataclass(frozen=True)
class Sentence:
    sentence: str = "Randomised evidence."


@dataclass(frozen=True)
class Differing:
    """What differs between two models, as far as the command line looks at it."""

    words: str = "Seed of chance"
    ours: str = "0"
    theirs: str = "1"


@dataclass(frozen=True)
class Funnel:
    selected: int = 20
    no_consent: int = 4
    suppressed: int = 3
    held_out: int = 2
    exported: int = 11
    list_entries: int = 3
    list_customers: int = 0
    list_meets_nobody: ClassVar[bool] = True


FINDING = Finding(
    code="empty", message="3 rows have no amount.", column="amount", rows=3, table="transactions"
)
DATASET = Dataset(
    name="Spring",
    rows={"customers": 2, "transactions": 1_234},
    set_aside={"transactions": 3},
    mapped={"transactions": ("amount",)},
    attributes=(),
    coverage={},
    findings=(FINDING,),
)


class FakePipeline:
    """Stages that remember what they were asked and store a small artifact."""

    def __init__(self) -> None:
        self.asked: dict[str, dict] = {}
        self.problem: BaseException | None = None

    def _make(self, stage, kind, ws, parents=(), **asked):
        self.asked[stage] = asked
        asked["progress"]("work", 0.5, "Halfway")
        if self.problem is not None:
            raise self.problem
        with ws.create(kind, name=asked.get("name") or "Unnamed", parents=parents) as draft:
            (draft.folder / f"{kind}.txt").write_text(stage)
        return draft.id

    def make_demo(self, ws, **asked):
        return self._make("make_demo", "dataset", ws, **asked)

    def ingest(self, ws, mapping_path, **asked):
        return self._make("ingest", "dataset", ws, mapping_path=mapping_path, **asked)

    def train(self, ws, **asked):
        return self._make("train", "model", ws, (asked["dataset"],), **asked)

    def train_and_report(self, ws, **asked):
        return self._make("train_and_report", "model", ws, (asked["dataset"],), **asked)

    def evaluate(self, ws, **asked):
        return self._make("evaluate", "evaluation", ws, (asked["model"],), **asked)

    def score(self, ws, **asked):
        return self._make("score", "scores", ws, (asked["model"],), **asked)

    def compare(self, ws, **asked):
        return self._make("compare", "comparison", ws, (asked["model"], asked["other"]), **asked)

    def build_audience(self, ws, **asked):
        made = self._make("build_audience", "audience", ws, (asked["scores"],), **asked)
        return SimpleNamespace(
            id=made,
            funnel=Funnel(),
            path=str(asked["out"]),
            columns=("customer_id",),
            summary=lambda: "20 selected.",
        )

    def check(self, path, table):
        self.asked["check"] = {"path": path, "table": table}
        if self.problem is not None:
            raise self.problem
        return ValidationReport(
            verdict="accept_with_warnings", rows_in=10, rows_used=7, rows_set_aside=3, findings=(FINDING,)
        )


class FakeResults:
    """What the stages are said to have left."""

    @staticmethod
    def open_dataset(ws, dataset):
        return DATASET

    @staticmethod
    def why_untested(record):
        return record.details.get("untested")

    @staticmethod
    def open_report(ws, model):
        given = {
            "2026-01-01": {"engaged": 1, "unengaged": 2, "inactive": 3, "browsing": 4, "exposed": 9},
            "2026-02-01": {"engaged": 10, "unengaged": 20, "inactive": 30, "browsing": 40, "exposed": 90},
        }
        return SimpleNamespace(
            dataset="dataset-0123456789ab",
            cutoffs={"train": (date(2026, 1, 1),)},
            given=given,
            training=SimpleNamespace(correction=Sentence("Correction was applied.")),
            suspicious=(Sentence("'Total' alone tells buyers from others."),),
        )

    @staticmethod
    def open_evaluation(ws, model):
        return SimpleNamespace(
            sentence="The top 40 % hold 75 %.",
            customers=100,
            positives=20,
            table1=(Row(), Row(name="rfm")),
            gains={"segmenter": SimpleNamespace(depth=(0.0, 0.4, 1.0), captured=(0.0, 0.75, 1.0))},
            evidence=(Sentence(),),
            groups=(),
        )

    @staticmethod
    def open_comparison(ws, comparison):
        return SimpleNamespace(
            sentence="The two top 20% lists share 80% of their customers.",
            names=("Spring", "Autumn\n"),
            overlap={"score": ({"depth": 0.2, "share": 0.8},)},
            differences=(Differing(),),
            tested=None,
            why_untested="Different days.",
        )

    @staticmethod
    def open_summary(ws, scores):
        return SimpleNamespace(
            customers=100, as_of=date(2026, 3, 1), segments={"engaged": 40, "inactive": 60}
        )


@pytest.fixture
def pipeline(monkeypatch):
    fake = FakePipeline()
    for name, module in (("pipeline", fake), ("results", FakeResults)):
        # Both, because an import from a package looks at the package's attribute first.
        monkeypatch.setitem(sys.modules, f"segmenter.{name}", module)
        monkeypatch.setattr(segmenter, name, module, raising=False)
    monkeypatch.setattr(ingestion, "check_file", fake.check)
    return fake


@pytest.fixture
def run(tmp_path, capsys, monkeypatch):
    """Runs a command in a workspace of its own; returns exit code, the JSON at the end, stdout and stderr."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SEGMENTER_WORKSPACE", str(tmp_path / "workspace"))

    def run_one(*arguments: str) -> SimpleNamespace:
        code = cli.main(arguments)
        out, err = capsys.readouterr()
        fields = json.loads(out.splitlines()[-1]) if "--json" in arguments else None
        return SimpleNamespace(code=code, json=fields, out=out, err=err)

    return run_one


@pytest.fixture
def made(run, pipeline):
    """A data set, a model and scores to name in commands."""
    dataset = run("demo", "--json").json["dataset"]
    model = run("train", "--dataset", dataset, "--json").json["model"]
    scores = run("score", "--model", model, "--json").json["scores"]
    return SimpleNamespace(dataset=dataset, model=model, scores=scores)


def python(*arguments: str, **environment: str) -> subprocess.CompletedProcess:
    """A fresh interpreter in the project's folder, as a person starts it."""
    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, cwd=ROOT, env=os.environ | environment
    )


def test_the_verbs_are_those_of_the_contract():
    assert sorted([*verbs.VERBS, "serve"]) == sorted(VERBS)


def test_help_names_every_verb_and_waits_for_no_library():
    script = (
        "import sys, segmenter.cli as cli\n"
        "try: cli.main(['--help'])\n"
        "finally: print([m for m in ('torch', 'pandas', 'duckdb', 'streamlit', 'numpy') if m in sys.modules])"
    )
    said = python("-c", script)
    assert said.returncode == 0, said.stderr
    assert all(f"\n    {verb}" in said.stdout for verb in VERBS)
    assert said.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_explains_itself(verb, capsys):
    with pytest.raises(SystemExit) as ended:
        cli.main([verb, "--help"])
    assert ended.value.code == 0
    said = capsys.readouterr().out
    assert "--workspace" in said
    assert "--json" in said
    assert "--job" not in said


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["fly"],
        ["demo", "--customers", "none"],
        ["demo", "--customers", "0"],
        ["check"],
        ["ingest"],
        ["train"],
        ["train", "--dataset", "d", "--cutoff", "31.03.2026"],
        ["train", "--dataset", "d", "--set", "tau"],
        ["train", "--dataset", "d", "--set", "=1"],
        ["train", "--dataset", "d", "--outcome-days", "-7"],
        ["evaluate"],
        ["score", "--model", "m", "--as-of", "2026-02-30"],
        ["compare", "--model", "m"],
        ["audience", "--scores", "s", "--top", "0.2"],
        ["audience", "--scores", "s", "--top", "20", "--out", "o.csv"],
        ["audience", "--scores", "s", "--top", "0", "--out", "o.csv"],
        ["audience", "--scores", "s", "--top", "nan", "--out", "o.csv"],
        ["audience", "--scores", "s", "--top", "0.2", "--out", "o.csv", "--by", "luck"],
        ["audience", "--scores", "s", "--top", "0.2", "--out", "o.csv", "--holdout", "1.1"],
        ["serve", "--port", "http"],
        ["datasets", "--js"],
    ],
)
def test_wrong_usage_ends_with_two_and_touches_nothing(arguments, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    assert ended.value.code == 2
    assert "usage:" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_demo_makes_a_data_set(run, pipeline):
    said = run("demo", "--customers", "500", "--seed", "7", "--name", "Mine", "--json")
    assert said.code == 0
    assert said.json["dataset"].startswith("dataset-")
    assert said.json["tables"] == DATASET.rows
    asked = pipeline.asked["make_demo"]
    assert (asked["customers"], asked["seed"], asked["name"]) == (500, 7, "Mine")


def test_check_reports_and_stores_nothing(run, pipeline, tmp_path):
    said = run("check", "sales.csv", "--table", "customers", "--json")
    assert said.code == 0
    assert said.json["verdict"] == "accept_with_warnings"
    assert said.json["rows_in"] == said.json["rows_used"] + said.json["rows_set_aside"] == 10
    (finding,) = said.json["findings"]
    assert {"code", "message", "column", "rows"} <= finding.keys()
    assert pipeline.asked["check"] == {"path": Path("sales.csv"), "table": "customers"}
    assert list(tmp_path.iterdir()) == []
    assert run("check", "sales.csv").out.startswith("7 of 10 rows can be used; 3 are set aside.")
    assert pipeline.asked["check"]["table"] == "transactions"


def test_ingest_takes_a_mapping_and_the_folder_of_its_files(run, pipeline):
    said = run("ingest", "maps/shop.toml", "--files", "data", "--name", "Shop", "--json")
    assert said.code == 0
    assert said.json.keys() >= {"dataset", "tables", "findings"}
    assert said.json["findings"][0]["code"] == "empty"
    asked = pipeline.asked["ingest"]
    assert (asked["mapping_path"], asked["files"], asked["name"]) == (
        Path("maps/shop.toml"),
        Path("data"),
        "Shop",
    )


def test_train_passes_cutoffs_windows_and_settings(run, pipeline, made):
    said = run(
        "train", "--dataset", made.dataset, "--cutoff", "2026-02-01", "--cutoff", "2026-01-01",
        "--outcome-days", "7", "--set", "tau=0.4", "--set", "network.n_bins=8", "--name", "Two", "--json",
    )  # fmt: skip
    assert said.code == 0
    assert said.json["segments"] == {"engaged": 11, "unengaged": 22, "inactive": 33, "browsing": 44}
    assert said.json["correction"] == {"sentence": "Correction was applied."}
    asked = pipeline.asked["train"]
    assert asked["cutoffs"] == (date(2026, 1, 1), date(2026, 2, 1))
    expected = TrainingSettings().with_pairs({"outcome_days": "7", "tau": "0.4", "n_bins": "8"})
    assert asked["settings"] == expected
    run("train", "--dataset", made.dataset)
    assert pipeline.asked["train"]["cutoffs"] is None
    assert pipeline.asked["train"]["settings"] == TrainingSettings()
    assert "train_and_report" not in pipeline.asked
    run("train", "--dataset", made.dataset, "--complete")
    assert "train_and_report" in pipeline.asked


def test_evaluate_answers_with_table_1_gain_and_evidence(run, pipeline, made):
    said = run("evaluate", "--model", made.model, "--json")
    assert said.code == 0
    assert [row["name"] for row in said.json["table1"]] == ["segmenter", "rfm"]
    row = said.json["table1"][0]
    assert row.keys() >= {"name", "depth", "precision", "recall", "balanced_accuracy", "weighted_f1"}
    assert row["balanced_accuracy"] is None
    assert said.json["gain"] == [
        {"depth": 0.0, "captured": 0.0},
        {"depth": 0.4, "captured": 0.75},
        {"depth": 1.0, "captured": 1.0},
    ]
    assert said.json["evidence"] == [{"sentence": "Randomised evidence."}]
    lines = run("evaluate", "--model", made.model).out.splitlines()
    assert lines[1].split() == ["segmenter", "0.400", "0.500", "0.750", "nan", "0.600"]


def test_score_says_where_the_scores_are(run, pipeline, made, tmp_path):
    said = run("score", "--model", made.model, "--dataset", made.dataset, "--as-of", "2026-03-01", "--json")
    assert said.code == 0
    assert said.json["rows"] == 100
    assert said.json["path"] == str(
        tmp_path / "workspace" / "artifacts" / "scores" / said.json["scores"] / "scores.parquet"
    )
    asked = pipeline.asked["score"]
    assert (asked["model"], asked["dataset"], asked["as_of"]) == (made.model, made.dataset, date(2026, 3, 1))


def test_audience_answers_with_its_funnel(run, pipeline, made):
    said = run(
        "audience", "--scores", made.scores, "--top", "0.2", "--by", "expected_value", "--suppress", "no.csv",
        "--holdout", "0.1", "--columns", "customer_id, email", "--out", "out.csv", "--name", "Best", "--json",
    )  # fmt: skip
    assert said.code == 0
    assert said.json["audience"].startswith("audience-")
    funnel = {name: said.json[name] for name in ("selected", "suppressed", "held_out", "exported")}
    assert funnel == {"selected": 20, "suppressed": 3, "held_out": 2, "exported": 11}
    assert (said.json["list_entries"], said.json["list_customers"]) == (3, 0)
    assert said.json["list_meets_nobody"] is True
    assert said.json["path"] == "out.csv"
    asked = pipeline.asked["build_audience"]
    assert asked["columns"] == ("customer_id", "email")
    assert (asked["top"], asked["by"], asked["holdout"]) == (0.2, "expected_value", 0.1)
    assert (asked["suppress"], asked["out"], asked["name"]) == (Path("no.csv"), Path("out.csv"), "Best")


def test_compare_says_whether_the_lists_differ_and_what_else_does(run, pipeline, made):
    # The same content is the same artifact: another content for another model.
    with Workspace.open().create("model", name="Autumn") as draft:
        (draft.folder / "model.txt").write_text("another")
    other = draft.id
    said = run("compare", "--model", made.model, "--with", "Autumn", "--json")
    assert said.code == 0
    assert said.json["comparison"].startswith("comparison-")
    assert said.json["sentence"] == "The two top 20% lists share 80% of their customers."
    assert said.json["overlap"]["score"] == [{"depth": 0.2, "share": 0.8}]
    assert said.json["differences"] == [{"words": "Seed of chance", "ours": "0", "theirs": "1"}]
    assert (said.json["tested"], said.json["why_untested"]) == (None, "Different days.")
    asked = pipeline.asked["compare"]
    assert (asked["model"], asked["other"]) == (made.model, other)
    told = run("compare", "--model", made.model, "--with", other).out
    assert "Seed of chance  0  1" in told
    assert "B: Autumn \n" in told, "a name stays on its line"


@pytest.mark.parametrize("verb", ["datasets", "models", "audiences"])
def test_lists_are_rows_newest_first(run, pipeline, made, verb):
    run("audience", "--scores", made.scores, "--top", "1", "--out", "out.csv")
    said = run(verb, "--json")
    assert said.code == 0
    (row,) = said.json["rows"]
    assert row.keys() >= {"id", "name", "created_at", "demo", "parents", "details"}
    assert row["id"] in run(verb).out


def test_an_empty_list_is_an_empty_list(run):
    assert run("models", "--json").json == {"rows": []}
    assert run("models").out.strip() == "There is no model yet."


def test_artifacts_are_named_by_id_or_by_their_only_name(run, pipeline, made):
    run("train", "--dataset", made.dataset, "--name", "Spring model")
    Workspace.open().rename(made.model, "Spring model")
    assert run("score", "--model", "Spring model").code == 0
    assert pipeline.asked["score"]["model"] == made.model


def test_progress_goes_to_stderr_and_leaves_stdout_to_the_answer(run, pipeline):
    said = run("demo", "--json")
    assert " 50% work: Halfway" in said.err
    assert len(said.out.splitlines()) == 1
    assert json.loads(said.out)["dataset"]


def test_without_json_people_read_short_tables(run, pipeline):
    lines = run("demo", "--name", "Spring").out.splitlines()
    assert lines[0].endswith("  Spring")
    assert "transactions  1,234          3" in lines  # right-aligned under 'rows' and 'set aside'
    assert not any(line.startswith("customers ") for line in lines), (
        "a table that was not given is not listed"
    )
    assert "warning  transactions  amount     3  3 rows have no amount." in lines


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["train", "--dataset", "dataset-0123456789ab"], "no dataset 'dataset-0123456789ab'"),
        (["score", "--model", "../../etc/passwd"], "no model '../../etc/passwd'"),
        (["evaluate", "--model", "dataset"], "no model 'dataset'"),
        (["datasets", "--workspace", "/dev/null"], "is a file"),
    ],
)
def test_errors_are_words_and_one(run, pipeline, arguments, words):
    said = run(*arguments, "--json")
    assert said.code == 1
    assert words in said.json["error"]
    assert said.json["error"] in said.err
    assert run(*arguments).out == ""


def test_names_cannot_forge_lines_or_command_the_terminal(run, pipeline):
    pipeline.problem = UnreadableFile("'a\x1b[2J\r\nINFO forged.csv' is no table.")
    assert run("demo").err.splitlines()[-1] == "'a [2J  INFO forged.csv' is no table."
    pipeline.problem = None
    run("demo", "--name", "one\n\x1b[31mtwo")
    assert run("datasets").out.splitlines()[1].endswith("one  [31mtwo")


def test_an_unknown_setting_is_an_error_in_words(run, pipeline, made):
    said = run("train", "--dataset", made.dataset, "--set", "colour=blue")
    assert (said.code, "no setting 'colour'" in said.err) == (1, True)


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        (NotEnoughData("Only 3 customers bought; at least 20 are needed."), "Only 3 customers bought"),
        (UnreadableFile("'sales.csv' is no table."), "is no table"),
        (KeyboardInterrupt(), "Stopped. Nothing was half-written."),
        (MemoryError(), "ran out of memory"),
        (PermissionError(13, "Permission denied", "/root/out.csv"), "'/root/out.csv' could not be used"),
        (OSError(28, "No space left on device"), "no room left"),
        (ValueError("maria@example.com is no number"), "unexpected problem"),
    ],
)
def test_every_problem_ends_with_one_and_words(run, pipeline, problem, words, tmp_path):
    pipeline.problem = problem
    said = run("demo", "--json")
    assert said.code == 1
    assert words in said.json["error"]
    assert "maria" not in said.out + said.err
    assert Workspace.open().records() == ()
    if "number" in said.json["error"]:
        log = (tmp_path / "workspace" / "logs" / "segmenter.log").read_text()
        assert said.json["error"].split("(number ")[1][:8] in log
        assert "builtins.ValueError" in log
        assert "maria" not in log


def test_python_m_segmenter_is_the_command_line(tmp_path):
    said = python("-m", "segmenter", "datasets", "--json", "--workspace", str(tmp_path / "w"))
    assert (said.returncode, said.stdout, said.stderr) == (0, '{"rows":[]}\n', "")
    refused = python("-m", "segmenter", "models", SEGMENTER_WORKSPACE="/dev/null")
    assert refused.returncode == 1
    assert "Traceback" not in refused.stderr
    assert python("-m", "segmenter", "fly").returncode == 2


def test_a_reader_who_has_heard_enough_is_no_error(tmp_path):
    command = [sys.executable, "-m", "segmenter", "datasets", "--workspace", str(tmp_path / "w")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT) as said:
        said.stdout.close()
        assert said.stderr.read() == b""
    assert said.returncode == 0


@pytest.mark.parametrize(
    ("arguments", "environment", "port"),
    [([], {}, "8501"), ([], {"PORT": "9000"}, "9000"), (["--port", "7"], {"PORT": "9000"}, "7")],
)
def test_serve_serves_this_machine_only(monkeypatch, tmp_path, arguments, environment, port):
    became = []
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(os, "execv", lambda program, command: became.extend([program, *command]))
    monkeypatch.delenv("PORT", raising=False)
    monkeypatch.delenv("STREAMLIT_SERVER_ADDRESS", raising=False)
    monkeypatch.setenv("SEGMENTER_WORKSPACE", "mine")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    cli.main(["serve", *arguments])
    command = " ".join(became)
    assert "streamlit run asgi.py" in command
    assert (ROOT / "asgi.py").is_file()
    assert "--server.address 127.0.0.1" in command
    assert f"--server.port {port}" in command
    # The server runs in the project's folder, so a workspace named from here must be named in full.
    assert os.environ["SEGMENTER_WORKSPACE"] == str(tmp_path / "mine")
    assert Path.cwd() == ROOT


def test_serve_serves_others_only_when_told_to(monkeypatch, tmp_path):
    became = []
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(os, "execv", lambda program, command: became.extend(command))
    monkeypatch.setenv("SEGMENTER_WORKSPACE", "mine")
    monkeypatch.setenv("STREAMLIT_SERVER_ADDRESS", "0.0.0.0")
    cli.main(["serve"])
    assert "--server.address 0.0.0.0" in " ".join(became)


def test_serve_refuses_a_port_that_is_no_number(monkeypatch, capsys):
    monkeypatch.setenv("PORT", "tomorrow")
    with pytest.raises(SystemExit) as ended:
        cli.main(["serve"])
    assert ended.value.code == 2
