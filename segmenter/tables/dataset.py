"""What a stored dataset says about itself (dataset.json beside its Parquet files).

The user's own column names live only here, as labels; the files and every SQL text know attr_num_1 and
attr_cat_1.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

import msgspec

from segmenter.errors import DamagedArtifact, NotFound
from segmenter.tables.report import Finding

DATASET_FILE = "dataset.json"
AttributeKind = Literal["numeric", "category", "date"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """A column of attributes.parquet. name: ours ('attr_num_1'); label: the user's own ('income').

    sensitive: what it touches ('children', 'religion'), '' for most columns. Such a column is kept out of
    models unless `reason` says why it may be used.
    """

    name: str
    label: str
    kind: AttributeKind
    sensitive: str = ""
    reason: str = ""

    @property
    def may_be_used(self) -> bool:
        """May models learn from it?"""
        return not self.sensitive or bool(self.reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRecord:
    """A file that a data set was made from, so that every audience can be followed back to it.

    sha256: of its bytes, in hexadecimal. rows: read from it, those set aside included. read_at: in UTC;
    None in what is stored: the same files are the same data set whenever they are read (see lineage.py).
    """

    file: str
    sheet: str | None
    size_bytes: int
    sha256: str
    rows: int
    read_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """The first and the last moment of a table; None where it has no rows."""

    first: datetime | None
    last: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """What is in a dataset folder.

    rows, set_aside: rows stored and set aside, per table (every table has an entry in rows).
    mapped: the contract columns that the user mapped, per table; a table that is absent or () was not given.
    coverage: per table that says when things happened. sources: the files it was made from, the oldest first.
    currency, time_zone: as the mapping says them (mapping.py); a currency that only the files name, too.
    """

    name: str
    demo: bool = False
    rows: dict[str, int]
    set_aside: dict[str, int]
    mapped: dict[str, tuple[str, ...]]
    attributes: tuple[Attribute, ...]
    coverage: dict[str, Coverage]
    findings: tuple[Finding, ...]
    sources: tuple[SourceRecord, ...] = ()
    currency: str | None = None
    time_zone: str | None = None

    def has(self, table: str) -> bool:
        """Was this table given, with at least one usable row?"""
        return self.rows.get(table, 0) > 0


def is_customer_level(dataset: Dataset) -> bool:
    """Does one row per customer take the place of tables of purchases and touches?

    Customers without outcomes are so, too: next month's, to be scored by a model of last month's.
    """
    is_given = dataset.has("outcomes") or dataset.has("customers")
    return is_given and not dataset.has("transactions") and not dataset.has("engagements")


def write_dataset(folder: Path, dataset: Dataset) -> None:
    """Write dataset.json into `folder` (which is not yet anybody's: the workspace makes the rename)."""
    (folder / DATASET_FILE).write_bytes(msgspec.json.format(msgspec.json.encode(dataset), indent=2))


def read_dataset(folder: Path) -> Dataset:
    """The Dataset of `folder`. Raises NotFound without dataset.json, DamagedArtifact for a damaged one."""
    path = folder / DATASET_FILE
    try:
        return msgspec.json.decode(path.read_bytes(), type=Dataset)
    except FileNotFoundError as error:
        raise NotFound(f"There is no dataset in folder '{folder.name}': it has no {DATASET_FILE}.") from error
    except msgspec.DecodeError as error:
        raise DamagedArtifact(
            f"The description of dataset '{folder.name}' is damaged. Bring the files in again."
        ) from error
