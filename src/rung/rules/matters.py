"""Reading what rules look at: many conversations in a few statements, and of each only what some rule asks for."""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, Min

from rung.business.access import Hours, hours_of_team, is_open
from rung.channels.email.access.mailbox import mailboxes_through
from rung.fields.access import Subject, values_of
from rung.rules.conditions import MOST_LETTERS, Matter
from rung.touchpoints.access import Conversation, Direction, State, Touchpoint, tags_of


@dataclass(frozen=True, slots=True)
class Look:
    """At which conversation, and at which of its touchpoints: by its key, else the first or the last that came in."""

    conversation: int
    touchpoint: int | None = None
    at_first: bool = False


def matters_at(looks: Iterable[Look], needs: Set[str]) -> dict[Look, Matter]:
    """What there is to see. Spam, what has joined another conversation and what is asked beside one is nothing for rules,
    and is left out. Three statements, and one or two for each of the `needs`."""
    looks = list(dict.fromkeys(looks))
    wanted = Conversation.objects.filter(pk__in={look.conversation for look in looks}, beside__isnull=True)
    wanted = wanted.exclude(state__in=(State.SPAM, State.JOINED)).select_related("customer__company")
    if "addresses" in needs:
        wanted = wanted.prefetch_related("customer__addresses")
    there = {conversation.pk: conversation for conversation in wanted}
    touchpoints = _touchpoints([look for look in looks if look.conversation in there])
    tags = tags_of(there) if "tags" in needs else {}
    mailboxes = mailboxes_through(there) if "mailbox" in needs else {}
    fields = values_of(Subject.CONVERSATION, there) if "fields" in needs else {}
    known = _known(there.values()) if "known" in needs else set()
    hours: dict[int | None, Hours] = {}
    if "hours" in needs:
        hours = {team: hours_of_team(team) for team in {each.team_id for each in there.values()}}
    found = {}
    for look in looks:
        conversation = there.get(look.conversation)
        if conversation is None:
            continue
        said = touchpoints.get(look)
        if said is None and look.at_first:
            continue  # it began with a letter of ours
        came_at: datetime = said.occurred_at if said is not None else conversation.last_touch_at
        customer = conversation.customer
        found[look] = Matter(
            number=conversation.pk,
            channel=said.channel if said is not None else conversation.channel,
            team=conversation.team_id,
            assignee=conversation.assignee_id,
            priority=str(conversation.priority),
            mailbox=mailboxes.get(conversation.pk),
            addresses=_addresses(said, conversation) if "addresses" in needs else (),
            company=customer.company.name if customer.company else "",
            language=customer.language,
            subject=(said.subject if said is not None else "") or conversation.subject,
            text=said.text[:MOST_LETTERS] if said is not None else "",
            tags=frozenset(tag.pk for tag in tags.get(conversation.pk, ())),
            fields={each.field.pk: (each.raw, each.shown) for each in fields.get(conversation.pk, ())},
            is_internal=customer.is_internal or bool(customer.company and customer.company.is_internal),
            is_known=conversation.pk in known,
            is_automatic=said.is_automatic if said is not None else False,
            is_within_hours=is_open(came_at, hours[conversation.team_id]) if hours else True,
        )
    return found


def _touchpoints(looks: list[Look]) -> dict[Look, Touchpoint]:
    named = {look: look.touchpoint for look in looks if look.touchpoint is not None}
    for at_first in (True, False):
        some = [look for look in looks if look.touchpoint is None and look.at_first is at_first]
        if not some:
            continue
        came_in = Touchpoint.objects.filter(
            conversation__in={look.conversation for look in some}, direction=Direction.IN
        )
        edge = came_in.order_by().values("conversation").annotate(edge=Min("pk") if at_first else Max("pk"))
        edges = dict(edge.values_list("conversation", "edge"))
        named |= {look: edges[look.conversation] for look in some if look.conversation in edges}
    read = Touchpoint.objects.only("channel", "subject", "text", "is_automatic", "occurred_at", "parties")
    there = read.in_bulk(set(named.values())) if named else {}
    return {look: there[pk] for look, pk in named.items() if pk in there}


def _addresses(said: Touchpoint | None, conversation: Conversation) -> tuple[str, ...]:
    written_from = str((said.parties or {}).get("from", "")) if said is not None else ""
    theirs = (address.value for address in conversation.customer.addresses.all())
    return tuple(dict.fromkeys(each.lower() for each in (written_from, *theirs) if each))


def _known(conversations: Iterable[Conversation]) -> set[int]:
    """Those whose customer had another conversation before."""
    wanted = list(conversations)
    theirs = Conversation.objects.filter(customer__in={each.customer_id for each in wanted})
    first = dict(theirs.order_by().values("customer").annotate(first=Min("pk")).values_list("customer", "first"))
    return {each.pk for each in wanted if first.get(each.customer_id, each.pk) < each.pk}
