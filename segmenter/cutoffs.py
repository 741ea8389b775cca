"""What the data cover -> which days can be a cutoff, and which period is kept unseen for testing."""

from dataclasses import dataclass
from datetime import date, timedelta

from segmenter.errors import NotEnoughData
from segmenter.tables.dataset import Coverage, Dataset, is_customer_level


@dataclass(frozen=True, slots=True, kw_only=True)
class Cutoffs:
    """Training cutoffs in time order, and the one whose outcome window judges the model.

    `unseen_period` is true when the test window begins after every training window has ended; otherwise the
    test sees the last training period, and only its customers are new to the model.
    """

    train: tuple[date, ...]
    test: date
    unseen_period: bool


def campaign_day(dataset: Dataset) -> date:
    """The day on which the campaign of a customer-level data set began: what it says was known before.

    Raises NotEnoughData where no file says what became of the customers and none is dated.
    """
    covered = dataset.coverage.get("outcomes")
    if covered is None or covered.first is None:
        raise NotEnoughData(_no_events(dataset))
    return covered.first.date()


def data_start(dataset: Dataset) -> date:
    """First day with a transaction or an engagement. Raises NotEnoughData when there is none."""
    days = [c.first.date() for c in _event_coverage(dataset) if c.first]
    if not days:
        raise NotEnoughData(_no_events(dataset))
    return min(days)


def data_end(dataset: Dataset) -> date:
    """First day without data: the day after the last transaction, or engagement where nobody bought.

    Campaigns pause, so purchases may outlast the engagements. Engagements that outlast the purchases tell
    nothing: everybody would look inactive in a time whose purchases are not in the data.
    """
    days = [c.last.date() for c in _event_coverage(dataset) if c.last]
    if not days:
        raise NotEnoughData(_no_events(dataset))
    return days[0] + timedelta(days=1)


def suggest_cutoffs(dataset: Dataset, outcome_days: int, *, most: int = 6) -> Cutoffs:
    """The last feasible cutoffs: back to back before a test period that no training window touches.

    At least one outcome window of history stays in front of the first cutoff. With room for two windows
    only, training and test share the period and differ in customers; so they do where the data are
    customer-level, and have one campaign only.
    """
    if is_customer_level(dataset):
        day = campaign_day(dataset)
        return Cutoffs(train=(day,), test=day, unseen_period=False)
    start, end = data_start(dataset), data_end(dataset)
    window = timedelta(days=outcome_days)
    test = end - window
    train = [test - k * window for k in range(1, most + 1) if test - k * window >= start + window]
    if train:
        return Cutoffs(train=tuple(sorted(train)), test=test, unseen_period=True)
    if test >= start + window:
        return Cutoffs(train=(test,), test=test, unseen_period=False)
    days = (end - start).days
    raise NotEnoughData(
        f"The data of '{dataset.name}' span {days} days; an outcome window of {outcome_days} days needs at "
        f"least {2 * outcome_days}: as many days to learn from as to predict. Choose a window of at most "
        f"{days // 2} days, or bring a longer history."
    )


def choose_cutoffs(dataset: Dataset, train: tuple[date, ...] | None, outcome_days: int) -> Cutoffs:
    """The cutoffs a person chose, or the last feasible ones. Raises NotEnoughData."""
    return with_test(dataset, train, outcome_days) if train else suggest_cutoffs(dataset, outcome_days)


def with_test(dataset: Dataset, train: tuple[date, ...], outcome_days: int) -> Cutoffs:
    """The cutoffs a person chose, checked, with the test period that the data leave.

    Raises NotEnoughData when a cutoff has no history before it or its outcome window runs past the data.
    """
    if is_customer_level(dataset):
        suggested = suggest_cutoffs(dataset, outcome_days)
        if set(train) != set(suggested.train):
            raise NotEnoughData(
                f"'{dataset.name}' has one row per customer and one campaign, which began on "
                f"{suggested.test}. There is no other cutoff to choose; leave it out."
            )
        return suggested
    start, end = data_start(dataset), data_end(dataset)
    window = timedelta(days=outcome_days)
    chosen = tuple(sorted(set(train)))
    for cutoff in chosen:
        if cutoff <= start:
            raise NotEnoughData(f"There is no history before the cutoff {cutoff}; the data begin on {start}.")
        if cutoff > end - window:  # and not cutoff + window: the calendar ends with the year 9999
            raise NotEnoughData(
                f"The outcome window of the cutoff {cutoff} is {outcome_days} days long, but the data end on "
                f"{end}. The last possible cutoff is {end - window}."
            )
    after = chosen[-1] + window
    unseen = after + window <= end
    return Cutoffs(train=chosen, test=after if unseen else chosen[-1], unseen_period=unseen)


def scoring_day(dataset: Dataset, day: date | None, outcome_days: int) -> date:
    """The day to score as of; None: the day the data end.

    Raises NotEnoughData for a day before there is history, or long after it ended.
    """
    if is_customer_level(dataset):
        return day or campaign_day(dataset)
    start, end = data_start(dataset), data_end(dataset)
    day = day or end
    if day <= start:
        raise NotEnoughData(f"Nothing is known before {day}; the data of '{dataset.name}' begin on {start}.")
    if (day - end).days > outcome_days:
        raise NotEnoughData(
            f"The data of '{dataset.name}' end on {end}. On {day} everybody would look inactive; bring the "
            f"days between, or score as of {end + timedelta(days=outcome_days)} at the latest."
        )
    return day


def _event_coverage(dataset: Dataset) -> list[Coverage]:
    """Transactions first."""
    return [dataset.coverage[table] for table in ("transactions", "engagements") if table in dataset.coverage]


def _no_events(dataset: Dataset) -> str:
    return (
        f"'{dataset.name}' holds no transaction and no engagement. Map at least a table of transactions, or "
        "a file that says of each customer what became of them."
    )
