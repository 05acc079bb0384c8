"""From the cells of a line to what it means. Pure; whoever wrote it is told what is wrong with it, and where."""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from rung.core.text import folded, one_line, storable
from rung.customers.access import AddressKind, DecisionRole
from rung.customers.addresses import domain_named, normalised
from rung.customers.bringing import CompanyLine, OrderLine, PersonLine
from rung.fields.access import Field, Kind
from rung.fields.reading import read
from rung.imports.days import Days, TwoWays, day_of, moment_of
from rung.imports.models import Subject

Line = PersonLine | CompanyLine | OrderLine
_MONEY = re.compile(r"[^0-9.,\-]")


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with a line: in which of its fields, and what."""

    field: str
    said: str


Faults = list[Fault]


class Unmeant(ValueError):
    """A line that cannot be meant; `faults` is everything that is wrong with it, so that it is put right in one go."""

    def __init__(self, faults: Faults) -> None:
        super().__init__(" ".join(each.said for each in faults))
        self.faults = faults


# What can be left out of a line: nobody is known by it, and no order is worth more or less without it.
_SPARED = {
    Subject.PEOPLE.value: frozenset({"email_2", "phone_2", "time_zone", "language", "decision_role"}),
    Subject.COMPANIES.value: frozenset({"domains"}),
}


def meant_by(
    subject: str, own: Mapping[str, Field], cells: Mapping[str, str], days: Days
) -> tuple[Line, dict[Field, str], Faults]:
    """What a line and its cells for custom fields say, and what had to be left out of it because it says nothing there.
    Raises Unmeant where something cannot be left out."""
    faults = [
        Fault(name, _("Some of its letters cannot be read. Say above how letters are written in this file."))
        for name, cell in cells.items()
        if "\ufffd" in cell
    ]
    if faults:
        raise Unmeant(faults)
    line, values = line_of(subject, cells, faults, days), own_values(own, cells, faults, days)
    spared = _SPARED.get(subject, frozenset())
    if any(each.field not in spared and each.field not in own for each in faults):
        raise Unmeant(faults)
    return line, values, faults


def line_of(subject: str, cells: Mapping[str, str], faults: Faults, days: Days = Days()) -> Line:  # noqa: B008  # frozen
    """What a line says, from its cells by the field each of them fills. A field that says nothing joins the `faults`, and
    stays empty."""
    if subject == Subject.PEOPLE:
        return _person(cells, faults)
    return _company(cells, faults) if subject == Subject.COMPANIES else _order(cells, faults, days)


def own_values(own: Mapping[str, Field], cells: Mapping[str, str], faults: Faults, days: Days) -> dict[Field, str]:
    """What the cells say of custom fields; an empty one says nothing. `faults` as in `line_of`."""
    said = {}
    for name, field in own.items():
        if written := cells.get(name, "").strip():
            try:
                if field.kind == Kind.DATE:
                    # As a field reads it, whichever way a list writes it; what is no day stays as it is.
                    written = str(day_of(written, days.order) or written)
                read(field, written)
            except TwoWays:
                faults.append(Fault(name, _two_ways(written)))
            except ValueError as refused:
                faults.append(Fault(name, str(refused)))
            else:
                said[field] = written
    return said


def _two_ways(written: str) -> str:
    return _("“%(day)s” can be two days. Say above whether days or months stand first.") % {
        "day": one_line(written, 40)
    }


def key_of(line: Line) -> str:
    """What tells a line from others of the same file."""
    if isinstance(line, PersonLine):
        return " ".join(line.emails) or f"{' '.join(line.phones)} {folded(line.name)}"
    if isinstance(line, OrderLine):
        return line.number
    return " ".join(line.domains) or folded(line.name)


def line_naming(addresses: Collection[str], names: Collection[str]) -> Callable[[Sequence[str]], bool]:
    """Whether the cells of a line name somebody: by a normalised address or number, or by a folded name, be it parted."""
    endings = tuple(each[-6:] for each in addresses if "@" not in each)

    def is_them(written: str) -> bool:
        bare = written.strip().removeprefix("mailto:").removeprefix("tel:")
        if "@" in bare:
            return normalised(bare, AddressKind.EMAIL) in addresses
        # Reading a number takes long: only of those that end alike.
        digits = re.sub(r"\D", "", bare)
        return bool(endings) and digits.endswith(endings) and normalised(bare, AddressKind.PHONE) in addresses

    def names_them(cells: Sequence[str]) -> bool:
        if any(is_them(written) for cell in cells for written in re.split(r"[;,\n]", cell)):
            return True
        whole = f" {folded(' '.join(cells))} "
        return any(f" {name} " in whole if " " in name else name in map(folded, cells) for name in names)

    return names_them


def _person(cells: Mapping[str, str], faults: Faults) -> PersonLine:
    name = cells.get("name", "") or f"{cells.get('first_name', '')} {cells.get('last_name', '')}"
    emails = _addresses(cells, ("email", "email_2"), AddressKind.EMAIL, faults)
    phones = _addresses(cells, ("phone", "phone_2"), AddressKind.PHONE, faults)
    # Whose address is wrong has given one: that it is wrong says it all.
    if not emails and not phones and not any(each.field in ("email", "phone") for each in faults):
        faults.append(Fault("email", _("Without an e-mail address or a number nobody can be recognised.")))
    zone = cells.get("time_zone", "")
    if zone and zone not in zoneinfo.available_timezones():
        said = _("“%(zone)s” is no time zone, such as Europe/Berlin.") % {"zone": one_line(zone, 40)}
        faults.append(Fault("time_zone", said))
        zone = ""
    language = cells.get("language", "").lower().replace("_", "-")
    if language and not re.fullmatch(r"[a-z]{2,3}(-[a-z0-9]{2,8})*", language):
        faults.append(Fault("language", _("Give the language as a code, such as de or pt-br.")))
        language = ""
    return PersonLine(
        name=one_line(name, 160),
        emails=emails,
        phones=phones,
        company=one_line(cells.get("company", ""), 160),
        role_title=one_line(cells.get("role_title", ""), 120),
        decision_role=_decision_role(cells.get("decision_role", ""), faults),
        language=language[:16],
        time_zone=zone,
        about=storable(cells.get("about", "")).strip(),
        avoid=storable(cells.get("avoid", "")).strip(),
    )


def _addresses(cells: Mapping[str, str], fields: tuple[str, ...], kind: str, faults: Faults) -> tuple[str, ...]:
    """Those of the fields in which each is one."""
    found: list[str] = []
    for field in fields:
        theirs, wrong = [], []
        for written in re.split(r"[;,\n]", cells.get(field, "")):
            if not written.strip():
                continue
            value = normalised(written.strip().removeprefix("mailto:").removeprefix("tel:"), kind)
            if not value or (kind == AddressKind.EMAIL and not _looks_right(value)):
                said = (
                    _("“%(address)s” is no e-mail address.")
                    if kind == AddressKind.EMAIL
                    else _("“%(address)s” is no number.")
                )
                wrong.append(Fault(field, said % {"address": one_line(written, 60)}))
            theirs.append(value)
        found += theirs if not wrong else []
        faults += wrong
    return tuple(dict.fromkeys(found))


def _looks_right(email: str) -> bool:
    return not re.search(r"[\s<>()\"',;]", email) and "." in email.rpartition("@")[2].strip(".")


def _decision_role(written: str, faults: Faults) -> str:
    wanted = folded(written)
    for role in DecisionRole:
        if wanted in (role.value, folded(str(role.label))):
            return str(role.value)
    if wanted:
        names = ", ".join(DecisionRole.values)
        faults.append(Fault("decision_role", _("The part in the decision is one of %(names)s.") % {"names": names}))
    return ""


def _company(cells: Mapping[str, str], faults: Faults) -> CompanyLine:
    domains, wrong = [], []
    for written in re.split(r"[\s;,]+", cells.get("domains", "")):
        if written:
            domain = domain_named(written)
            if not domain:
                wrong.append(Fault("domains", _("“%(domain)s” is no domain.") % {"domain": one_line(written, 60)}))
            domains.append(domain)
    if wrong:
        faults += wrong
        domains = []
    name = one_line(cells.get("name", ""), 160)
    if not name and not domains:
        faults.append(Fault("name", _("The line names no company.")))
    return CompanyLine(name=name, domains=tuple(dict.fromkeys(domains)))


def _order(cells: Mapping[str, str], faults: Faults, days: Days) -> OrderLine:
    number = one_line(cells.get("number", ""), 60)
    if not number:
        faults.append(Fault("number", _("An order is known by its number; this one has none.")))
    currency = cells.get("currency", "").strip().upper()
    currency = {"€": "EUR", "$": "USD", "£": "GBP"}.get(currency, currency)
    if currency and not re.fullmatch(r"[A-Z]{3}", currency):
        faults.append(Fault("currency", _("Give the currency in three letters, such as EUR.")))
    return OrderLine(
        number=number,
        email=next(iter(_addresses(cells, ("email",), AddressKind.EMAIL, faults)), ""),
        phone=next(iter(_addresses(cells, ("phone",), AddressKind.PHONE, faults)), ""),
        title=one_line(cells.get("title", ""), 200),
        amount_cents=_cents(cells.get("amount", ""), faults),
        currency=currency,
        state=one_line(cells.get("state", ""), 40),
        placed_at=_moment(cells.get("placed_at", ""), faults, days),
    )


def _cents(written: str, faults: Faults) -> int | None:
    """Hundredths of "1.234,56", "1,234.56", "€ 1 234.5" or "99"; the last of point and comma parts them, unless three digits
    follow it and it is the only one of its kind."""
    if not written.strip():
        return None
    bare = _MONEY.sub("", written)
    point, comma = bare.rfind("."), bare.rfind(",")
    mark = "." if point > comma else ","
    whole, found, part = bare.rpartition(mark)
    if found and (len(part) != 3 or (point >= 0 and comma >= 0)) and whole.count(mark) == 0:
        bare = re.sub(r"[.,]", "", whole) + "." + part
    else:
        bare = re.sub(r"[.,]", "", bare)
    try:
        cents = Decimal(bare) * 100
    except InvalidOperation:
        cents = Decimal("NaN")
    if not cents.is_finite() or abs(cents) >= Decimal(10) ** 15:
        faults.append(Fault("amount", _("“%(amount)s” is no amount.") % {"amount": one_line(written, 40)}))
        return None
    return int(cents.to_integral_value())


def _moment(written: str, faults: Faults, days: Days) -> datetime | None:
    if not written.strip():
        return None
    try:
        moment = moment_of(written, days)
    except TwoWays:
        faults.append(Fault("placed_at", _two_ways(written)))
        return None
    if moment is None:
        said = _("“%(day)s” is no day; write it as 2026-03-31 or 31.03.2026.") % {"day": one_line(written, 40)}
        faults.append(Fault("placed_at", said))
    return moment
