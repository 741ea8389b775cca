"""Small files that unpack to large ones, or have too much of something: refused soon, at no cost."""

import gzip
import io
import time
import zipfile
from pathlib import Path

import psutil
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from segmenter.tables.ingestion import check_file

SECONDS = 5.0
MB = 1 << 20


def gzip_of_nothing(path: Path) -> None:
    with gzip.open(path, "wb", compresslevel=9) as file:
        file.write(b"customer_id,at,amount\n")
        for _ in range(400):
            file.write(b"0" * MB)


def gzip_in_gzip(path: Path) -> None:
    inner = io.BytesIO()
    with gzip.open(inner, "wb") as file:
        file.write(b"0" * (50 * MB))
    path.write_bytes(gzip.compress(inner.getvalue()))


def zip_as_workbook(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("[Content_Types].xml", "<x/>")
        file.writestr("xl/worksheets/sheet1.xml", b"0" * (300 * MB))


def parquet_of_one_word(path: Path) -> None:
    words = pa.DictionaryArray.from_arrays(pa.array([0] * 2_000_000, pa.int32()), pa.array(["x" * 20_000]))
    pq.write_table(pa.table({"customer_id": words}), path)


def columns_without_end(path: Path) -> None:
    header = ",".join(f"c{n}" for n in range(60_000))
    path.write_text(header + "\n" + ",".join("1" for _ in range(60_000)) + "\n")


def one_cell_without_end(path: Path) -> None:
    path.write_text('customer_id,at,amount\n"' + "0" * (40 * MB) + '",1,1\n')


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (gzip_of_nothing, "bomb.csv.gz"),
        (gzip_in_gzip, "bomb.gz"),
        (zip_as_workbook, "bomb.xlsx"),
        (parquet_of_one_word, "bomb.parquet"),
        (columns_without_end, "wide.csv"),
        (one_cell_without_end, "long.csv"),
    ],
)
def test_a_bomb_is_refused_soon_and_costs_the_parent_nothing(make, name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    make(path)
    process = psutil.Process()
    before, began, cpu = process.memory_info().rss, time.monotonic(), process.cpu_times()
    report = check_file(path, "transactions", scratch=tmp_path / "scratch")
    seconds, after = time.monotonic() - began, process.cpu_times()
    assert report.verdict == "reject", report
    assert name in report.findings[0].message
    crowd = max(1.0, psutil.getloadavg()[0] / (psutil.cpu_count() or 1))  # others at work on the machine
    assert seconds < SECONDS * crowd
    assert process.memory_info().rss - before < 200 * MB
    children = after.children_user + after.children_system - cpu.children_user - cpu.children_system
    assert children < SECONDS
    assert list((tmp_path / "scratch").iterdir()) == []
