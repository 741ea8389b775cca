"""All bad files, by category."""

from tests.bad_files.container import CONTAINER
from tests.bad_files.dates import DATES
from tests.bad_files.encoding import ENCODING
from tests.bad_files.entry import BadFile
from tests.bad_files.hostile import HOSTILE_HEADERS, HOSTILE_VALUES
from tests.bad_files.ids import IDS
from tests.bad_files.labels import LABELS
from tests.bad_files.models import MODELS
from tests.bad_files.numbers import NUMBERS
from tests.bad_files.structure import STRUCTURE

CATALOGUE: tuple[BadFile, ...] = (
    *ENCODING,
    *STRUCTURE,
    *IDS,
    *NUMBERS,
    *DATES,
    *LABELS,
    *HOSTILE_VALUES,
    *HOSTILE_HEADERS,
    *CONTAINER,
    *MODELS,
)


def folder_of(file: BadFile) -> str:
    """The folder of a category: 'hostile_headers'."""
    return file.category.replace(" ", "_")
