"""What lasts: immutable artifacts by content id, the catalog of them, and background jobs."""

from segmenter.workspace.artifacts import KINDS, Kind
from segmenter.workspace.catalog import ArtifactRecord
from segmenter.workspace.folder import Draft, Workspace, workspace_folder

__all__ = ["KINDS", "ArtifactRecord", "Draft", "Kind", "Workspace", "workspace_folder"]
