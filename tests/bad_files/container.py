"""Files that are packed, cut short, swapped or made to swell, and those that are only called CSV."""

import gzip
import io
import zipfile
import zlib

import pyarrow as pa
import pyarrow.parquet as pq

from tests.bad_files.entry import CANARY, ROWS, SALES, accepted, in_category, rejected, sales
from tests.bad_files.workbooks import WORKBOOKS


def frame(rows: int = ROWS) -> pa.Table:
    """The same sales with types of their own."""
    made = {name: [make(n) for n in range(rows)] for name, make in SALES.items()}
    return pa.table(
        {
            "customer_id": pa.array(made["customer_id"]),
            "date": pa.array(made["date"]).cast(pa.timestamp("us")),
            "amount": pa.array([float(amount) for amount in made["amount"]]),
            "category": pa.array(made["category"]).dictionary_encode(),
        }
    )


def parquet(table: pa.Table | None = None, **how: object) -> bytes:
    out = io.BytesIO()
    pq.write_table(frame() if table is None else table, out, **how)
    return out.getvalue()


def flipped(content: bytes, position: int) -> bytes:
    """One bit turned over."""
    return content[:position] + bytes([content[position] ^ 4]) + content[position + 1 :]


def dictionary_bomb() -> bytes:
    """One long text, named a million times: small on disk, gigabytes in memory."""
    words = pa.DictionaryArray.from_arrays(pa.array([0] * 100_000, pa.int32()), [CANARY * 3_000])
    return parquet(frame(100_000).set_column(3, "category", words))


def zip_of(name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0)), content)
    return out.getvalue()


def gzip_bomb() -> bytes:
    """Hundreds of megabytes of zeros, a thousandth of that on disk."""
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    zeros = bytes(1 << 20)
    return b"".join(packer.compress(zeros) for _ in range(300)) + packer.flush()


def packed() -> bytes:
    return gzip.compress(sales().encode(), mtime=0)


def with_wrong_sum() -> bytes:
    content = packed()
    return flipped(content, len(content) - 7)  # of the checksum at the end


def picture() -> bytes:
    return b"\x89PNG\r\n\x1a\n" + bytes(n % 256 for n in range(500))


CONTAINER = in_category(
    "container",
    [
        accepted("sales.parquet", parquet),
        accepted("parquet_named.csv", parquet),
        accepted("sales.csv.gz", packed),
        accepted("gzip_named.csv", packed),
        accepted("utf16.csv.gz", lambda: gzip.compress(sales().encode("utf-16"), mtime=0)),
        accepted(
            "dates.parquet", lambda: parquet(frame().set_column(1, "date", frame()["date"].cast("date32")))
        ),
        accepted(
            "decimals.parquet",
            lambda: parquet(
                frame().set_column(
                    2, "amount", pa.array(SALES["amount"](n) for n in range(ROWS)).cast(pa.decimal128(9, 2))
                )
            ),
        ),
        accepted(
            "records.parquet", lambda: parquet(frame().append_column("basket", pa.array([[1, 2]] * ROWS)))
        ),
        rejected("empty.parquet", lambda: parquet(frame(0))),
        rejected("cut.parquet", lambda: parquet()[:-200]),
        rejected("cut_in_the_middle.parquet", lambda: parquet()[:400] + parquet()[-8:]),
        rejected("first_half.parquet", lambda: parquet()[: len(parquet()) // 2]),
        rejected("foot_damaged.parquet", lambda: flipped(parquet(), len(parquet()) - 60)),
        rejected("foot_of_nonsense.parquet", lambda: parquet()[:-300] + b"\xff" * 292 + parquet()[-8:]),
        rejected("bit_flipped.parquet", lambda: flipped(parquet(), 33)),
        rejected("bit_flipped_in_text.parquet", lambda: flipped(parquet(write_page_checksum=True), 60)),
        rejected("only_the_marks.parquet", lambda: b"PAR1" + bytes(8) + b"PAR1"),
        rejected("dictionary_bomb.parquet", dictionary_bomb),
        rejected("csv_named.parquet", sales),
        rejected("only_records.parquet", lambda: parquet(pa.table({"basket": pa.array([[1, 2]] * ROWS)}))),
        rejected("bomb.csv.gz", gzip_bomb),
        rejected("cut.csv.gz", lambda: packed()[:-40]),
        rejected("wrong_sum.csv.gz", with_wrong_sum),
        rejected("cut_head.csv.gz", lambda: packed()[:9]),
        rejected("garbage_behind.csv.gz", lambda: packed() + b"\x00\x01garbage"),
        rejected("packed_twice.csv.gz", lambda: gzip.compress(packed(), mtime=0)),
        rejected("picture.csv", picture),
        rejected("photo.csv", lambda: b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(400)),
        rejected("program.csv", lambda: b"MZ\x90\x00" + bytes(400)),
        rejected("program_of_linux.csv", lambda: b"\x7fELF\x02\x01\x01" + bytes(400)),
        rejected("document.csv", lambda: b"%PDF-1.7\n" + b"1 0 obj\n<<>>\nendobj\n" * 40),
        rejected("database.csv", lambda: b"SQLite format 3\x00" + bytes(400)),
        rejected("empty.zip", lambda: b"PK\x05\x06" + bytes(18)),
        rejected("packed.7z", lambda: b"7z\xbc\xaf\x27\x1c" + bytes(90)),
        rejected("packed.csv.bz2", lambda: b"BZh91AY&SY" + bytes(90)),
        *WORKBOOKS,
    ],
)
