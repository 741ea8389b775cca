"""Everything that can go wrong, as one tree. Each message is written for the person who can act.

SegmenterError              what happened, where, what to do; shown as it stands, never with a traceback
├── InputError              something the user gave us
│   ├── UnreadableFile      a file could not be read as a table
│   ├── MappingError        the mapping does not fit the files
│   │   └── MissingColumn   a table lacks a column it cannot do without
│   ├── SettingsError       a setting is out of its range, or two contradict each other
│   ├── NotComparable       two models have no customers in common to be compared on
│   └── NotEnoughData       too few customers, months or positives for what was asked
├── ModelFileError          a model file is damaged, foreign or does not fit the data
├── NotExplainable          a score cannot be traced to the features behind it
├── WorkspaceError          the workspace folder cannot be used as it is
│   ├── NotFound            no artifact of that id or name
│   └── DamagedArtifact     a stored artifact is not what was written
└── Cancelled               the user stopped the work; nothing was half-written
"""


class SegmenterError(Exception):
    """An explained error: the message names the thing, the requirement, what was found, and the remedy."""


class InputError(SegmenterError):
    """Something the user gave cannot be used as it is."""


class UnreadableFile(InputError):
    """A file could not be read as a table."""


class MappingError(InputError):
    """The mapping does not fit the files, or contradicts itself."""


class MissingColumn(MappingError):
    """A table lacks a column it cannot do without."""


class SettingsError(InputError):
    """A setting is out of its range, or two settings contradict each other."""


class NotComparable(InputError):
    """Two models have no customers in common on whom they could be compared."""


class NotEnoughData(InputError):
    """Too few customers, months or positives for what was asked."""


class ModelFileError(SegmenterError):
    """A model file is damaged, foreign, or does not fit the data it should score."""


class NotExplainable(SegmenterError):
    """A score cannot be traced to the features behind it."""


class WorkspaceError(SegmenterError):
    """The workspace folder cannot be used as it is."""


class NotFound(WorkspaceError):
    """No artifact of that id or name in this workspace."""


class DamagedArtifact(WorkspaceError):
    """A stored artifact is not what was written."""


class Cancelled(SegmenterError):
    """The user stopped the work; nothing was half-written."""
