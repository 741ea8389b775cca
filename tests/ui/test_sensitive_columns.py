"""Whoever maps a sensitive column is asked why the model may use it; no answer keeps it out."""

from streamlit.testing.v1 import AppTest


def page() -> None:
    from dataclasses import replace

    import streamlit as st

    from segmenter.tables.mapping import ColumnSource, SourceMapping
    from segmenter.tables.reading import SourceColumn
    from segmenter.ui.sensitive_columns import ask_reasons

    blank = SourceColumn(name="", type="text", samples=(), words=(), missing_share=0.0, distinct=0)
    columns = {name: replace(blank, name=name) for name in ("who", "age", "income")}
    source = SourceMapping(file="people.csv", columns={"customer_id": ColumnSource(column="who")})
    st.json(ask_reasons("customers", source, columns, key="k"))


def test_only_the_sensitive_column_is_asked_for_and_the_answer_is_its_reason() -> None:
    app = AppTest.from_function(page).run()
    assert not app.exception
    (asked,) = app.text_input
    assert "income" in asked.label and "income or debt" in asked.label
    assert app.json[0].value == "{}"
    asked.set_value("  agreed with customers ").run()
    assert app.json[0].value == '{"income": "agreed with customers"}'
