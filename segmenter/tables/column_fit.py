"""How well one column of a file fits one column of a contract, by its title and by what is in it."""

import re
from collections.abc import Sequence

import pyarrow as pa

from segmenter.tables.contracts import ColumnContract
from segmenter.tables.header_words import header_words, plain_title
from segmenter.tables.number_text import read_numbers
from segmenter.tables.reading import SAMPLE_ROWS, SourceColumn
from segmenter.tables.time_text import numeric_style
from segmenter.tables.title_forms import form_fit, is_only_id, says
from segmenter.tables.word_meanings import BARE_ANSWERS, is_purchase_word, meaning, meanings

_BY_WORDS = 0.42  # no known title, but the very words of a choice column
_BARE_ID = 0.6  # an id's title that does not say that it is one
_MONTHS = 24
_FEW_MEANT = 0.25  # share of a column's words that must mean something for it to be a choice column
_MOST_MEANT = 0.8
_CURRENCIES = ("eur", "euro", "euros", "usd", "gbp", "chf", "dollars", "in")
_PAID = ("money", "total", "revenue", "paid", "sales", "price")
_NOT_PAID = ["aside", "discount", "coupon", "margin", "cost", "quantity", "return", "spend", "each", "id"]
_LISTS = ("customers", "campaigns", "outcomes")  # tables in which a row's own id is what we look for


def fit(column: SourceColumn, wanted: ColumnContract, table: str) -> float:
    """How well a column fits, in [0, 1]; 0 where the title says nothing or the contents speak against it."""
    return title_fit(column, wanted, table) if contents_allow(column, wanted) else 0.0


def title_fit(column: SourceColumn, wanted: ColumnContract, table: str) -> float:
    """As `fit`, whatever the contents."""
    title = _without_currency(plain_title(column.name))
    if title == plain_title(wanted.name):
        return 1.0
    # A 'uid' is a person's, but for a file of purchases, where it may be the purchase's.
    is_own_id = is_only_id(column.name) if title != "uid" else table == "transactions"
    if is_own_id and wanted.is_id and table not in _LISTS:
        return 0.0
    if is_own_id and wanted.name == ("campaign_id" if table == "campaigns" else "customer_id"):
        return 0.8
    words = header_words()[wanted.name]
    exact = 0.95 - 0.5 * words.index(title) / len(words) if title in words else 0.0
    by_words = 0.0
    if wanted.type == "choice" and _speak_for_themselves(column, wanted):
        by_words = _BY_WORDS
    if wanted.name == "order_id" and title == "name" and _all_like(column, r"#\S*\d"):
        return 0.6  # Shopify calls the order's number its name: #1001
    best = max(exact, form_fit(column.name, wanted.name), by_words)
    # Beside 'Customer Code', 'Customer' is the name.
    return min(best, _BARE_ID) if wanted.is_id and not says(column.name, "id") else best


def may_be_moment(column: SourceColumn) -> bool:
    """Are the cells dates, or bare numbers that can only be dates: 20240301, seconds since 1970?"""
    if column.type == "time":
        return True
    numbers = _numbers(column.samples) if column.type == "number" else []
    return bool(numbers) and all(
        number is not None and numeric_style(number) not in (None, "excel_days") for number in numbers
    )


def may_be_amount(column: SourceColumn) -> bool:
    """Are the cells numbers, and does the title speak of money paid, whatever else it says?"""
    is_money = any(says(column.name, idea) for idea in _PAID)
    is_other = any(says(column.name, idea) for idea in _NOT_PAID)
    return column.type == "number" and is_money and not is_other


def speaks_of(column: SourceColumn, wanted: ColumnContract) -> bool:
    """Does a title name what a column holds, among other words: 'Service Category', 'Team discount'?"""
    idea = {"discount_amount": "discount", "margin_amount": "margin"}.get(wanted.name, wanted.name)
    others = ("aside", "id", "group") if wanted.type == "number" else ("aside", "date", "id")
    return says(column.name, idea) and not any(says(column.name, other) for other in others)


def may_be_own_id(column: SourceColumn, rows: int) -> bool:
    """Is a column some id, by its title, and never twice the same?"""
    is_contact = any(says(column.name, idea) for idea in ("postcode", "phone", "country"))
    may_be_id = says(column.name, "id") and not is_contact and column.type in ("text", "number")
    return may_be_id and rows > 1 and column.distinct >= min(rows, SAMPLE_ROWS)


def is_other_date(column: SourceColumn) -> bool:
    """Does the title say that a date is not when a row happened: a birthday, a delivery, the last visit?"""
    return says(column.name, "other_date")


def _without_currency(title: str) -> str:
    """'paid eur' -> 'paid'; a title that is nothing but a currency stays."""
    words = [word for word in title.split() if word not in _CURRENCIES]
    return " ".join(words) or title


def contents_allow(column: SourceColumn, wanted: ColumnContract) -> bool:
    """Can the cells be what the contract wants?"""
    if column.missing_share == 1:
        return False
    if wanted.type == "choice":
        return _meant_share(column, wanted) >= _FEW_MEANT
    if wanted.type == "flag":
        return column.type == "flag" or set() < set(column.words) <= {"0", "1"}
    if wanted.type == "time":
        return may_be_moment(column)
    if wanted.is_id:
        return _may_be_id(column, wanted)
    if wanted.type == "text":
        return column.type != "time" and _is_such_text(column, wanted.name)
    if wanted.name == "days_since_last_purchase" and not says(column.name, "days"):
        numbers = _numbers(column.words)  # () where there are many
        if numbers and max(number or 0 for number in numbers) <= _MONTHS:
            return False  # counted in months, as likely as not
    return column.type == wanted.type


def _may_be_id(column: SourceColumn, wanted: ColumnContract) -> bool:
    """Ids are neither amounts nor sentences, and one that is the same in every row tells nobody apart."""
    if column.type not in ("text", "number") or _all_like(column, r"-?\d{1,6}[.,]\d{0,3}[1-9]\d{0,3}"):
        return False
    if wanted.name == "customer_id" and column.distinct == 1:
        return False
    if wanted.name in ("customer_id", "order_id") and not says(column.name, "id"):
        return not _all_like(column, r"[^\W\d]+[\s,]+[^\W\d]+.*")  # names of people, or of things
    return True


def _is_such_text(column: SourceColumn, name: str) -> bool:
    """What a contact column must look like."""
    if name == "email":
        return any("@" in sample for sample in column.samples)
    if name == "phone":
        return _all_like(column, r"[+\d(][\d\s()/.+-]{4,}(e\+?\d+)?")
    if name == "postcode":
        return any(sign.isdigit() for sample in column.samples for sign in sample)
    if name in ("first_name", "last_name"):
        return column.type == "text" and not any("@" in sample for sample in column.samples)
    return column.type in ("text", "number")


def _all_like(column: SourceColumn, pattern: str) -> bool:
    return bool(column.samples) and all(re.fullmatch(pattern, sample) for sample in column.samples)


def _numbers(samples: Sequence[str]) -> list[float | None]:
    return list(read_numbers(pa.array(samples, pa.string())).to_pylist())


def _meant_share(column: SourceColumn, wanted: ColumnContract) -> float:
    """Which share of a column's words has a meaning for a choice column; purchases in a log count as well."""
    if not column.words:
        return 0.0
    known = meanings(column.words, wanted.name)
    if wanted.name == "arm" and "control" not in known.values():
        return 0.0  # without a control group in it, a column of groups is a segment like any other
    is_state = len(known) < len(column.words) or "status" in plain_title(column.name)
    if set(known.values()) == {"redeem"} and is_state:
        return 0.0  # 'completed' is the state of an order, not a touch with marketing
    purchases = [word for word in column.words if wanted.name == "kind" and is_purchase_word(word)]
    return len(set(known) | set(purchases)) / len(column.words) if known else 0.0


def _speak_for_themselves(column: SourceColumn, wanted: ColumnContract) -> bool:
    """Do nearly all words have a meaning of their own, so that no title is needed?"""
    if {plain_title(word) for word in column.words} <= BARE_ANSWERS:
        return False
    own = [word for word in column.words if meaning(word, wanted.name) is not None]
    are_words = any(len(word) > 1 for word in own)  # 0 and 1 may be anything
    return are_words and len(own) >= _MOST_MEANT * len(column.words)
