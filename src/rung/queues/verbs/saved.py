from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rung.core.actor import Actor
from rung.core.seen import UNSEEN, Seen
from rung.core.text import folded, one_line
from rung.journal.verbs import record
from rung.queues.events import ViewChanged, ViewDeleted, ViewSaved
from rung.queues.models import SavedView

MOST_LETTERS = 60
# So many fit beside one another and into one's head; a hundred views are a search.
MOST_OWN = 60


@dataclass(frozen=True, slots=True)
class Look:
    """What a view asks and how it shows it: the standing view it narrows, filters as in the address, columns, order."""

    base: str
    filters: dict[str, list[str]] = field(default_factory=dict)
    columns: list[str] = field(default_factory=list)
    sort: str = ""


def in_one_line(look: Look | SavedView) -> str:
    """All that a view asks and shows, in letters: two that ask and show the same have the same."""
    return json.dumps([look.base, look.filters, look.columns, look.sort], sort_keys=True)


@transaction.atomic
def save_view(name: str, look: Look, *, is_shared: bool, by: Actor, at: datetime) -> SavedView:
    """Give a way of looking at the queue a name. Raises ValidationError without one, or when it is taken."""
    owner = None if is_shared else by.agent_key
    name = _said(name, owner)
    if SavedView.objects.in_use().filter(owner=owner).count() >= MOST_OWN:
        raise ValidationError(_("There are %(n)s views already; delete one first.") % {"n": MOST_OWN})
    view = SavedView.objects.create(
        name=name,
        name_folded=folded(name),
        owner_id=owner,
        base=look.base,
        filters=look.filters,
        columns=look.columns,
        sort=look.sort,
        created_by_id=by.agent_key,
        created_at=at,
        changed_at=at,
    )
    record(ViewSaved(view=view.pk, name=view.name, shared=is_shared), by=by, at=at)
    return view


@transaction.atomic
def change_view(
    view: SavedView,
    *,
    name: str | None = None,
    look: Look | None = None,
    is_shared: bool | None = None,
    seen: Seen = UNSEEN,
    by: Actor,
    at: datetime,
) -> None:
    """Change what is named of it; the rest stays. One that is shared no more becomes the own of whoever does this.

    Raises ValidationError as for a new one, Overtaken when somebody else was quicker, with its name or with
    what it asks.
    """
    view.refresh_from_db(from_queryset=SavedView.objects.select_for_update().order_by())
    there = {"name": view.name, "shared": view.owner_id is None, "look": in_one_line(view)}
    wanted = {
        "name": view.name if name is None else one_line(name, 1000),
        "shared": is_shared,
        "look": None if look is None else in_one_line(look),
    }
    settled = seen.settled({what: said for what, said in wanted.items() if said is not None}, there)
    name, shares = settled["name"], settled.get("shared", view.owner_id is None)
    owner = None if shares else view.owner_id or by.agent_key
    view.name = _said(name, owner, but=view.pk)
    view.name_folded, view.owner_id, view.changed_at = folded(view.name), owner, at
    if look is not None and settled["look"] == wanted["look"]:
        view.base, view.filters, view.columns, view.sort = look.base, look.filters, look.columns, look.sort
    view.save(update_fields=["name", "name_folded", "owner", "changed_at", "base", "filters", "columns", "sort"])
    record(ViewChanged(view=view.pk, name=view.name, shared=shares), by=by, at=at)


@transaction.atomic
def delete_view(view: SavedView, *, by: Actor, at: datetime) -> None:
    """Offer it no more. Nothing happens when it is gone already."""
    if SavedView.objects.in_use().filter(pk=view.pk).update(deleted_at=at):
        record(ViewDeleted(view=view.pk, name=view.name, shared=view.owner_id is None), by=by, at=at)


def _said(name: str, owner: int | None, but: int | None = None) -> str:
    name = one_line(name, MOST_LETTERS)
    if not folded(name):
        raise ValidationError({"name": _("Give the view a name to find it by.")})
    others = SavedView.objects.in_use().filter(owner=owner, name_folded=folded(name))
    if any(view.pk != but for view in others):
        raise ValidationError({"name": _("There is a view of that name already.")})
    return name
