"""The example files in data/examples: always the same bytes, and readable by the mapping beside them."""

from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

from segmenter.synthetic import make_world
from segmenter.synthetic.examples import CUSTOMERS, FOLDER, SEED, write_examples
from segmenter.tables.ingestion import ingest
from segmenter.tables.mapping_file import read_mapping


def test_the_example_files_come_out_the_same_every_time(tmp_path: Path) -> None:
    write_examples(tmp_path)
    written = sorted(path.name for path in tmp_path.iterdir())
    assert written == sorted(path.name for path in FOLDER.glob("*.csv"))
    for name in written:
        assert (tmp_path / name).read_bytes() == (FOLDER / name).read_bytes(), (
            f"{name} is out of date: run `python -m segmenter.synthetic.examples`"
        )


def test_the_mapping_gives_back_the_world_the_files_were_made_from(tmp_path: Path) -> None:
    world, dataset, scratch = (tmp_path / name for name in ("world", "dataset", "scratch"))
    dataset.mkdir()
    scratch.mkdir()
    made = make_world(world, customers=CUSTOMERS, seed=SEED)
    read = ingest(read_mapping(FOLDER / "mapping.toml"), FOLDER, dataset, name="Examples", scratch=scratch)
    assert read.rows == made.rows and not any(read.set_aside.values())
    assert [(a.name, a.kind) for a in read.attributes] == [(a.name, a.kind) for a in made.attributes]
    for table in (*made.rows, "attributes"):
        found = pq.read_table(dataset / f"{table}.parquet").to_pandas()
        expected = pq.read_table(world / f"{table}.parquet").to_pandas()[list(found.columns)]
        if table == "customers":  # the shop's file says the day of joining, not the moment
            expected["joined_at"] = expected["joined_at"].dt.normalize()
        pd.testing.assert_frame_equal(
            found.sort_values(list(found.columns), ignore_index=True),
            expected.sort_values(list(found.columns), ignore_index=True),
            check_dtype=False,
        )
