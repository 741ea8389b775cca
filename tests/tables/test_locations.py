"""Files on the server: only in allowed places, only what lies inside, read where they lie or fetched once."""

import os
from pathlib import Path

import pytest
from pyarrow import fs

from segmenter.errors import Cancelled, MappingError, SettingsError, UnreadableFile, WorkspaceError
from segmenter.progress import silent
from segmenter.tables import ingestion, object_store
from segmenter.tables.locations import SETTING, FolderLocation, Location, allowed_locations, server_file
from segmenter.tables.mapping_file import mapping_from_toml, mapping_to_toml
from segmenter.tables.object_store import ObjectStore
from segmenter.tables.reading import inspect_file

ORDERS = "customer,day,total\n" + "".join(f"C{n},2025-0{n % 9 + 1}-11,{n}.50\n" for n in range(60))
MAPPING = """
[[transactions]]
file = "exports:2024/orders.csv"
customer_id = "customer"
at = "day"
amount = "total"
"""
# Climbing, whole paths, other systems' signs, signs encoded once and twice, links, and what is no file.
WAYS_OUT = [
    "../secret.csv", "2024/../../secret.csv", "./../secret.csv", "..", "/etc/passwd", "//etc/passwd",
    "..\\secret.csv", "2024\\..\\..\\secret.csv", "%2e%2e/secret.csv", "%2e%2e%2fsecret.csv",
    "%252e%252e%252fsecret.csv", "..%2fsecret.csv", "..%c0%afsecret.csv", "....//secret.csv", "2024/..",
    "orders.csv\0.csv", "\0", "secret.csv\n", "C:\\secret.csv", "C:/secret.csv", "\\\\server\\share\\x.csv",
    "//server/share/x.csv", "file:///etc/passwd", "~/secret.csv", "$HOME/secret.csv", ".hidden.csv",
    ".hidden/orders.csv", "2024/.hidden.csv", "way-out.csv", "way-out/secret.csv", "2024/up/secret.csv",
    "loop/orders.csv", "x" * 300 + ".csv", "2024/" * 60 + "orders.csv", "", ".", "2024", "pipe.csv",
    "\u202egnp.csv", "\uff0e\uff0e/secret.csv",
]  # fmt: skip


@pytest.fixture
def exports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An allowed folder with a table in it, a secret beside it, and links and pipes that lead elsewhere."""
    (tmp_path / "secret.csv").write_text("secret,secret\n1,2\n")
    root = tmp_path / "exports"
    (root / "2024").mkdir(parents=True)
    (root / "2024" / "orders.csv").write_text(ORDERS)
    (root / "2024" / "notes.pdf").write_text("x")
    (root / "2024" / ".hidden.csv").write_text(ORDERS)
    (root / ".hidden").mkdir()
    (root / ".hidden" / "orders.csv").write_text(ORDERS)
    (root / ".hidden.csv").write_text(ORDERS)
    (root / "way-out.csv").symlink_to(tmp_path / "secret.csv")
    (root / "way-out").symlink_to(tmp_path)
    (root / "2024" / "up").symlink_to("../..")
    (root / "loop").symlink_to(root / "loop")
    (root / "to-hidden.csv").symlink_to(root / ".hidden.csv")
    (root / "latest.csv").symlink_to(root / "2024" / "orders.csv")
    os.mkfifo(root / "pipe.csv")
    monkeypatch.setenv(SETTING, f"exports={root}")
    return root


def listed(location: Location, folder: str = "") -> list[str]:
    return [entry.path for entry in location.listing(folder, (".csv",)).entries]


def test_nothing_is_allowed_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(SETTING, raising=False)
    assert allowed_locations() == ()
    with pytest.raises(MappingError, match="no location 'exports' is allowed here"):
        server_file("exports:2024/orders.csv")
    assert server_file("orders.csv") is None
    assert server_file("C:orders.csv") is None


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("exports", "is not NAME=FOLDER"),
        ("exports=", "is not NAME=FOLDER"),
        ("=/tmp", "no name for a location"),
        ("Exports!=/tmp", "no name for a location"),
        ("e=/tmp", "no name for a location"),
        ("exports=here", "needs a whole path"),
        ("exports=/", "needs a whole path"),
        ("exports=/tmp/../..", "needs a whole path"),
        ("exports=/no/such/folder", "there is no folder"),
        ("lake=http://somewhere/x", "'http' address"),
        ("lake=file:///etc", "'file' address"),
        ("lake=s3://one;lake=s3://two", "two locations are called 'lake'"),
    ],
)
def test_a_setting_that_cannot_be_understood_is_refused_in_words(setting: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said) as refusal:
        allowed_locations(setting)
    assert SETTING in str(refusal.value)


def test_a_list_shows_folders_and_tables_and_nothing_hidden_or_outside(exports: Path) -> None:
    (location,) = allowed_locations()
    assert listed(location) == ["2024", "latest.csv"]
    listing = location.listing("2024", (".csv",))
    (orders,) = listing.entries
    assert (orders.path, orders.size, listing.more) == ("2024/orders.csv", len(ORDERS), 0)
    assert orders.changed_at is not None
    assert listed(location, "2024/.") == ["2024/orders.csv"]


def test_a_list_is_bounded(exports: Path) -> None:
    (exports / "many").mkdir()
    for number in range(520):
        (exports / "many" / f"{number:04}.csv").touch()
    listing = allowed_locations()[0].listing("many", (".csv",))
    assert (len(listing.entries), listing.more) == (500, 20)


@pytest.mark.parametrize("path", WAYS_OUT)
def test_no_path_leads_out_of_an_allowed_folder(path: str, exports: Path, tmp_path: Path) -> None:
    (location,) = allowed_locations()
    with pytest.raises(UnreadableFile) as refusal:
        location.file(path, keep=tmp_path)
    assert "secret,secret" not in str(refusal.value)
    if path not in ("", ".", "2024"):
        with pytest.raises(UnreadableFile):
            location.listing(path, (".csv",))


def test_a_link_that_is_turned_outside_after_it_was_chosen_is_refused_when_it_is_read(
    exports: Path, tmp_path: Path
) -> None:
    mapping = mapping_from_toml(MAPPING.replace("2024/orders.csv", "latest.csv"))
    assert ingestion.preview(mapping, tmp_path, "transactions")[1].verdict == "accept"
    (exports / "latest.csv").unlink()
    (exports / "latest.csv").symlink_to(tmp_path / "secret.csv")
    with pytest.raises(UnreadableFile, match="There is no file or folder 'latest.csv'"):
        ingestion.preview(mapping, tmp_path, "transactions")


def test_a_mapping_names_a_file_on_the_server_and_it_is_read_where_it_lies(
    exports: Path, tmp_path: Path
) -> None:
    mapping = mapping_from_toml(MAPPING)
    assert mapping_from_toml(mapping_to_toml(mapping)) == mapping
    before = sorted(path for path in tmp_path.rglob("*"))
    dataset = ingestion.ingest(
        mapping, tmp_path, tmp_path / "out", name="x", scratch=tmp_path / "scratch", confined=True
    )
    assert dataset.rows["transactions"] == 60
    copies = [p for p in tmp_path.rglob("*.csv") if p not in before]
    assert copies == [], "it was copied"
    (found,) = inspect_file(exports / "2024" / "orders.csv", name="exports:2024/orders.csv")
    assert found.name == "exports:2024/orders.csv"


@pytest.fixture
def lake(exports: Path, monkeypatch: pytest.MonkeyPatch) -> ObjectStore:
    """An object store: the same files, behind the seam through which a store of any kind is opened."""
    store = fs.SubTreeFileSystem(str(exports), fs.LocalFileSystem())
    monkeypatch.setattr(ObjectStore, "_open", lambda self: (store, "2024"))
    return ObjectStore(name="lake", address="s3://bucket/2024")


def test_an_object_store_is_listed_and_its_files_are_fetched_once(lake: ObjectStore, tmp_path: Path) -> None:
    assert listed(lake) == ["orders.csv", "up"] or listed(lake) == ["up", "orders.csv"]
    told: list[tuple[float, str]] = []
    copy = lake.file(
        "orders.csv", keep=tmp_path / "kept", progress=lambda s, share, m="": told.append((share, m))
    )
    assert copy.read_text() == ORDERS
    assert told == [(1.0, "Fetched 0 MB of lake:orders.csv.")]
    assert lake.file("orders.csv", keep=tmp_path / "kept", progress=lambda *_: told.clear()) == copy
    assert told, "it was fetched again"


def test_a_file_that_is_too_large_or_not_there_is_refused_before_anything_is_fetched(
    lake: ObjectStore, tmp_path: Path
) -> None:
    small = ObjectStore(name="lake", address=lake.address, most_bytes=100)
    with pytest.raises(UnreadableFile, match="are fetched. Bring it in smaller parts"):
        small.file("orders.csv", keep=tmp_path / "kept")
    with pytest.raises(UnreadableFile, match="There is no file 'gone.csv'"):
        lake.file("gone.csv", keep=tmp_path / "kept")
    for path in ("../secret.csv", "/etc/passwd", ".hidden.csv", "", "..\\x"):
        with pytest.raises(UnreadableFile):
            lake.file(path, keep=tmp_path / "kept")
    assert not (tmp_path / "kept").exists()


def test_a_disk_without_room_is_said_before_anything_is_fetched(
    lake: ObjectStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(object_store.shutil, "disk_usage", lambda folder: type("Usage", (), {"free": 5}))
    with pytest.raises(WorkspaceError, match="Make room"):
        lake.file("orders.csv", keep=tmp_path / "kept")


def test_fetching_can_be_stopped_and_leaves_nothing(lake: ObjectStore, tmp_path: Path) -> None:
    def stop(stage: str, share: float, message: str = "") -> None:
        raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        lake.file("orders.csv", keep=tmp_path / "kept", progress=stop)
    assert list((tmp_path / "kept").iterdir()) == []


def test_what_the_store_says_of_itself_is_not_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: ObjectStore) -> None:
        raise OSError("When reading bucket: AccessDenied for key AKIA1234")

    monkeypatch.setattr(ObjectStore, "_open", refuse)
    with pytest.raises(UnreadableFile, match="The location 'lake' could not be read") as refusal:
        ObjectStore(name="lake", address="s3://bucket").listing("", (".csv",))
    assert "AKIA" not in str(refusal.value)


@pytest.mark.parametrize("is_kept", [True, False], ids=["kept beside the mapping", "fetched for the job"])
def test_a_mapping_may_name_a_file_in_an_object_store(
    lake: ObjectStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_kept: bool
) -> None:
    monkeypatch.setenv(SETTING, "lake=s3://bucket/2024")
    mapping = mapping_from_toml(MAPPING.replace("exports:2024/orders.csv", "lake:orders.csv"))
    base = tmp_path / "mapping"
    base.mkdir()
    if is_kept:
        (base / ingestion.FETCHED).mkdir()
    told: list[str] = []
    for _ in range(2):
        dataset = ingestion.ingest(
            mapping, base, tmp_path / "out", name="x", scratch=tmp_path / "scratch",
            progress=lambda stage, share, message="": told.append(stage),
        )  # fmt: skip
        assert dataset.rows["transactions"] == 60
    assert told.count("fetching") == (1 if is_kept else 2)
    assert list((tmp_path / "scratch").iterdir()) == []


def test_an_unreadable_file_is_said_in_words(exports: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # For root everything may be read, so the system's answer is put in its mouth.
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    location = FolderLocation(name="exports", root=exports)
    with pytest.raises(UnreadableFile, match="Segmenter may not read it"):
        location.file("2024/orders.csv", keep=exports, progress=silent)
