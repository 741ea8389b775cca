"""The catalog: many processes at once, forward migration, and refusal of what is not ours."""

import sqlite3
import time
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import pytest

from segmenter.errors import WorkspaceError
from segmenter.workspace import Workspace, catalog, schema
from tests.workspace.children import running

PROCESSES = 5
EACH = 8


def say_all(children) -> list[str]:
    return [line for child in children for line in child.rest().split()]


def test_several_processes_write_at_once_and_nothing_is_lost(tmp_path):
    root = tmp_path / "workspace"

    def write(say, number: int) -> None:
        workspace = Workspace.open(root)  # the first of them makes it
        for n in range(EACH):
            # Every second content is the same in all processes: one artifact, whoever comes first.
            with workspace.create("dataset", name=f"{number}.{n}") as draft:
                (draft.folder / "content").write_text(f"{n}" if n % 2 else f"{number} {n}")
            workspace.catalog.set_setting(f"{number}.{n}", n)
            say(draft.id)

    with ExitStack() as stack:
        children = [
            stack.enter_context(running(lambda say, number=number: write(say, number)))
            for number in range(PROCESSES)
        ]
        said = say_all(children)
    assert len(said) == PROCESSES * EACH, "a process failed"
    workspace = Workspace.open(root)
    assert {record.id for record in workspace.records()} == set(said)
    assert len(set(said)) == PROCESSES * EACH // 2 + EACH // 2
    for artifact_id in set(said):
        workspace.verify(artifact_id)
    for number in range(PROCESSES):
        assert [workspace.catalog.setting(f"{number}.{n}") for n in range(EACH)] == list(range(EACH))


def test_who_reads_never_waits_and_who_writes_says_when_it_took_too_long(workspace, store, monkeypatch):
    monkeypatch.setattr(catalog, "BUSY_SECONDS", 0.3)
    dataset = store("customers")

    def hold(say) -> None:
        with workspace.catalog.writing():
            say("held")
            time.sleep(60)

    with running(hold) as child:
        assert child.next_line() == "held"
        began = time.monotonic()
        assert Workspace.open(workspace.root).record(dataset).name == "Spring"
        assert time.monotonic() - began < 0.3
        with pytest.raises(WorkspaceError, match="busy for too long.*Try again"):
            workspace.rename(dataset, "Autumn")
    workspace.rename(dataset, "Autumn")
    assert workspace.record(dataset).name == "Autumn"


def test_settings_are_json_and_have_defaults(workspace):
    assert workspace.catalog.setting("currency", "EUR") == "EUR"
    workspace.catalog.set_setting("currency", {"code": "JPY", "digits": 0})
    workspace.catalog.set_setting("currency", {"code": "SEK", "digits": 2})
    assert Workspace.open(workspace.root).catalog.setting("currency") == {"code": "SEK", "digits": 2}


def test_moments_are_kept_with_their_zone(workspace, store):
    made = workspace.record(store("x")).created_at
    assert made.utcoffset() == timedelta(0)
    assert abs(datetime.now(UTC) - made) < timedelta(minutes=1)


def test_names_and_details_are_data_never_sql(workspace, store):
    hostile = "'); DROP TABLE artifacts; --"
    dataset = store("x", name=hostile)
    workspace.rename(dataset, hostile + '"')
    assert workspace.find("dataset", hostile + '"').id == dataset


def test_an_older_workspace_migrates_forward_and_keeps_what_it_has(workspace, store, monkeypatch):
    dataset = store("customers")
    step = ("ALTER TABLE artifacts ADD COLUMN note TEXT NOT NULL DEFAULT 'none'",)
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, step))
    newer = Workspace.open(workspace.root)
    assert newer.record(dataset).name == "Spring"
    with newer.catalog.reading() as connection:
        assert connection.execute("SELECT note FROM artifacts").fetchone()["note"] == "none"
        assert connection.execute("PRAGMA user_version").fetchone()[0] == len(schema.MIGRATIONS)


def test_a_step_that_fails_changes_nothing(workspace, store, monkeypatch):
    dataset = store("customers")
    with monkeypatch.context() as patch:
        steps = (
            "ALTER TABLE artifacts ADD COLUMN note TEXT",
            "ALTER TABLE no_such_table ADD COLUMN note TEXT",
        )
        patch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, steps))
        with pytest.raises(WorkspaceError):
            Workspace.open(workspace.root)
    again = Workspace.open(workspace.root)
    assert again.record(dataset).name == "Spring"
    with again.catalog.reading() as connection:
        assert "note" not in dict(connection.execute("SELECT * FROM artifacts").fetchone())


def test_a_newer_workspace_is_refused_in_words_and_left_alone(workspace, store, monkeypatch):
    dataset = store("customers")
    with monkeypatch.context() as patch:
        patch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, ("CREATE TABLE more (x TEXT) STRICT",)))
        Workspace.open(workspace.root)
    steps = len(schema.MIGRATIONS)
    words = rf"newer Segmenter.*version {steps + 1}.*up to {steps}.*Update Segmenter"
    with pytest.raises(WorkspaceError, match=words):
        Workspace.open(workspace.root)
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, ("CREATE TABLE more (x TEXT) STRICT",)))
    assert Workspace.open(workspace.root).record(dataset).name == "Spring"


def foreign_database(root):
    root.mkdir()
    with sqlite3.connect(root / "catalog.sqlite") as connection:
        connection.execute("CREATE TABLE photographs (taken TEXT)")
    connection.close()


def no_database(root):
    root.mkdir()
    (root / "catalog.sqlite").write_text("Dear diary, today I was no database. " * 100)


def no_workspace(root):
    root.mkdir()
    (root / "holiday.jpg").write_text("x")


def a_file(root):
    root.write_text("x")


def lost_catalog(root):
    with Workspace.open(root).create("model", name="m") as draft:
        (draft.folder / "weights").write_text("w")
    (root / "catalog.sqlite").unlink()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (foreign_database, "not Segmenter's"),
        (no_database, "damaged.*backup"),
        (no_workspace, "not empty.*holiday.jpg"),
        (a_file, "is a file"),
        (lost_catalog, "lost its catalog.*backup"),
    ],
)
def test_what_is_not_a_workspace_is_refused_in_words_and_left_alone(tmp_path, make, words):
    root = tmp_path / "workspace"
    make(root)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    with pytest.raises(WorkspaceError, match=words):
        Workspace.open(root)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_a_freshly_mounted_disk_is_a_fine_place(tmp_path):
    (tmp_path / "lost+found").mkdir()
    (tmp_path / ".DS_Store").write_text("")
    assert Workspace.open(tmp_path).records() == ()


def test_the_workspace_is_the_one_named_else_the_environments_else_here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SEGMENTER_WORKSPACE", raising=False)
    assert Workspace.open().root == tmp_path / "workspace"
    monkeypatch.setenv("SEGMENTER_WORKSPACE", str(tmp_path / "elsewhere"))
    assert Workspace.open().root == tmp_path / "elsewhere"
    assert Workspace.open("named").root == tmp_path / "named"


def test_customers_data_is_for_its_owner_only(tmp_path):
    assert Workspace.open(tmp_path / "workspace").root.stat().st_mode & 0o077 == 0
