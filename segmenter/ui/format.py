"""Values -> words as a marketing manager writes them; figures and dates as in segmenter/figures.py."""

import re
from typing import Final

from segmenter.figures import (
    MISSING,
    count_of,
    day,
    duration,
    listed,
    moment,
    money,
    number,
    period,
    points,
    share,
    times,
)

__all__ = [
    "MISSING",
    "count_of",
    "day",
    "duration",
    "listed",
    "moment",
    "money",
    "number",
    "period",
    "plain",
    "points",
    "share",
    "times",
    "with_table_words",
    "without_auc",
]

SEGMENT_WORDS: Final[dict[str, str]] = {
    "engaged": "Engaged",
    "unengaged": "Unengaged",
    "inactive": "Inactive",
    "browsing": "Browsing",
}
MARGIN_NOTE: Final = (
    "Your data give margins, so money on this page is margin: what is left of purchases after the cost of "
    "the goods."
)
# What an expected value counts, as the model learned it.
VALUE_WORDS: Final[dict[str, str]] = {
    "amount": "the expected amount of a purchase",
    "margin": "the expected margin of a purchase",
}
SEGMENT_MEANING: Final[dict[str, str]] = {
    "engaged": "Reacted to a campaign and bought after it",
    "unengaged": "Bought without reacting to a campaign",
    "inactive": "Neither bought nor reacted",
    "browsing": "Reacted to a campaign, did not buy after it",
}
TABLE_WORDS: Final[dict[str, str]] = {
    "customers": "Customers",
    "transactions": "Purchases",
    "engagements": "Campaign touches",
    "campaigns": "Campaigns",
    "assignments": "Trial groups",
    "intents": "Known intents",
    "outcomes": "Outcomes by customer",
}
EVIDENCE_WORDS: Final[dict[str, str]] = {
    "randomised": "randomised holdout",
    "organic_completions": "organic completions",
    "before_after": "before and after",
    "given_labels": "given labels only",
}


def with_table_words(message: str) -> str:
    """A message with tables under the names that the page has for them.

    "rows of table 'transactions' lie in the future" -> "rows of the table Purchases lie in the future".
    """
    for table, words in TABLE_WORDS.items():
        message = message.replace(f"table '{table}'", f"the table {words}")
        message = message.replace(f"[[{table}]] from", f"{words} from")
    return message


def without_auc(sentence: str) -> str:
    """What is said of the correction, without its figures in brackets: those stand with the details."""
    return re.sub(r" \(AUC [^)]*\)", "", sentence)


def plain(text: str) -> str:
    """Any text -> Markdown that shows exactly that text: no links, no formulas, no emphasis.

    Markdown makes links of bare addresses; a word joiner, which nobody sees, prevents it.
    """
    line = re.sub(r"(?i)(https?|ftp|www)(?=[:.])|(?=@)", "\\g<0>\u2060", " ".join(text.split()))
    escaped = "".join(f"\\{sign}" if sign in "\\`*_{}[]<>$:#~|&" else sign for sign in line)
    return f"\\{escaped}" if escaped[:1] in ("+", "-", "=") else escaped
