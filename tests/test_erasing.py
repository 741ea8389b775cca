"""One customer is erased: gone from every file, never back, and the rest is as it was."""

import csv
import hmac
import io
import json
import os
import random
import re
import shutil
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from segmenter import cli, pipeline
from segmenter.campaign import open_audience, write_audience
from segmenter.cards.making import make_card
from segmenter.cards.stored import open_stored
from segmenter.erasing import erase_customer, what_erasing_takes
from segmenter.errors import InputError, WorkspaceError
from segmenter.hashing import Erased
from segmenter.results import (
    latest_scores,
    open_comparison,
    open_dataset,
    open_reasons,
    open_report,
    open_summary,
)
from segmenter.tables.dataset import Dataset, write_dataset
from segmenter.workspace import Workspace
from segmenter.workspace.artifacts import ArtifactStore
from segmenter.workspace.erasures import erased_so_far
from segmenter.workspace.jobs import job as find_job
from segmenter.workspace.jobs import start_job
from tests.model_pair import ComparedPair
from tests.tables.here import ingest
from tests.workspace.children import running, wait_until

WHO = "Zq-4711-xW"  # found nowhere by chance


def where_is(root: Path, customer: str) -> list[str]:
    """The files below `root` that hold the text: Parquet column by column, everything else byte by byte."""
    found = []
    for path in sorted(path for path in root.rglob("*") if path.is_file()):
        content = path.read_bytes()
        if path.suffix == ".parquet":
            for column in pq.read_table(path).columns:
                content += "\n".join(map(str, column.to_pylist())).encode()
        if customer.encode() in content:
            found.append(path.relative_to(root).as_posix())
    return found


@pytest.fixture(scope="module")
def erased(compared: ComparedPair, tmp_path_factory: pytest.TempPathFactory):
    """A workspace with one of every kind of artifact, before and after its best customer was erased."""
    root = tmp_path_factory.mktemp("erased") / "workspace"
    shutil.copytree(compared.workspace.root, root)
    ws = Workspace.open(root)
    scores = latest_scores(ws, compared.model)
    ids = pq.read_table(ws.path(scores) / "scores.parquet", columns=["customer_id"])[
        "customer_id"
    ].to_pylist()
    # Whoever is in the ledger and best of those there is in every kind of file.
    ledgers = [set(pq.read_table(path)["customer_id"].to_pylist()) for path in root.rglob("ledger.parquet")]
    who = next(id for id in ids if all(id in ledger for ledger in ledgers))
    top = (ids.index(who) + 50) / len(ids)
    audience = pipeline.build_audience(ws, scores=scores, top=top, out=root.parent / "kept.csv", name="Kept")
    trashed = pipeline.build_audience(
        ws, scores=scores, top=top, out=root.parent / "b.csv", name="In the trash"
    )
    ws.discard(trashed.id)
    (root / "mappings").mkdir(exist_ok=True)
    (root / "mappings" / "0a.json").write_text(json.dumps({"unless": {"mail": ["b", who]}}))
    for folder in ("uploads/0a", "suppression/0b"):
        (root / folder).mkdir(parents=True)
        (root / folder / "people.csv").write_text(f"customer_id\n{who}\n")
    before = [(each.kind, each.name, each.created_at, len(each.parents)) for each in ws.records()]
    foreseen = what_erasing_takes(ws, who)
    places = where_is(root, who)
    done = erase_customer(ws, who)
    return ws, who, audience, before, foreseen, done, places


def test_the_id_is_found_nowhere_afterwards(erased) -> None:
    ws, who, _, _, _, _, places = erased
    kinds = {place.split("/")[1] for place in places if place.startswith("artifacts/")}
    assert kinds == {"dataset", "model", "scores", "audience"}
    assert where_is(ws.root, who) == []


def test_everything_else_is_there_whole_under_its_name_and_date(erased) -> None:
    ws, _, _, before, _, _, _ = erased
    assert [(each.kind, each.name, each.created_at, len(each.parents)) for each in ws.records()] == before
    for record in ws.records():
        ws.verify(record.id)
        for parent in record.parents:
            ws.record(parent)
    known = {record.id for record in ws.records()} | {id for each in ws.deletions() for id in each.ids}
    for path in (ws.root / "artifacts").rglob("*.json"):
        mentioned = re.findall(r"(?:dataset|model|scores|audience|evaluation)-[0-9a-f]{12}", path.read_text())
        assert set(mentioned) <= known, path
    assert {folder.name for folder in (ws.root / "artifacts").glob("*/*")} == known
    assert list((ws.root / "scratch").iterdir()) == []


def test_what_was_foreseen_is_what_was_done(erased) -> None:
    ws, _, _, _, foreseen, done, _ = erased
    assert foreseen == done
    assert done.rewritten.keys() == {"dataset", "model", "scores", "audience"}
    assert (done.rewritten["dataset"], done.rewritten["audience"]) == (1, 2)
    assert set(done.sent) == {"Kept", "In the trash"}
    assert done.waiting == 2
    data = open_dataset(ws, ws.records("dataset")[0].id)
    assert done.rows >= sum(data.set_aside.values()) > 0
    assert "erased" in {finding.code for finding in data.findings}


def test_results_can_be_read_and_say_that_somebody_is_gone(erased) -> None:
    ws, who, audience, *_ = erased
    model = next(each for each in ws.records("model") if latest_scores(ws, each.id))
    assert open_report(ws, model.id).dataset == ws.records("dataset")[0].id
    assert "It was trained before a customer was erased on " in "\n".join(
        said.words for _, said in make_card(open_stored(ws, model.id)).said()
    )
    open_comparison(ws, ws.records("comparison")[0].id)
    scores = latest_scores(ws, model.id)
    assert open_reasons(ws, scores, who) is None
    assert open_reasons(ws, scores) is not None
    left = pq.read_table(ws.path(scores) / "scores.parquet")
    for rank in ("rank", "rank_value"):
        assert sorted(left[rank].to_pylist()) == list(range(1, left.num_rows + 1))
    assert open_summary(ws, scores).customers == left.num_rows
    (kept,) = ws.records("audience")
    now = open_audience(ws, kept.id)
    assert (now.funnel.selected, now.funnel.exported) == (
        audience.funnel.selected - 1,
        audience.funnel.exported - 1,
    )
    assert kept.details["exported"] == now.funnel.exported
    out = ws.root.parent / "again.csv"
    write_audience(ws, audience=kept.id, out=out)
    assert len(list(csv.DictReader(out.open()))) == now.funnel.exported


def test_what_was_deleted_before_comes_back_without_the_customer(erased) -> None:
    ws, who, *_ = erased
    (deletion,) = ws.deletions()
    ws.restore(deletion.record.id)
    assert where_is(ws.root, who) == []
    ws.verify(deletion.record.id)
    ws.discard(deletion.record.id)


# Purchases that three customers made, one of whom is erased.
MAPPING = """
[[customers]]
file = "people.csv"
customer_id = "customer"

[[transactions]]
file = "orders.csv"
customer_id = "customer"
at = "when"
amount = "paid"
"""
ORDERS = "customer,when,paid\n" + "".join(
    f"{who},2026-04-{day:02},{day}\n" for day in range(1, 9) for who in ("a", "b", WHO)
)
PEOPLE = f"customer,age\na,30\nb,40\n{WHO},50\n"


@pytest.fixture
def shop(tmp_path: Path) -> tuple[Workspace, Path]:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "mapping.toml").write_text(MAPPING)
    (folder / "orders.csv").write_text(ORDERS)
    (folder / "people.csv").write_text(PEOPLE)
    ws = Workspace.open(tmp_path / "workspace")
    pipeline.ingest(ws, folder / "mapping.toml", name="Shop")
    return ws, folder / "mapping.toml"


def test_the_rows_of_the_erased_are_set_aside_when_they_come_again(shop) -> None:
    ws, mapping = shop
    erase_customer(ws, WHO)
    again = open_dataset(ws, pipeline.ingest(ws, mapping, name="Next month"))
    assert again.rows["transactions"], again.rows["customers"] == (16, 2)
    assert again.set_aside["transactions"], again.set_aside["customers"] == (8, 1)
    assert {finding.code: finding.rows for finding in again.findings}["erased"] in (1, 8)
    assert where_is(ws.root, WHO) == []


def test_the_command_line_takes_the_id_from_its_input_and_repeats_it_nowhere(
    shop, capsys, monkeypatch
) -> None:
    ws, _ = shop
    place = ("--workspace", str(ws.root), "--json")
    monkeypatch.setattr("sys.stdin", io.StringIO(WHO + "\n"))
    assert cli.main(["erase", "-", "--show", *place]) == 0
    shown = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (shown["erased"], shown["rows"], shown["rewritten"]) == (False, 9, {"dataset": 1})
    assert where_is(ws.root, WHO)
    monkeypatch.setattr("sys.stdin", io.StringIO(WHO + "\n"))
    assert cli.main(["erase", "-", *place]) == 0
    said = capsys.readouterr()
    assert json.loads(said.out.splitlines()[-1])["erased"]
    assert WHO not in said.out + said.err
    assert where_is(ws.root, WHO) == []


def test_a_job_is_told_the_id_where_no_list_shows_it(shop) -> None:
    ws, _ = shop
    job = start_job(ws, "erase", ["-"], told=WHO)
    wait_until(lambda: find_job(ws, job.id).is_over, 60)
    done = find_job(ws, job.id)
    assert (done.status, done.arguments) == ("done", ("-",))
    assert (done.result["rows"], done.result["rewritten"]) == (9, {"dataset": 1})
    assert where_is(ws.root, WHO) == []


def test_an_id_that_nobody_has_is_erased_only_when_that_is_confirmed(shop, capsys) -> None:
    ws, mapping = shop
    before = ws.records()
    (ws.root / "uploads" / "0a").mkdir(parents=True)
    with pytest.raises(InputError, match="holds a customer with this id, so nothing was changed"):
        erase_customer(ws, "nobody")
    assert (ws.root / "uploads" / "0a").exists(), "a slip of the pen costs nobody an upload"
    assert erased_so_far(ws.catalog) is None
    place = ("--workspace", str(ws.root))
    assert cli.main(["erase", "nobody", "--show", *place]) == 0
    said = capsys.readouterr().out
    assert "Would be discarded, whoever is in them: 1 set of files" in said
    assert "only with --even-unknown" in said
    assert cli.main(["erase", "nobody", *place]) != 0
    assert cli.main(["erase", "nobody", "--even-unknown", *place]) == 0
    assert "Discarded, whoever is in them: 1 set of files" in capsys.readouterr().out
    assert not (ws.root / "uploads" / "0a").exists()
    assert ws.records() == before
    assert erased_so_far(ws.catalog).among(["a", "nobody", None]).tolist() == [False, True, False]
    with pytest.raises(InputError, match="Say which customer"):
        erase_customer(ws, "  ")


@pytest.mark.parametrize(
    ("asked", "stored", "comes_as"),
    [
        ("12", "12.0", "12.00"),  # beside 'A-7', a file's ids keep their decimals
        ("12.0", "12", "12.0"),
        ("12.0", "12.0", "12"),
        ("zoe\u0301", "zo\u00e9", "zoe\u0301"),
        ("\ufeffQ\u200b1 ", "Q1", "Q\u200b1"),
    ],
)
def test_nobody_comes_back_by_another_spelling(tmp_path, asked, stored, comes_as) -> None:
    def orders(who: str) -> str:
        return f"customer,when,paid\n{who},2026-04-01,5\nA-7,2026-04-02,6\nB-8,2026-04-03,7\n"

    mapping = "[[transactions]]\n" + MAPPING.split("[[transactions]]\n")[1]
    ws = Workspace.open(tmp_path / "workspace")
    with ws.create("dataset", name="Shop") as data:
        ingest(mapping, {"orders.csv": orders(stored)}, data.folder)
    assert what_erasing_takes(ws, asked).rows == 1
    erase_customer(ws, asked)
    (left,) = ws.records("dataset")
    assert open_dataset(ws, left.id).rows["transactions"] == 2
    erased = erased_so_far(ws.catalog)
    next_month = ingest(mapping, {"orders.csv": orders(comes_as)}, tmp_path / "next", erased=erased)
    assert (next_month.rows["transactions"], next_month.set_aside["transactions"]) == (2, 1)


def test_two_spellings_in_one_list_are_both_taken_out_and_ranks_close_up(tmp_path) -> None:
    ws = Workspace.open(tmp_path / "workspace")
    with ws.create("scores", name="Scores") as scores:
        ranked = pa.table({"customer_id": ["A-7", "12", "B-8", "12.0", "012"], "rank": [1, 2, 3, 4, 5]})
        pq.write_table(ranked, scores.folder / "scores.parquet")
    erase_customer(ws, "12.0")
    (left,) = ws.records("scores")
    assert pq.read_table(ws.path(left.id) / "scores.parquet").to_pylist() == [
        {"customer_id": "A-7", "rank": 1},
        {"customer_id": "B-8", "rank": 2},
        {"customer_id": "012", "rank": 3},
    ]


def test_an_erasure_that_ends_while_a_data_set_is_sealed_is_not_undone(shop, monkeypatch) -> None:
    ws, mapping = shop
    seal, sealed = ArtifactStore.seal, []

    def seal_and_erase(self, folder, kind):
        artifact_id = seal(self, folder, kind)
        if not sealed:
            sealed.append(artifact_id)
            erase_customer(ws, WHO)
        return artifact_id

    monkeypatch.setattr(ArtifactStore, "seal", seal_and_erase)
    with pytest.raises(WorkspaceError, match="A customer was erased while the files were read"):
        pipeline.ingest(ws, mapping, name="Next month")
    assert sealed
    assert where_is(ws.root, WHO) == []
    assert [record.name for record in ws.records()] == ["Shop"]
    pipeline.ingest(ws, mapping, name="Next month")
    assert where_is(ws.root, WHO) == []


def test_who_was_erased_before_there_was_one_spelling_is_recognised_still() -> None:
    digest = hmac.digest(bytes(2), b"12.0", "sha256").hex()
    assert Erased(salt="0000", digests=frozenset({digest})).among(["12.0", "7"]).tolist() == [True, False]


def test_a_digest_says_nothing_without_the_workspaces_own_salt(shop, tmp_path: Path) -> None:
    ws, _ = shop
    erase_customer(ws, WHO)
    other = Workspace.open(tmp_path / "other")
    erase_customer(other, WHO, even_unknown=True)
    ours, theirs = erased_so_far(ws.catalog), erased_so_far(other.catalog)
    assert ours.digests.isdisjoint(theirs.digests)
    assert not Erased(salt=theirs.salt, digests=ours.digests).among([WHO]).any()


def test_whoever_is_erased_is_exported_by_no_scores_that_came_another_way(compared, tmp_path) -> None:
    shutil.copytree(compared.workspace.root, tmp_path / "workspace")
    ws = Workspace.open(tmp_path / "workspace")
    scores = latest_scores(ws, compared.model)
    best = pq.read_table(ws.path(scores) / "scores.parquet")["customer_id"][0].as_py()
    earlier = pipeline.build_audience(ws, scores=scores, top=0.1, out=tmp_path / "earlier.csv")
    # As when the same demo is installed again: the digest is there, and the customer too.
    from segmenter.workspace.erasures import remember, to_recognise

    with_salt = to_recognise(ws.catalog)
    with ws.catalog.writing() as connection:
        remember(connection, with_salt.digest(best))
    later = pipeline.build_audience(ws, scores=scores, top=0.1, out=tmp_path / "later.csv")
    write_audience(ws, audience=earlier.id, out=tmp_path / "again.csv")
    for name in ("later.csv", "again.csv"):
        assert best not in {row["customer_id"] for row in csv.DictReader((tmp_path / name).open())}
    assert best in {row["customer_id"] for row in csv.DictReader((tmp_path / "earlier.csv").open())}
    assert later.funnel.suppressed == earlier.funnel.suppressed + 1


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """A small workspace of three artifacts, each made from the one before; two hold the customer."""
    ws = Workspace.open(tmp_path / "made")
    rows = pa.table({"customer_id": ["a", WHO, "b"] * 300, "n": list(range(900))})
    with ws.create("dataset", name="Shop") as dataset:
        pq.write_table(rows, dataset.folder / "transactions.parquet")
        about = Dataset(
            name="Shop",
            rows={"transactions": 900},
            set_aside={},
            mapped={},
            attributes=(),
            coverage={},
            findings=(),
        )
        write_dataset(dataset.folder, about)
    with ws.create("model", name="Model", parents=(dataset.id,)) as model:
        (model.folder / "report.json").write_text(json.dumps({"dataset": dataset.id}))
    with ws.create("scores", name="Scores", parents=(model.id, dataset.id)) as scores:
        pq.write_table(rows.slice(0, 3), scores.folder / "scores.parquet")
    return ws.root


def check_old_or_new(root: Path, old: set[str]) -> bool:
    """All of the old or all of the new is there, and nothing else; returns whether it is the new."""
    found = Workspace.open(root)
    there = {record.id for record in found.records()}
    for artifact_id in there:
        found.verify(artifact_id)
    assert {folder.name for folder in (root / "artifacts").glob("*/*")} == there
    assert list((root / "scratch").iterdir()) == []
    if erased_so_far(found.catalog) is None:
        assert there == old
        return False
    assert not there & old
    assert where_is(root, WHO) == []
    report = json.loads((found.path(found.records("model")[0].id) / "report.json").read_text())
    assert report["dataset"] == found.records("dataset")[0].id
    return True


def test_a_kill_at_any_moment_leaves_the_old_or_the_new_whole(made: Path, tmp_path: Path) -> None:
    rng, old, took = random.Random(5), {record.id for record in Workspace(made).records()}, 0.0
    for attempt in range(24):
        root = tmp_path / f"killed-{attempt}"
        shutil.copytree(made, root)

        def erase(say, root: Path = root) -> None:
            say("begun")
            erase_customer(Workspace(root), WHO)
            say("done")

        with running(erase) as child:
            child.next_line()
            began = time.monotonic()
            if attempt == 0:  # left alone, to know how long it takes here and now
                assert child.next_line() == "done"
                took = time.monotonic() - began
            time.sleep(rng.uniform(0, took))
            child.kill()
            said = child.rest()
        is_new = check_old_or_new(root, old)
        assert is_new or "done" not in said
        if not is_new:
            erase_customer(Workspace.open(root), WHO)
            assert check_old_or_new(root, old)


@pytest.mark.parametrize("moment", ["while rows are renamed", "after the last rename", "after commit"])
def test_a_kill_around_the_switch_leaves_the_old_or_the_new_whole(made: Path, moment: str) -> None:
    old = {record.id for record in Workspace(made).records()}

    def die_at_that_moment(say) -> None:
        ws = Workspace(made)
        publish, published = ws.artifacts.publish, []

        def publish_and_die(*args, **keywords) -> None:
            publish(*args, **keywords)
            published.append(args)
            if len(published) == (2 if moment == "while rows are renamed" else 3):
                os._exit(9)

        if moment == "after commit":
            ws.catalog.scrub = ws._clear = lambda *args: os._exit(9)
        else:
            ws.artifacts.publish = publish_and_die
        erase_customer(ws, WHO)

    with running(die_at_that_moment) as child:
        child.rest()
    assert check_old_or_new(made, old) == (moment == "after commit")


def test_an_addition_does_not_bring_the_erased_back(tmp_path: Path) -> None:
    files = {"orders.csv": ORDERS, "people.csv": PEOPLE}
    ingest(MAPPING, files, tmp_path / "april")
    erased = Erased(salt="00", digests=frozenset({Erased(salt="00", digests=frozenset()).digest(WHO)}))
    dataset = ingest(MAPPING, files, tmp_path / "may", erased=erased)
    assert dataset.rows["transactions"] + dataset.set_aside["transactions"] == 24
    assert dataset.set_aside["transactions"] == 8
