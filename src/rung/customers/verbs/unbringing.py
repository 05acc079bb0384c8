"""Taking back what a list brought, as far as nothing has come of it since."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Model

from rung.core.actor import Actor
from rung.core.text import folded
from rung.customers.belongings import belongings
from rung.customers.bringing import Change
from rung.customers.events import CompanyDescribed, CustomerDescribed, CustomerRemoved
from rung.customers.models import Address, Company, Customer, FurtherDomain, Order
from rung.customers.verbs.people import told_as
from rung.journal.gathering import gathered
from rung.journal.verbs import record

_NOUNS: dict[str, type[Model]] = {
    "customer": Customer,
    "company": Company,
    "address": Address,
    "domain": FurtherDomain,
    "order": Order,
}


@transaction.atomic
def take_back_brought(changes: Sequence[Change], *, by: Actor, at: datetime) -> int:
    """Undo changes, given in the order they were made; how many stay, because something has come of them since.

    What was changed goes back where it still is as the list left it; who was new goes, unless they have written, ordered or
    been written about.
    """
    with gathered():
        back = [*changes][::-1]
        stay = sum(not _restore(each, by, at) for each in back if each.fields is not None)
        new = [each for each in back if each.fields is None]
        for noun in ("order", "domain"):
            _manager(noun).filter(pk__in=_keys(new, noun)).delete()
        stay += _forget_people(_keys(new, "customer"), _keys(new, "address"), by, at)
        return stay + _forget_companies(_keys(new, "company"))


def _keys(changes: Iterable[Change], noun: str) -> list[int]:
    return [each.key for each in changes if each.noun == noun]


def _manager(noun: str) -> Any:
    return _NOUNS[noun]._default_manager.order_by()


def _restore(change: Change, by: Actor, at: datetime) -> bool:
    row = _manager(change.noun).filter(pk=change.key).first()
    if row is None:
        return True
    back: dict[str, Any] = {}
    for name, (before, after) in (change.fields or {}).items():
        present = getattr(row, name)
        if (present.isoformat() if isinstance(present, datetime) else present) == after:
            back[name] = datetime.fromisoformat(before) if isinstance(present, datetime) else before
    if back.get("company_id") and not Company.objects.filter(pk=back["company_id"]).exists():
        del back["company_id"]
    if back:
        if "name" in back and change.noun == "customer":
            back["name_folded"] = folded(back["name"])[:200]
        _manager(change.noun).filter(pk=change.key).update(**back)
        if change.noun == "customer":
            values = _in_words(row, back)
            record(CustomerDescribed(customer=change.key, changed=["list"], values=values), by=by, at=at)
        elif change.noun == "company":
            record(CompanyDescribed(company=change.key, changed=sorted(back)), by=by, at=at)
    return len(back.keys() - {"name_folded"}) == len(change.fields or {})


def _in_words(row: Any, back: dict[str, Any]) -> list[list[str]]:
    """What goes back to what, a company by its name."""
    told = {name: value for name, value in back.items() if name not in ("name_folded", "company_id")}
    values = [[name, told_as(getattr(row, name)), told_as(value)] for name, value in told.items()]
    if "company_id" in back:
        values.append(["company", told_as(row.company), told_as(Company.objects.filter(pk=back["company_id"]).first())])
    return values


def _forget_people(people: list[int], addresses: list[int], by: Actor, at: datetime) -> int:
    """Delete those people of whom there is nothing but what the list brought; how many stay."""
    staying: set[int] = set()
    for belonging in belongings():
        theirs = belonging.among(people)
        if belonging.model == "customers.Address":
            theirs = theirs.exclude(pk__in=addresses)
        staying |= set(theirs.values_list(belonging.column, flat=True))
    gone = [key for key in people if key not in staying]
    # An address of somebody who stays, or was known before, goes only where they have another.
    extra = Address.objects.filter(pk__in=addresses).exclude(customer__in=staying)
    extra.delete()
    _manager("customer").filter(pk__in=gone).delete()
    for key in gone:
        record(CustomerRemoved(customer=key), by=by, at=at)
    return len(people) - len(gone)


def _forget_companies(companies: list[int]) -> int:
    used = set(Customer.objects.filter(company__in=companies).order_by().values_list("company_id", flat=True))
    _manager("company").filter(pk__in=[key for key in companies if key not in used]).delete()
    return len(used)
