"""Files that call themselves models: made to run code, cut short, lying about their size, or of another kind.

None of them is a table either, so `check` refuses them as well.
"""

import io
import json
import pickle
import struct
import zipfile
from pathlib import Path

from tests.bad_files.entry import in_category, rejected

MARKER = Path("marker-of-the-bad-model")  # what the evil ones would write, where they are loaded


class _Evil:
    """Unpickled, it writes a file: the proof that code was run."""

    def __reduce__(self):
        return Path.write_text, (MARKER, "owned")


def evil_pickle() -> bytes:
    return pickle.dumps({"weights": _Evil()}, protocol=2)


def evil_zip() -> bytes:
    """As torch.save writes it: a pickle in a zip."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in (("archive/data.pkl", evil_pickle()), ("archive/version", b"3\n")):
            archive.writestr(zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0)), content)
    return out.getvalue()


def evil_legacy() -> bytes:
    """As torch.save wrote it long ago: a magic number, a version and a pickle, one behind the other."""
    magic = pickle.dumps(0x1950A86A20F9469CFC6C, protocol=2)
    return magic + pickle.dumps(1001, protocol=2) + evil_pickle()


def safetensors(header: dict, data: bytes = b"", length: int | None = None) -> bytes:
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text) if length is None else length) + text + data


def weight(shape: list[int], data: bytes) -> bytes:
    return safetensors({"w": {"dtype": "F32", "shape": shape, "data_offsets": [0, len(data)]}}, data)


MODELS = in_category(
    "model",
    [
        rejected("evil.pkl", evil_pickle),
        rejected("evil.pt", evil_zip),
        rejected("evil_legacy.pt", evil_legacy),
        rejected("cut.safetensors", lambda: weight([4], bytes(16))[:-5]),
        rejected("lying_header.safetensors", lambda: weight([1_000_000, 1_000_000], bytes(16))),
        rejected("huge_header.safetensors", lambda: safetensors({}, length=1 << 62)),
        rejected(
            "not_numbers.safetensors", lambda: weight([2], struct.pack("<2f", float("nan"), float("inf")))
        ),
        rejected("other_kind.safetensors", lambda: weight([2], bytes(8))),
        rejected("nothing.safetensors", lambda: b""),
    ],
)
