"""Files that come with the project go through without a single finding."""

from pathlib import Path

import pytest

from segmenter.tables.contracts import TABLES
from segmenter.tables.dataset import read_dataset
from segmenter.tables.guessing import guess_mapping
from segmenter.tables.ingestion import ingest
from segmenter.tables.inspection import source_file
from segmenter.tables.mapping import Mapping
from segmenter.tables.mapping_file import read_mapping
from segmenter.tables.text_table import read_text_table
from tests.conftest import ROOT
from tests.tables.here import check

TEMPLATES = ROOT / "data" / "templates"
EXAMPLES = ROOT / "data" / "examples"


def test_there_is_a_template_for_every_table_with_every_column_of_its_contract():
    assert {path.stem for path in TEMPLATES.glob("*.csv")} == set(TABLES)
    for table, contract in TABLES.items():
        header = (TEMPLATES / f"{table}.csv").read_text(encoding="utf-8").splitlines()[0].split(",")
        assert set(contract.names) <= set(header)


@pytest.mark.parametrize("table", TABLES)
def test_a_template_is_accepted_without_a_finding(table):
    report = check((TEMPLATES / f"{table}.csv").read_bytes(), table, f"{table}.csv")
    assert (report.verdict, report.rows_set_aside, report.findings) == ("accept", 0, ())


def guess_folder(folder: Path, scratch: Path) -> Mapping:
    """What is guessed from the CSV files of a folder."""
    sources = []
    for path in sorted(folder.glob("*.csv")):
        text = read_text_table(path, path.name, scratch / path.stem, told=lambda rows, share: None)
        sources.append(source_file(text, path))
    return guess_mapping(sources)


def test_all_templates_together_are_guessed_and_make_a_dataset_without_a_warning(tmp_path):
    mapping = guess_folder(TEMPLATES, tmp_path)
    assert set(mapping.tables) == set(TABLES)
    dataset = ingest(mapping, TEMPLATES, tmp_path / "out", name="templates", scratch=tmp_path / "scratch")
    assert [finding for finding in dataset.findings if finding.severity != "note"] == []
    assert all(dataset.rows.values())
    assert not any(dataset.set_aside.values())
    assert read_dataset(tmp_path / "out") == dataset


def test_the_examples_are_guessed_as_their_mapping_says(tmp_path):
    guessed, written = guess_folder(EXAMPLES, tmp_path), read_mapping(EXAMPLES / "mapping.toml")
    assert set(guessed.tables) == set(written.tables)
    for table, (part,) in written.tables.items():
        columns = {name: source.column for name, source in guessed.tables[table][0].columns.items()}
        expected = {name: source.column for name, source in part.columns.items()}
        expected.pop("is_return", None)  # that sale means no and return means yes takes a person to say
        assert columns == expected
