"""The embedded engine: shut in its folders, stoppable from outside, usable from several threads."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from segmenter.engines import Engine, open_engine
from segmenter.engines.staging import passing_folder, stage_text
from segmenter.errors import Cancelled, DamagedArtifact, SegmenterError, SettingsError

FOREVER = "SELECT COUNT(*) AS n FROM RANGE(10000000) AS a, RANGE(10000000) AS b WHERE a.range * b.range = 7"


@pytest.fixture
def allowed(tmp_path: Path) -> Path:
    folder = tmp_path / "allowed"
    folder.mkdir()
    return folder


@pytest.fixture
def engine(allowed: Path, tmp_path: Path) -> Iterator[Engine]:
    with open_engine(allowed=[allowed], scratch=tmp_path / "scratch", threads=2) as engine:
        yield engine


def numbers(path: Path, n: int = 3) -> Path:
    pq.write_table(pa.table({"n": list(range(n))}), path)
    return path


def test_a_file_becomes_a_table_and_a_query_becomes_a_file(engine: Engine, allowed: Path) -> None:
    engine.register("numbers", numbers(allowed / "numbers.parquet", 5))
    out = allowed / "out.parquet"
    assert engine.write("SELECT n * :k AS m FROM numbers WHERE n >= :low", {"k": 10, "low": 3}, out) == 2
    assert pq.read_table(out).to_pydict() == {"m": [30, 40]}
    assert pq.ParquetFile(out).metadata.row_group(0).column(0).compression == "ZSTD"


def test_a_second_file_of_the_same_name_takes_the_place_of_the_first(engine: Engine, allowed: Path) -> None:
    engine.register("numbers", numbers(allowed / "a.parquet", 5))
    engine.register("numbers", numbers(allowed / "b.parquet", 7))
    assert engine.frame("SELECT COUNT(*) AS n FROM numbers", {})["n"].item() == 7


@pytest.mark.parametrize("name", ["we [x] are", "a*b", "what?", "it's", 'a "b"', "Ümläut und Raum"])
def test_a_folder_may_have_any_name(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    folder.mkdir()
    with open_engine(allowed=[folder], scratch=tmp_path / "scratch") as engine:
        engine.register("numbers", numbers(folder / f"{name}.parquet"))
        assert engine.write("SELECT * FROM numbers", {}, folder / "out.parquet") == 3


@pytest.mark.parametrize(
    "value",
    [7, 2.5, True, "x'; DROP TABLE numbers; --", date(2026, 3, 1), datetime(2026, 3, 1, 12, 30)],
)
def test_a_value_is_bound_and_comes_back_as_it_went_in(engine: Engine, value: object) -> None:
    got = engine.frame("SELECT :value AS v", {"value": value})["v"].tolist()[0]  # type: ignore[dict-item]
    assert got == value or got == datetime.fromisoformat(str(value))


def test_batches_are_no_larger_than_asked_and_lose_nothing(engine: Engine) -> None:
    batches = list(engine.batches("SELECT range AS n FROM RANGE(:rows)", {"rows": 10_000}, rows=2_048))
    assert max(batch.num_rows for batch in batches) <= 2_048
    assert [n for batch in batches for n in batch["n"].to_pylist()] == list(range(10_000))


def test_a_query_may_run_while_batches_are_being_read(engine: Engine) -> None:
    reading = engine.batches("SELECT range AS n FROM RANGE(200000)", {}, rows=2_048)
    next(reading)
    assert engine.frame("SELECT 1 AS one", {})["one"].item() == 1
    assert sum(batch.num_rows for batch in reading) == 200_000 - 2_048


def test_many_threads_may_ask_at_once(engine: Engine, allowed: Path) -> None:
    engine.register("numbers", numbers(allowed / "numbers.parquet", 1_000))

    def total(k: int) -> int:
        return int(engine.frame("SELECT SUM(n * :k) AS s FROM numbers", {"k": k})["s"].item())

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(total, range(24))) == [499_500 * k for k in range(24)]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM READ_TEXT('/etc/hostname')",
        "SELECT * FROM READ_PARQUET('{allowed}/../outside/secret.parquet')",
        "SELECT * FROM READ_PARQUET('{allowed}/link.parquet')",
        "SELECT * FROM GLOB('/etc/*')",
        "SELECT * FROM READ_CSV('https://example.invalid/x.csv')",
    ],
)
def test_the_engine_sees_nothing_outside_its_folders(
    engine: Engine, allowed: Path, tmp_path: Path, sql: str
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    secret = numbers(outside / "secret.parquet")
    (allowed / "link.parquet").symlink_to(secret)
    with pytest.raises(Exception, match="(?i)permission|disabled|cannot access"):
        engine.frame(sql.format(allowed=allowed), {})


def test_the_engine_writes_nothing_outside_its_folders(engine: Engine, tmp_path: Path) -> None:
    target = tmp_path / "elsewhere.parquet"
    with pytest.raises(Exception, match="(?i)permission|disabled|cannot access"):
        engine.write("SELECT 1 AS one", {}, target)
    assert not target.exists()


@pytest.mark.parametrize(
    "statement",
    [
        "SET memory_limit = '64GB'",
        "SET enable_external_access = true",
        "RESET allowed_directories",
        "SET lock_configuration = false",
        "INSTALL httpfs",
        "ATTACH '/tmp/other.duckdb'",
    ],
)
def test_the_lock_on_the_settings_holds(engine: Engine, statement: str) -> None:
    with pytest.raises(Exception, match="(?i)lock|permission|disabled|cannot|not allowed"):
        engine.frame(statement, {})


def test_python_variables_are_no_tables(engine: Engine) -> None:
    secret = pa.table({"n": [1]})
    with pytest.raises(Exception, match="(?i)secret"):
        engine.frame("SELECT * FROM secret", {})
    assert secret.num_rows == 1


def test_work_larger_than_the_memory_spills_to_the_scratch_folder(tmp_path: Path) -> None:
    with open_engine(allowed=[], scratch=tmp_path / "scratch", memory="80MB", threads=2) as engine:
        out = tmp_path / "scratch" / "sorted.parquet"
        sql = "SELECT HASH(range) AS h, range AS n FROM RANGE(4000000) ORDER BY h"
        assert engine.write(sql, {}, out) == 4_000_000


def test_too_little_memory_is_explained(tmp_path: Path) -> None:
    sql = "SELECT LIST(range) AS every_number FROM RANGE(50000000)"
    with (
        open_engine(allowed=[], scratch=tmp_path, memory="60MB", threads=1) as engine,
        pytest.raises(SegmenterError, match="memory than the 60MB"),
    ):
        engine.frame(sql, {})


def test_an_interrupt_from_another_thread_stops_the_work_and_it_stays_stopped(
    engine: Engine, allowed: Path
) -> None:
    threading.Timer(0.3, engine.interrupt).start()
    out = allowed / "out.parquet"
    started = time.monotonic()
    with pytest.raises(Cancelled):
        engine.write(FOREVER, {}, out)
    assert time.monotonic() - started < 30
    assert not out.exists()
    with pytest.raises(Cancelled):
        engine.frame("SELECT 1 AS one", {})


def test_a_failed_query_leaves_no_file_behind(engine: Engine, allowed: Path) -> None:
    out = allowed / "out.parquet"
    with pytest.raises(Exception, match="(?i)convert|cast"):
        engine.write("SELECT CAST(CAST(range AS VARCHAR) || 'x' AS INTEGER) AS n FROM RANGE(9)", {}, out)
    assert not out.exists()


@pytest.mark.parametrize("content", [None, b"", b"PAR1 this is not a table"])
def test_a_missing_or_broken_file_is_explained(engine: Engine, allowed: Path, content: bytes | None) -> None:
    path = allowed / "broken.parquet"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DamagedArtifact, match="broken.parquet"):
        engine.register("broken", path)


def test_a_table_name_is_one_of_ours(engine: Engine, allowed: Path) -> None:
    with pytest.raises(ValueError, match="lower-case"):
        engine.register("numbers; DROP TABLE x", numbers(allowed / "numbers.parquet"))


def test_passing_tables_are_gone_when_the_steps_are_done(engine: Engine) -> None:
    with passing_folder(engine) as folder:
        assert stage_text(engine, folder, "ones", "SELECT 1 AS one", {}) == 1
        assert engine.frame("SELECT * FROM ones", {})["one"].item() == 1
    assert not folder.exists()


def test_an_unknown_engine_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="duckdb, spark"):
        open_engine("sqlite", allowed=[], scratch=tmp_path)
