"""What a reader looks at: the newest of everything, or what was chosen."""

from typing import Any

import pytest

from segmenter.ui import session
from segmenter.workspace import Workspace
from tests.ui.conftest import store

pytestmark = pytest.mark.usefixtures("state")


def test_an_empty_workspace_has_nothing_to_look_at(workspace: Workspace) -> None:
    now = session.current()
    assert (now.dataset_id, now.model_id, now.evaluation_id, now.scores_id) == (None, None, None, None)
    assert not now.demo


def test_without_a_choice_the_newest_data_and_their_newest_model_are_shown(workspace: Workspace) -> None:
    old = store(workspace, "dataset", "old")
    store(workspace, "model", "of old", (old,))
    new = store(workspace, "dataset", "new")
    store(workspace, "model", "first", (new,))
    model = store(workspace, "model", "second", (new,))
    now = session.current()
    assert (now.dataset_id, now.model_id) == (new, model)


def test_a_model_left_by_a_training_that_was_stopped_is_not_put_to_use(workspace: Workspace) -> None:
    data = store(workspace, "dataset", "data")
    whole = store(workspace, "model", "whole", (data,))
    store(workspace, "scores", "s", (whole, data))
    stopped = store(workspace, "model", "stopped", (data,))
    assert session.current().model_id == whole
    session.choose_model(stopped)
    assert session.current().model_id == stopped


def test_data_without_a_model_do_not_borrow_the_model_of_other_data(workspace: Workspace) -> None:
    old = store(workspace, "dataset", "old")
    store(workspace, "model", "of old", (old,))
    store(workspace, "dataset", "new")
    assert session.current().model_id is None


def test_choosing_a_model_brings_its_data_its_test_and_its_scores(workspace: Workspace) -> None:
    old = store(workspace, "dataset", "old")
    model = store(workspace, "model", "of old", (old,))
    evaluation = store(workspace, "evaluation", "e", (model, old))
    scores = store(workspace, "scores", "s", (model, old))
    store(workspace, "dataset", "new")
    session.choose_model(model)
    now = session.current()
    assert (now.dataset_id, now.model_id, now.evaluation_id, now.scores_id) == (
        old,
        model,
        evaluation,
        scores,
    )


def test_choosing_data_lets_go_of_the_model_of_other_data(workspace: Workspace) -> None:
    old = store(workspace, "dataset", "old")
    model = store(workspace, "model", "of old", (old,))
    new = store(workspace, "dataset", "new")
    session.choose_model(model)
    session.choose_dataset(new)
    now = session.current()
    assert (now.dataset_id, now.model_id) == (new, None)


def test_a_choice_that_was_deleted_falls_back_to_the_newest(workspace: Workspace) -> None:
    old = store(workspace, "dataset", "old")
    new = store(workspace, "dataset", "new")
    session.choose_dataset(new)
    workspace.delete(new)
    assert session.current().dataset_id == old


def test_a_model_from_a_file_can_be_used_beside_any_data(workspace: Workspace) -> None:
    data = store(workspace, "dataset", "data")
    loaded = store(workspace, "model", "loaded")
    session.choose_model(loaded)
    now = session.current()
    assert (now.dataset_id, now.model_id) == (data, loaded)


def test_the_demo_is_known_as_such_and_own_data_are_not(workspace: Workspace, state: dict[str, Any]) -> None:
    demo = store(workspace, "dataset", "demo", demo=True)
    assert session.current().demo
    own = store(workspace, "dataset", "own")
    assert not session.current().demo
    session.choose_dataset(demo)
    assert session.current().demo
    session.forget_choices()
    assert session.current().dataset_id == own
    assert state == {}


def test_a_session_holds_ids_and_nothing_else(workspace: Workspace, state: dict[str, Any]) -> None:
    data = store(workspace, "dataset", "data")
    session.choose_model(store(workspace, "model", "m", (data,)))
    session.current()
    assert all(isinstance(value, str) and "-" in value for value in state.values())
