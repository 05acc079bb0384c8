"""What somebody wrote into a field, as the columns that keep it."""

from datetime import date
from decimal import Decimal, DecimalException, InvalidOperation

from django.utils.translation import gettext as _

from rung.core.given import EARLIEST_YEAR, LATEST_YEAR
from rung.core.text import folded, one_line
from rung.fields.models import Field, Kind

LONGEST = 500
LARGEST = Decimal(10) ** 11
PLACES = Decimal("0.0001")
YES, NO = ("yes", "true", "1"), ("no", "false", "0")


def read(field: Field, given: str) -> dict[str, object]:
    """Every column of a value, the empty ones too. Raises ValueError with a sentence that says what is expected."""
    said: dict[str, object] = {"text": "", "number": None, "day": None, "is_yes": None}
    given = one_line(given, LONGEST)
    if not given:
        return said
    match field.kind:
        case Kind.NUMBER:
            said["number"] = _number(given)
        case Kind.DATE:
            said["day"] = _day(given)
        case Kind.YES_NO:
            said["is_yes"] = _answer(given)
        case Kind.CHOICE:
            said["text"] = _choice(field, given)
        case _:
            said["text"] = given
    return said


def _number(given: str) -> Decimal:
    # A comma before the last digits is a decimal one where there is no point: "3,5". Thousands are not marked.
    plain = given.replace(" ", "").replace(",", ".") if given.count(",") == 1 and "." not in given else given
    try:
        number = Decimal(plain)
        if not number.is_finite() or abs(number) >= LARGEST:
            raise InvalidOperation
        return number.quantize(PLACES)
    except DecimalException:
        raise ValueError(_("“%(given)s” is no number, such as 3.5.") % {"given": given}) from None


def _day(given: str) -> date:
    try:
        day = date.fromisoformat(given)
    except ValueError:
        day = date.min
    if not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
        raise ValueError(_("“%(given)s” is no day, such as 2026-03-31.") % {"given": given})
    return day


def _answer(given: str) -> bool:
    if given.casefold() in (*YES, *NO):
        return given.casefold() in YES
    raise ValueError(_("Say yes or no."))


def _choice(field: Field, given: str) -> str:
    """By its key, as a form sends it, or by its words, as a file of an import does."""
    for each in field.choices:
        if given == each["key"] or folded(given) == folded(each["label"]):
            return str(each["key"])
    raise ValueError(_("“%(given)s” is none of the choices.") % {"given": given})
