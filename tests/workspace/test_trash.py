"""A deletion can be undone for thirty days: all of it comes back, and what is left in the trash is unseen."""

import random
import time
from datetime import UTC, datetime, timedelta

import pytest

from segmenter.errors import NotFound, WorkspaceError
from segmenter.workspace import Workspace, schema
from tests.workspace.children import running


@pytest.fixture
def family(workspace, store):
    """A data set, a model of it, scores and an audience of these: each made from the one before."""
    dataset = store("customers")
    model = store("weights", kind="model", parents=(dataset,))
    scores = store("scores", kind="scores", parents=(model, dataset))
    audience = store("members", kind="audience", name="Best", parents=(scores,))
    return dataset, model, scores, audience


def as_it_is(workspace: Workspace) -> list[tuple]:
    return [(each.id, each.name, each.parents, each.created_at) for each in workspace.records()]


def age(workspace: Workspace, days: float) -> None:
    """As if everything in the trash had been deleted so many days earlier."""
    moment = (datetime.now(UTC) - timedelta(days=days)).isoformat()
    with workspace.catalog.writing() as connection:
        connection.execute("UPDATE artifacts SET deleted_at = ? WHERE deleted_at IS NOT NULL", (moment,))


def test_what_was_deleted_is_unseen_and_comes_back_as_it_was(workspace, family):
    dataset, model, scores, audience = family
    before = as_it_is(workspace)
    assert set(workspace.discard(dataset, dependants=family)) == set(family)
    assert workspace.records() == ()
    for look in (workspace.record, workspace.path, workspace.dependants, workspace.verify, workspace.discard):
        with pytest.raises(NotFound):
            look(model)
    with pytest.raises(NotFound), workspace.create("model", name="m", parents=(dataset,)) as draft:
        (draft.folder / "w").write_text("another")
    (deletion,) = Workspace.open(workspace.root).deletions()
    assert (deletion.record.id, set(deletion.ids)) == (dataset, set(family))
    assert workspace.size_of(deletion.ids) == len("customersweightsscoresmembers")
    assert set(workspace.restore(dataset)) == set(family)
    assert as_it_is(workspace) == before
    for artifact_id in family:
        workspace.verify(artifact_id)


def test_nothing_is_discarded_that_was_not_shown(workspace, family):
    dataset, model, scores, _ = family
    with pytest.raises(WorkspaceError, match="audience 'Best'"):
        workspace.discard(dataset, dependants=(model, scores))
    assert len(workspace.records()) == 4
    assert workspace.deletions() == ()


def test_what_was_deleted_before_stays_deleted_and_needs_what_it_came_from(workspace, family):
    dataset, model, scores, audience = family
    workspace.discard(audience)
    workspace.discard(dataset, dependants=(model, scores))
    assert [deletion.record.id for deletion in workspace.deletions()] == [dataset, audience]
    with pytest.raises(WorkspaceError, match=rf"{scores}.*Bring that back first"):
        workspace.restore(audience)
    workspace.restore(dataset)
    assert {record.id for record in workspace.records()} == {dataset, model, scores}
    workspace.restore(audience)
    assert len(workspace.records()) == 4
    with pytest.raises(NotFound, match="not among what was deleted"):
        workspace.restore(audience)


def test_after_thirty_days_it_is_gone_and_its_room_is_free(workspace, family, store):
    kept = store("kept")
    workspace.discard(family[0], dependants=family)
    age(workspace, 29.9)
    assert len(Workspace.open(workspace.root).deletions()) == 1
    age(workspace, 30.1)
    assert Workspace.open(workspace.root).deletions() == ()
    folders = {folder.name for folder in (workspace.root / "artifacts").glob("*/*")}
    assert folders == {kept}
    assert list((workspace.root / "scratch").iterdir()) == []


def test_the_trash_can_be_emptied_at_once(workspace, family):
    workspace.discard(family[1], dependants=family)
    assert set(workspace.empty_trash()) == set(family[1:])
    assert workspace.deletions() == ()
    assert [record.id for record in workspace.records()] == [family[0]]


def test_making_the_same_again_begins_anew(workspace, family, store):
    dataset, model, *_ = family
    workspace.discard(dataset, dependants=family)
    assert store("customers", name="Again") == dataset
    assert [(record.id, record.name) for record in workspace.records()] == [(dataset, "Again")]
    workspace.verify(dataset)
    # The model and what came from it are still in the trash, and can be brought back one by one.
    assert {deletion.record.id for deletion in workspace.deletions()} == set(family[1:])
    workspace.restore(model)
    assert {record.id for record in workspace.records()} == {dataset, model}


def test_deleting_for_good_takes_what_is_in_the_trash_along(workspace, family):
    dataset, model, scores, audience = family
    workspace.discard(audience)
    workspace.delete(dataset, dependants=(model, scores))
    assert workspace.deletions() == ()
    assert not [path for path in (workspace.root / "artifacts").rglob("*") if path.is_file()]


def test_a_workspace_from_before_the_trash_opens_with_all_it_has(tmp_path, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(schema, "MIGRATIONS", schema.MIGRATIONS[:1])
        old = Workspace(tmp_path / "workspace")
        old._make_ready()
        with old.catalog.writing() as connection:
            connection.execute(
                "INSERT INTO artifacts (id, kind, name, created_at, demo, details)"
                " VALUES ('model-0123456789ab', 'model', 'Old', '2026-01-01T00:00:00+00:00', 0, '{}')"
            )
    workspace = Workspace.open(tmp_path / "workspace")
    assert [record.name for record in workspace.records()] == ["Old"]
    workspace.discard("model-0123456789ab")
    workspace.restore("model-0123456789ab")
    assert [record.name for record in workspace.records()] == ["Old"]


def test_a_kill_leaves_a_deletion_done_or_not_done(tmp_path):
    root, rng = tmp_path / "workspace", random.Random(11)
    workspace = Workspace.open(root)
    with workspace.create("dataset", name="d") as dataset:
        (dataset.folder / "d").write_text("d")
    with workspace.create("model", name="m", parents=(dataset.id,)) as model:
        (model.folder / "m").write_text("m")
    both = {dataset.id, model.id}

    def delete_and_restore(say) -> None:
        mine = Workspace(root)
        say("begun")
        while True:
            mine.discard(dataset.id, dependants=(model.id,))
            mine.restore(dataset.id)

    for _ in range(15):
        with running(delete_and_restore) as child:
            assert child.next_line() == "begun"
            time.sleep(rng.uniform(0, 0.02))
            child.kill()
            child.rest()
        found = Workspace.open(root)
        assert {record.id for record in found.records()} in (both, set())
        if found.deletions():
            found.restore(dataset.id)
        found.verify(model.id)
