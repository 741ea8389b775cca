"""Laws of the store: whole or not at all, never changed, addressed by content, never outside its folder."""

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from segmenter.errors import Cancelled, DamagedArtifact, NotFound, WorkspaceError
from segmenter.workspace import Workspace
from segmenter.workspace.artifacts import content_digest, kind_of

HOSTILE_IDS = [
    "",
    ".",
    "..",
    "../catalog.sqlite",
    "model-../../../etc",
    "model-0123456789ab/../../x",
    "model-0123456789ab\n",
    "model-0123456789ab\0",
    "model-0123456789AB",
    "model-0123456789abc",
    "model-0123456789a",
    "model-%2e%2e%2f%2e%2e",
    "model-٠١٢٣٤٥٦٧٨٩ab",
    "job-0123456789ab",
    "/etc/passwd",
    "..\\..\\x",
    "~root",
    "model-" + "a" * 300,
]


def everything_in(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


def test_what_was_stored_is_there_and_says_what_it_came_from(workspace, store):
    dataset = store("customers")
    model = store("weights", kind="model", name="Autumn", parents=(dataset,))
    assert (workspace.path(model) / "content.txt").read_text() == "weights"
    record = workspace.record(model)
    assert (record.kind, record.name, record.parents, record.demo) == ("model", "Autumn", (dataset,), False)
    assert [each.id for each in workspace.records()] == [model, dataset]
    assert [each.id for each in workspace.records("dataset")] == [dataset]


def test_details_come_back_as_they_were(workspace):
    with workspace.create("dataset", name="Spring") as draft:
        (draft.folder / "a").write_text("a")
        draft.details = {"rows": {"customers": 3}, "sentence": "Größe 3", "share": 0.25}
    assert workspace.record(draft.id).details == {
        "rows": {"customers": 3},
        "sentence": "Größe 3",
        "share": 0.25,
    }


def test_the_same_content_is_the_same_artifact_and_keeps_its_first_name(workspace, store):
    first = store("customers", name="First")
    assert store("customers", name="Second") == first
    assert [record.name for record in workspace.records()] == ["First"]


@given(
    a=st.dictionaries(st.text("ab/", min_size=1, max_size=4), st.binary(max_size=6), max_size=3),
    b=st.dictionaries(st.text("ab/", min_size=1, max_size=4), st.binary(max_size=6), max_size=3),
)
@settings(max_examples=60, deadline=None, derandomize=True)
def test_ids_differ_exactly_when_names_or_contents_do(tmp_path_factory, a, b):
    folder = tmp_path_factory.mktemp("digest")
    digests = []
    contents = []
    for name, files in (("a", a), ("b", b)):
        (folder / name).mkdir()
        # A slash is not part of a file's name; what is left of the drawing are the files that can exist.
        written = {file.replace("/", "_"): content for file, content in files.items()}
        for file, content in written.items():
            (folder / name / file).write_bytes(content)
        digests.append(content_digest(folder / name))
        contents.append(written)
    assert (digests[0] == digests[1]) == (contents[0] == contents[1])


def test_an_id_does_not_depend_on_the_order_of_writing(tmp_path):
    for folder, names in (("x", "abc"), ("y", "cab")):
        (tmp_path / folder / "inner").mkdir(parents=True)
        for name in names:
            (tmp_path / folder / "inner" / name).write_text(name)
    assert content_digest(tmp_path / "x") == content_digest(tmp_path / "y")


@pytest.mark.parametrize("problem", [RuntimeError("no"), Cancelled("stop"), KeyboardInterrupt()])
def test_an_exception_leaves_nothing(workspace, problem):
    before = everything_in(workspace.root)
    with pytest.raises(type(problem)), workspace.create("model", name="Spring") as draft:
        (draft.folder / "half.txt").write_text("half")
        raise problem
    assert workspace.records() == ()
    assert everything_in(workspace.root) - before <= {"scratch"}
    with pytest.raises(ValueError, match="only after"):
        _ = draft.id


def test_an_artifact_made_from_something_deleted_meanwhile_is_not_stored(workspace, store):
    dataset = store("customers")
    with (
        pytest.raises(NotFound, match=dataset),
        workspace.create("model", name="m", parents=(dataset,)) as draft,
    ):
        (draft.folder / "weights").write_text("w")
        workspace.delete(dataset)
    assert workspace.records() == ()
    assert not [path for path in (workspace.root / "artifacts").rglob("*") if path.is_file()]


def test_an_artifact_holds_plain_files_only(workspace):
    with pytest.raises(ValueError, match="plain files"), workspace.create("dataset", name="x") as draft:
        (draft.folder / "link").symlink_to("/etc/passwd")
    with pytest.raises(ValueError, match="at least one file"), workspace.create("dataset", name="x"):
        pass
    assert workspace.records() == ()


def change(folder: Path) -> None:
    (folder / "content.txt").write_text("other")


def add(folder: Path) -> None:
    (folder / "more.txt").write_text("more")


def lose(folder: Path) -> None:
    (folder / "content.txt").unlink()


def link(folder: Path) -> None:
    (folder / "content.txt").rename(folder.parent / "elsewhere")
    (folder / "content.txt").symlink_to(folder.parent / "elsewhere")


@pytest.mark.parametrize("damage", [change, add, lose, link])
def test_damage_is_found_and_healed_by_making_the_same_again(workspace, store, damage):
    dataset = store("customers")
    workspace.verify(dataset)
    damage(workspace.path(dataset))
    with pytest.raises(DamagedArtifact, match=dataset):
        workspace.verify(dataset)
    assert store("customers") == dataset
    workspace.verify(dataset)


@pytest.mark.parametrize("hostile", HOSTILE_IDS)
def test_no_id_leads_outside_the_store(workspace, hostile):
    before = everything_in(workspace.root)
    for act in (
        workspace.path,
        workspace.record,
        workspace.verify,
        workspace.dependants,
        workspace.delete,
        workspace.artifacts.path,
        workspace.artifacts.is_whole,
        kind_of,
        lambda text: workspace.find("model", text),
    ):
        with pytest.raises(NotFound) as refusal:
            act(hostile)
        assert len(str(refusal.value)) < 300
    assert everything_in(workspace.root) - before <= {"scratch"}


@given(text=st.from_regex(r"(model|scores|job|\.\.)[-/][0-9a-fA-F]{11,13}\n?", fullmatch=True))
@settings(max_examples=200, deadline=None, derandomize=True)
def test_only_text_of_the_right_form_is_an_id(text):
    if re.fullmatch(r"(dataset|model|evaluation|scores|audience)-[0-9a-f]{12}", text, re.ASCII):
        assert text.startswith(kind_of(text))
    else:
        with pytest.raises(NotFound):
            kind_of(text)


def test_nobody_loses_what_he_was_not_shown(workspace, store):
    dataset = store("customers")
    model = store("weights", kind="model", parents=(dataset,))
    scores = store("scores", kind="scores", name="May", parents=(model, dataset))
    assert [record.id for record in workspace.dependants(dataset)] == [scores, model]
    with pytest.raises(WorkspaceError, match="scores 'May'"):
        workspace.delete(dataset, dependants=(model,))
    assert len(workspace.records()) == 3
    assert set(workspace.delete(dataset, dependants=(model, scores))) == {dataset, model, scores}
    assert workspace.records() == ()
    assert not [path for path in (workspace.root / "artifacts").rglob("*") if path.is_file()]
    assert list((workspace.root / "scratch").iterdir()) == []


def test_deleting_takes_only_what_depends(workspace, store):
    kept, dataset = store("kept"), store("customers")
    other = store("weights", kind="model", parents=(kept,))
    model = store("weights 2", kind="model", parents=(dataset,))
    # Naming something that does not depend on it does not delete it.
    assert set(workspace.delete(dataset, dependants=(model, other))) == {dataset, model}
    assert {record.id for record in workspace.records()} == {kept, other}
    workspace.verify(other)


@given(edges=st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=12), start=st.integers(0, 5))
@settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_dependants_are_all_that_can_be_reached(tmp_path_factory, edges, start):
    workspace = Workspace.open(tmp_path_factory.mktemp("lineage") / "workspace")
    ids: list[str] = []
    for number in range(6):
        parents = tuple(ids[a] for a, b in edges if b == number and a < b)
        with workspace.create("dataset", name=str(number), parents=parents) as draft:
            (draft.folder / "n").write_text(str(number))
        ids.append(draft.id)
    reached = {start}
    for a, b in sorted((a, b) for a, b in edges if a < b):
        if a in reached:
            reached.add(b)
    assert {record.id for record in workspace.dependants(ids[start])} == {ids[n] for n in reached - {start}}


def test_a_name_finds_its_artifact_when_only_one_has_it(workspace, store):
    one = store("one", name="Spring")
    assert workspace.find("dataset", "Spring").id == one
    assert workspace.find("dataset", one).id == one
    two = store("two", name="Spring")
    with pytest.raises(NotFound, match=rf"2 datasets are called 'Spring'.*{two}"):
        workspace.find("dataset", "Spring")
    with pytest.raises(NotFound, match="no model at all yet"):
        workspace.find("model", one)
    workspace.rename(two, "Autumn")
    assert workspace.find("dataset", "Autumn").id == two


def test_scratch_is_gone_afterwards(workspace):
    with workspace.scratch() as folder:
        (folder / "deep").mkdir()
        (folder / "deep" / "file").write_text("x")
        Workspace.open(workspace.root)  # a sweep leaves what a living process owns
        assert (folder / "deep" / "file").exists()
    assert not folder.exists()
