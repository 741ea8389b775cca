"""The pieces of every page: each chart has words and numbers beside it, each empty page one way out."""

from streamlit.testing.v1 import AppTest

from segmenter.tables.contracts import TABLES
from segmenter.ui.removal import consequences
from segmenter.ui.templates import template
from segmenter.workspace import Workspace
from tests.ui.conftest import store


def test_a_chart_comes_with_a_text_alternative_and_its_numbers(workspace: Workspace) -> None:
    def page() -> None:
        import pandas as pd
        import plotly.graph_objects as go

        from segmenter.ui.components import chart

        chart(
            go.Figure(go.Scatter(x=[1], y=[2])),
            key="c",
            alt="One point at 2.",
            table=pd.DataFrame({"x": [1], "y": [2]}),
            title="A point",
        )

    at = AppTest.from_function(page, default_timeout=30).run()
    assert not at.exception
    assert at.get("plotly_chart")[0].proto.alt == "One point at 2."
    assert at.expander[0].label == "Show the numbers"
    assert at.dataframe[0].value.to_dict("list") == {"x": [1], "y": [2]}
    assert at.subheader[0].value == "A point"


def test_a_card_has_a_note_and_passes_no_judgement(workspace: Workspace) -> None:
    def page() -> None:
        from segmenter.ui.components import Card, metric_row

        metric_row(
            [Card(label="Selected", value="26,016", note="of 108,400"), Card(label="Lift", value="2.1×")]
        )

    at = AppTest.from_function(page, default_timeout=30).run()
    assert [(m.label, m.value, m.delta) for m in at.metric] == [
        ("Selected", "26,016", "of 108,400"),
        ("Lift", "2.1×", ""),
    ]
    assert {m.proto.color for m in at.metric} == {at.metric[0].proto.GRAY}


def test_the_demo_is_marked_beside_the_name_of_every_page(workspace: Workspace) -> None:
    def page() -> None:
        from segmenter.ui.components import page_header

        page_header("Data", "Which files?")

    assert not AppTest.from_function(page, default_timeout=30).run().markdown[0].value.count("Demo")
    store(workspace, "dataset", "shop", demo=True)
    at = AppTest.from_function(page, default_timeout=30).run()
    assert at.title[0].value == "Data"
    assert any("Demo" in text.value for text in at.markdown)


def test_what_goes_with_a_deleted_thing_is_counted_by_kind(workspace: Workspace) -> None:
    data = store(workspace, "dataset", "d")
    for name in ("a", "b"):
        model = store(workspace, "model", name, (data,))
    store(workspace, "evaluation", "e", (model, data))
    store(workspace, "scores", "s", (model, data))
    words = consequences(workspace.dependants(data))
    assert "2 models" in words
    assert "1 test result" in words
    assert "1 set of scores" in words
    assert consequences(workspace.dependants(model)).count("model") == 0


def test_what_a_reader_named_is_named_before_it_goes_and_a_long_list_ends(workspace: Workspace) -> None:
    data = store(workspace, "dataset", "d")
    store(workspace, "model", "Spring", (data,))
    assert consequences(workspace.dependants(data)) == "1 model (Spring)"
    for n in range(9):
        store(workspace, "model", f"m{n}", (data,))
    assert consequences(workspace.dependants(data)) == "10 models (m8, m7, m6, m5, m4, m3, 4 more)"


def test_a_template_has_every_column_that_its_table_needs() -> None:
    for contract in TABLES.values():
        header = template(contract.name).decode().splitlines()[0].split(",")
        assert set(contract.required) <= set(header)
