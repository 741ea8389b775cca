"""How well one column of a file fits one column of a contract, by its title and by what is in it."""

from segmenter.tables.contracts import ColumnContract
from segmenter.tables.header_words import header_words, plain_title
from segmenter.tables.reading import SourceColumn
from segmenter.tables.word_meanings import BARE_ANSWERS, is_purchase_word, meaning, meanings

_CONTAINED = 0.4  # a title that only contains a known one is worth less than the least of the exact ones
_BY_WORDS = 0.42  # no known title, but the very words of a choice column
_FEW_MEANT = 0.25  # share of a column's words that must mean something for it to be a choice column
_MOST_MEANT = 0.8
_CURRENCIES = ("eur", "euro", "euros", "usd", "gbp", "chf", "dollars", "in")


def fit(column: SourceColumn, wanted: ColumnContract, table: str) -> float:
    """How well a column fits, in [0, 1]; 0 where the title says nothing or the contents speak against it."""
    return title_fit(column, wanted, table) if _contents_allow(column, wanted) else 0.0


def title_fit(column: SourceColumn, wanted: ColumnContract, table: str) -> float:
    """As `fit`, whatever the contents."""
    title = _without_currency(plain_title(column.name))
    if title == plain_title(wanted.name):
        return 1.0
    if title == "id" and table not in ("customers", "campaigns", "outcomes"):
        return 0.0  # in a file of orders or events, 'id' is the order's or the event's own
    words = header_words()[wanted.name]
    if title in words:
        return 0.95 - 0.5 * words.index(title) / len(words)
    if wanted.type == "choice" and _speak_for_themselves(column, wanted):
        return _BY_WORDS
    # 'Billing Customer Number' contains 'customer number'; a single word inside a title proves too little.
    is_contained = any(" " in known and f" {known} " in f" {title} " for known in words)
    return _CONTAINED if is_contained else 0.0


def _without_currency(title: str) -> str:
    """'paid eur' -> 'paid'; a title that is nothing but a currency stays."""
    words = [word for word in title.split() if word not in _CURRENCIES]
    return " ".join(words) or title


def _contents_allow(column: SourceColumn, wanted: ColumnContract) -> bool:
    if column.missing_share == 1:
        return False
    if wanted.type == "choice":
        return _meant_share(column, wanted) >= _FEW_MEANT
    if wanted.type == "flag":
        return column.type == "flag" or set() < set(column.words) <= {"0", "1"}
    if wanted.type == "text":
        return column.type in ("text", "number") if wanted.is_id else column.type != "time"
    return column.type == wanted.type


def _meant_share(column: SourceColumn, wanted: ColumnContract) -> float:
    """Which share of a column's words has a meaning for a choice column; purchases in a log count as well."""
    if not column.words:
        return 0.0
    known = meanings(column.words, wanted.name)
    if wanted.name == "arm" and "control" not in known.values():
        return 0.0  # without a control group in it, a column of groups is a segment like any other
    if set(known.values()) == {"redeem"} and len(known) < len(column.words):
        return 0.0  # 'completed' among other words is the state of an order, not a touch with marketing
    purchases = [word for word in column.words if wanted.name == "kind" and is_purchase_word(word)]
    return len(set(known) | set(purchases)) / len(column.words) if known else 0.0


def _speak_for_themselves(column: SourceColumn, wanted: ColumnContract) -> bool:
    """Do nearly all words have a meaning of their own, so that no title is needed?"""
    if {plain_title(word) for word in column.words} <= BARE_ANSWERS:
        return False
    own = [word for word in column.words if meaning(word, wanted.name) is not None]
    return bool(own) and len(own) >= _MOST_MEANT * len(column.words)
