"""Files whose letters are written in ways of their own: byte order marks, code pages, damage, look-alikes."""

from tests.bad_files.entry import CANARY, SALES, accepted, in_category, rejected, sales, warned


def named(name: str, rows: int = 60) -> str:
    """Sales with a name in every row, which tells encodings apart."""
    return sales(rows, city=lambda n: name)


def half_and_half() -> bytes:
    """Two exports pasted into one file: one in UTF-8, one in Windows-1252."""
    lines = named("Zürich", 80).splitlines(keepends=True)
    return "".join(lines[:41]).encode() + "".join(lines[41:]).encode("cp1252")


def composed(n: int) -> str:
    """The same five customers, written with composed accents and with loose ones in turn."""
    return f"{CANARY}-{'é' if n % 2 else 'e' + chr(0x301)}-{n // 2 % 5}"


ENCODING = in_category(
    "encoding",
    [
        accepted("utf8_accents.csv", lambda: named("Zürich, Łódź, 東京")),
        accepted("utf8_bom.csv", lambda: named("Zürich").encode("utf-8-sig")),
        accepted("utf16_le.csv", lambda: named("Zürich").encode("utf-16")),
        accepted("utf16_be.csv", lambda: b"\xfe\xff" + named("Zürich").encode("utf-16-be")),
        accepted("utf16_tab.txt", lambda: sales(delimiter="\t", newline="\r\n").encode("utf-16")),
        accepted("utf32.csv", lambda: named("Zürich").encode("utf-32")),
        warned("end_of_file_sign.csv", lambda: sales() + "\x1a", "ragged_row", row=62, rows=61),
        warned("utf16_without_mark.csv", lambda: sales().encode("utf-16-le"), "encoding_guessed"),
        warned("latin1.csv", lambda: named("Málaga").encode("latin-1"), "encoding_guessed"),
        warned("cp1252_euro.csv", lambda: named("50 €").encode("cp1252"), "encoding_guessed"),
        warned("mac_roman.csv", lambda: named("Málaga").encode("mac-roman"), "encoding_guessed"),
        warned("cyrillic_cp1251.csv", lambda: named("Москва").encode("cp1251"), "encoding_guessed"),
        warned("shift_jis.csv", lambda: named("カメラ").encode("shift_jis"), "encoding_guessed"),
        warned("utf8_and_cp1252.csv", half_and_half, "encoding_guessed", rows=80),
        warned(
            "one_late_latin1_byte.csv",
            lambda: sales(5_000).encode() + b"c\xe9,2024-01-05,7.50,x\n",
            "encoding_guessed",
            rows=5_001,
        ),
        warned(
            "read_wrong_before.csv",
            lambda: sales(category=lambda n: "MÃ¼sli fÃ¼r 5 â‚¬"),
            "mojibake",
            column="category",
        ),
        warned(
            "lost_letters.csv",
            lambda: sales(category=lambda n: "M\ufffdsli"),
            "mojibake",
            column="category",
        ),
        rejected("nul_bytes.csv", lambda: sales().replace("canary003", "cana\0ry03", 1), row=5),
        rejected("nul_late.csv", lambda: sales(90_000) + "\0" * 512, row=90_002),
        rejected("utf16_odd_end.csv", lambda: sales().encode("utf-16")[:-1]),
        rejected("noise.csv", lambda: bytes((n * n * 7 + n * 13 + 128) % 256 for n in range(4_000))),
        warned(
            "zero_width_ids.csv",
            lambda: sales(customer_id=lambda n: SALES["customer_id"](n) + "\u200b" * (n % 2 == 0)),
            "ids_merged",
            column="customer_id",
            row=2,
        ),
        warned(
            "bidi_ids.csv",
            lambda: sales(customer_id=lambda n: f"\u202e{CANARY}{n % 9}\u202c"),
            "invisible_signs",
            column="customer_id",
            row=2,
        ),
        warned(
            "nfc_and_nfd_ids.csv",
            lambda: sales(customer_id=composed),
            "ids_merged",
            column="customer_id",
            row=2,
        ),
        accepted("nfd_titles.csv", lambda: sales().replace("category", "cate\u0301gorie")),
        accepted("bidi_in_texts.csv", lambda: sales(category=lambda n: f"\u202e{CANARY}\u202c")),
    ],
)
