"""Reading what strangers may have written into an address or a field: what cannot be meant is None, never an error."""

from datetime import UTC, date, datetime

# A primary key is below 2^63, which has 19 digits; Python itself refuses to read more than 4,300.
MOST_DIGITS = 18
EARLIEST_YEAR, LATEST_YEAR = 1900, 2999
# What lies before a later page would be more than a database can count.
MOST_PAGES = 10_000_000


def given_key(text: str) -> int | None:
    """The primary key that a text is, if it is one that a database could hold."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else None


def given_page(text: str) -> int:
    """The page of a list that a text names, counted from 1; the first where it names none."""
    page = given_key(text) or 1
    return page if page <= MOST_PAGES else 1


def given_moment(text: str) -> datetime | None:
    """The moment that an ISO text is, aware or naive as it was written. None also for years so far away that they
    cannot be brought into another zone."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return moment if EARLIEST_YEAR <= moment.year <= LATEST_YEAR else None


def given_day(text: str) -> date | None:
    """The day that an ISO text is, or that its moment lies on as it was written; None as for `given_moment`."""
    moment = given_moment(text)
    return moment.date() if moment else None


def given_place(text: str, separator: str = "~") -> tuple[datetime, int] | None:
    """The place in a list that a cursor `moment~key` names; the moment is aware."""
    written, _, number = text.rpartition(separator)
    moment, key = given_moment(written), given_key(number)
    return (moment.astimezone(UTC), key) if moment and moment.tzinfo and key is not None else None
