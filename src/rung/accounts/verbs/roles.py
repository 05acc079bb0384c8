"""Roles, and what they allow. What a role allows is written beside each agent who has it, in the same transaction, so that
it holds from their next request on."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from rung.accounts.events import RoleChanged, RoleEnded, RoleFormed
from rung.accounts.models import Agent, Role, Scope
from rung.accounts.permissions import BUILT_IN, in_order
from rung.core.actor import Actor
from rung.core.seen import UNSEEN, Seen
from rung.core.text import one_line
from rung.journal.verbs import record


def locked_role(key: str) -> Role:
    """The role of a key, locked: whoever is given it gets what it allows, however it is just being changed.

    Raises ValidationError when there is none.
    """
    if key in BUILT_IN and not Role.objects.filter(key=key).exists():  # a database emptied table by table
        Role.objects.bulk_create([Role.built_in(key)], ignore_conflicts=True)
    role = Role.objects.select_for_update().filter(key=key).first()
    if role is None:
        raise ValidationError({"role": _("There is no such role any more.")})
    return role


@transaction.atomic
def form_role(name: str, *, scope: str, permissions: Iterable[str], by: Actor, at: datetime) -> Role:
    """Make a role of one's own. Raises ValidationError when the name is taken or empty."""
    name = _free_name(name)
    role = Role(key=_free_key(name), name=name, scope=Scope(scope), permissions=in_order(permissions))
    role.save(force_insert=True)
    record(RoleFormed(role=role.key, name=name), by=by, at=at)
    return role


@transaction.atomic
def change_role(
    key: str,
    *,
    name: str | None = None,
    scope: str,
    permissions: Iterable[str],
    seen: Seen = UNSEEN,
    by: Actor,
    at: datetime,
) -> Role:
    """Let a role see and allow something else, for everybody who has it. The name of a built-in role stays.

    Raises ValidationError for the administrator's, and for a name that is taken or empty; Overtaken when somebody else
    was quicker.
    """
    if key == Role.ADMINISTRATOR:
        raise ValidationError(_("Administrators may always do everything, so that somebody can open every door."))
    role = locked_role(key)
    wanted: dict[str, Any] = {"scope": str(Scope(scope)), "permissions": in_order(permissions)}
    if name is not None and not role.is_built_in:
        wanted["name"] = _free_name(name, beside=key)
    wanted = seen.settled(wanted, {field: getattr(role, field) for field in wanted})
    values = [[field, _told(getattr(role, field)), _told(value)] for field, value in wanted.items()]
    values = [value for value in values if value[1] != value[2]]
    if not values:
        return role
    for field, value in wanted.items():
        setattr(role, field, value)
    role.save(update_fields=list(wanted))
    Agent.objects.filter(role=key).update(scope=role.scope, permissions=role.permissions)
    record(RoleChanged(role=key, name=role.name, values=values), by=by, at=at)
    return role


@transaction.atomic
def end_role(key: str, *, by: Actor, at: datetime) -> None:
    """Take a role of one's own off the list. Raises ValidationError while somebody, also a former agent, has it."""
    role = Role.objects.select_for_update().filter(key=key).first()
    if role is None or role.is_built_in:
        return
    holders = list(Agent.objects.filter(role=key).order_by("name").values_list("name", flat=True))
    if holders:
        raise ValidationError(
            _("%(names)s still have this role. Give them another one first.") % {"names": ", ".join(holders[:5])}
        )
    role.delete()
    record(RoleEnded(role=key, name=role.name), by=by, at=at)


def _told(value: str | list[str]) -> str:
    return value if isinstance(value, str) else ", ".join(value)


def _free_name(name: str, beside: str = "") -> str:
    name = one_line(name, 60)
    if not name:
        raise ValidationError({"name": _("A role needs a name.")})
    taken = {str(label).casefold() for key, label in Role.NAMES.items() if key != beside}
    if name.casefold() in taken or Role.objects.exclude(key=beside).filter(name__iexact=name).exists():
        raise ValidationError({"name": _("There is a role of this name already.")})
    return name


def _free_key(name: str) -> str:
    base = slugify(name)[:16].strip("-") or "role"
    key, number = base, 2
    while key in BUILT_IN or Role.objects.filter(key=key).exists():
        key, number = f"{base}-{number}", number + 1
    return key
