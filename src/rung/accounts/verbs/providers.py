"""Identity providers, and whose accounts there belong to which seat."""

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rung.accounts.events import (
    IdentityBound,
    IdentityProviderAdded,
    IdentityProviderChanged,
    IdentityProviderEnded,
    IdentityReleased,
)
from rung.accounts.models import Agent, Identity, IdentityProvider, Role, Team
from rung.accounts.openid import Person
from rung.accounts.sealing import seal
from rung.accounts.verbs.agents import create_agent
from rung.core.actor import SYSTEM, Actor
from rung.core.seen import UNSEEN, Seen, differences
from rung.core.text import one_line
from rung.journal.verbs import record


class NotLetIn(Exception):
    """A provider vouched for somebody, and still they do not come in. `kind` is a word for the journal, `reason` a sentence
    for them; `agent` is whose seat it is about, if anybody's."""

    def __init__(self, kind: str, reason: str, agent: Agent | None = None) -> None:
        super().__init__(reason)
        self.kind, self.reason, self.agent = kind, reason, agent


@dataclass(frozen=True)
class ProviderWish:
    """How a provider should be; an empty `client_secret` leaves the present one."""

    name: str
    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    domains: list[str]
    admits_newcomers: bool = False
    newcomer_role: str = Role.AGENT
    newcomer_team: Team | None = None
    replaces_password: bool = False
    does_second_step: bool = False


@transaction.atomic
def add_provider(wish: ProviderWish, *, by: Actor, at: datetime) -> IdentityProvider:
    """Raises ValidationError for what cannot be; whether the provider is there is for the caller to ask before."""
    if not wish.client_secret:
        raise ValidationError({"client_secret": _("The provider gives one out together with the client ID.")})
    if wish.replaces_password:
        raise ValidationError({"replaces_password": _not_tried()})
    _check(wish)
    given = _columns(wish) | {"client_secret": seal(wish.client_secret)}
    provider = IdentityProvider.objects.create(**given, added_at=at)
    record(IdentityProviderAdded(provider=provider.pk, name=provider.name, issuer=provider.issuer), by=by, at=at)
    return provider


@transaction.atomic
def change_provider(
    provider: IdentityProvider, wish: ProviderWish, *, seen: Seen = UNSEEN, by: Actor, at: datetime
) -> None:
    """Raises ValidationError for what cannot be, Overtaken when somebody else was quicker."""
    present = IdentityProvider.objects.select_for_update().get(pk=provider.pk)
    wanted = _columns(wish)
    there = {name: getattr(present, name) for name in wanted}
    settled = seen.settled(wanted, there)
    _check(ProviderWish(**settled, client_secret=wish.client_secret), present)
    if settled["issuer"] != present.issuer and present.identities.exists():
        raise ValidationError(
            {"issuer": _("People come in by this one already: end it, and add the other as a new one.")}
        )
    if settled["replaces_password"] and present.tried_at is None:
        raise ValidationError({"replaces_password": _not_tried()})
    values = differences(settled, there)
    changed = [name for name in settled if settled[name] != there[name]]
    if wish.client_secret:
        settled["client_secret"] = seal(wish.client_secret)
        changed.append("client_secret")
    if not changed:
        return
    for name, value in settled.items():
        setattr(present, name, value)
    if {"issuer", "client_id"} & set(changed):
        present.tried_at = None
    present.save(update_fields=[*settled, "tried_at"])
    record(
        IdentityProviderChanged(provider=present.pk, name=present.name, changed=changed, values=values), by=by, at=at
    )


@transaction.atomic
def end_provider(provider: IdentityProvider, *, by: Actor, at: datetime) -> None:
    """Nobody comes in by it any more, and who did so is forgotten; their seats stay. Nothing happens the second time."""
    bound = Identity.objects.filter(provider=provider.pk).count()
    if IdentityProvider.objects.filter(pk=provider.pk).delete()[0]:
        record(IdentityProviderEnded(provider=provider.pk, name=provider.name, bound=bound), by=by, at=at)


@transaction.atomic
def note_trial(provider: IdentityProvider, *, by: Actor, at: datetime) -> None:
    """Somebody went all the way to the provider and back."""
    IdentityProvider.objects.filter(pk=provider.pk).update(tried_at=at)


@transaction.atomic
def admit(provider: IdentityProvider, person: Person, *, by: Actor, at: datetime) -> Agent:
    """Whose seat a provider's word opens. Known by their subject, or bound to it now by an address that the provider has
    verified and that is the seat's. Raises NotLetIn."""
    present = IdentityProvider.objects.select_for_update().filter(pk=provider.pk).first()
    if present is None:
        raise NotLetIn("ended", _("Nobody signs in with %(provider)s any more.") % {"provider": provider.name})
    known = Identity.objects.select_related("agent").filter(provider=present, subject=person.subject).first()
    if known is not None:
        agent = known.agent
        _check_seat(agent, present)
        Identity.objects.filter(pk=known.pk).update(used_at=at)
        return agent
    _check_address(person, present)
    seat = _seat_of(person.email)
    if seat is None:
        seat = _newcomer(present, person, at)
    _check_seat(seat, present)
    if Identity.objects.filter(provider=present, agent=seat).exists():
        raise NotLetIn(
            "other_subject",
            _(
                "Another account at %(provider)s with this address opens this seat already. If yours was made anew there, "
                "an administrator here has to untie the old one first."
            )
            % {"provider": present.name},
            seat,
        )
    Identity.objects.create(
        provider=present, agent=seat, subject=person.subject, email=person.email, bound_at=at, used_at=at
    )
    record(IdentityBound(agent=seat.pk, through=present.name), by=seat.actor, at=at)
    return seat


@transaction.atomic
def release_identity(identity: Identity, *, by: Actor, at: datetime) -> None:
    """The account there opens this seat no more. Nothing happens the second time."""
    if Identity.objects.filter(pk=identity.pk).delete()[0]:
        record(IdentityReleased(agent=identity.agent_id, through=identity.provider.name), by=by, at=at)


def _check_address(person: Person, provider: IdentityProvider) -> None:
    words = {"provider": provider.name, "email": person.email}
    if not person.email:
        raise NotLetIn("no_email", _("%(provider)s did not tell us your e-mail address.") % words)
    if not person.is_verified:
        raise NotLetIn(
            "unverified", _("%(provider)s has not verified that %(email)s is yours, so it opens no seat here.") % words
        )
    if not provider.speaks_for(person.email):
        raise NotLetIn("domain", _("%(provider)s does not speak for addresses such as %(email)s here.") % words)


def _check_seat(seat: Agent, provider: IdentityProvider) -> None:
    if not seat.is_active:
        raise NotLetIn("closed", _("This seat is closed. Ask an administrator."), seat)
    if not provider.speaks_for(seat.email):
        words = {"provider": provider.name, "email": seat.email}
        raise NotLetIn("domain", _("%(provider)s does not speak for addresses such as %(email)s here.") % words, seat)


def _seat_of(email: str) -> Agent | None:
    """Whose the address is, letter by letter. The database would take letters for each other that only look alike when
    they are made small or large."""
    found = Agent.objects.select_for_update().filter(email__iexact=email)
    return next((seat for seat in found if _plain(seat.email) == _plain(email)), None)


def _plain(email: str) -> str:
    return email.lower() if email.isascii() else email


def _newcomer(provider: IdentityProvider, person: Person, at: datetime) -> Agent:
    if not provider.admits_newcomers:
        words = _("Nobody with the address %(email)s has a seat here. Ask for an invitation.")
        raise NotLetIn("no_seat", words % {"email": person.email})
    teams: Iterable[Team] = [provider.newcomer_team] if provider.newcomer_team else []
    name = one_line(person.name, 120) or person.email.partition("@")[0]
    try:
        return create_agent(email=person.email, name=name, role=provider.newcomer_role, teams=teams, by=SYSTEM, at=at)
    except ValidationError as refused:
        raise NotLetIn("no_seat", " ".join(refused.messages)) from refused


def _check(wish: ProviderWish, present: IdentityProvider | None = None) -> None:
    if not wish.domains:
        raise ValidationError({"domains": _("Name at least one: without it the provider speaks for nobody.")})
    if wish.newcomer_role == Role.ADMINISTRATOR:
        raise ValidationError({"newcomer_role": _("Nobody becomes administrator by themselves.")})
    others = IdentityProvider.objects.filter(issuer=wish.issuer)
    if present is not None:
        others = others.exclude(pk=present.pk)
    if others.exists():
        raise ValidationError({"issuer": _("This provider is here already.")})


def _columns(wish: ProviderWish) -> dict[str, Any]:
    """All but the secret, as kept."""
    given = {each.name: getattr(wish, each.name) for each in fields(wish) if each.name != "client_secret"}
    return given | {"name": one_line(wish.name, 60), "domains": sorted({each.lower() for each in wish.domains})}


def _not_tried() -> str:
    return _("Test the connection first: it has to work before people depend on it.")
