"""May we write to an address now without anybody having pressed "send"? Every letter of that kind asks here."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rung.accounts.access import Agent
from rung.channels.email.models import Dispatch, DispatchState, Mailbox
from rung.channels.email.models.dispatch import DispatchQuerySet
from rung.channels.email.outgoing import is_to_a_machine
from rung.channels.email.repeating import WITHIN, is_repeated
from rung.customers.access import takes_no_automatic_mail
from rung.touchpoints.access import Direction, Touchpoint, last_asked, visible_touchpoints
from rung.touchpoints.hearing import said_lately

HOUR = timedelta(hours=1)
_NOT_GONE = (DispatchState.HELD, DispatchState.WITHHELD)


@dataclass(frozen=True, slots=True)
class Hindrance:
    """Why an automatic letter does not leave now. `is_flood`: the whole mailbox is over its limit, not one address."""

    reason: str
    is_flood: bool = False


def hindrance(address: str, mailbox: Mailbox | None, *, at: datetime, besides: int | None = None) -> Hindrance | None:
    """What keeps an automatic letter to this address, from this mailbox, from leaving at this moment; None: nothing.

    Counted are those of the last hour, since a lead last let them go on; `besides` is the key of the dispatch that is asked
    about, where it is planned already.
    """
    if mailbox is None:
        return None
    if mailbox.braked_at is not None:
        return Hindrance(
            _("The mailbox is over its limit of automatic letters; a lead can let them go on."), is_flood=True
        )
    since = max(at - HOUR, mailbox.brake_released_at or at - HOUR)
    recent = Dispatch.objects.filter(asked_at__gt=since).exclude(state__in=_NOT_GONE).exclude(automatic_to="")
    if besides is not None:
        recent = recent.exclude(pk=besides)
    limit = mailbox.automatic_per_address
    if recent.filter(automatic_to=address.strip().lower()).order_by()[:limit].count() >= limit:
        words = ngettext(
            "%(n)d automatic letter has gone to this address within the hour; more wait until a lead lets them go on.",
            "%(n)d automatic letters have gone to this address within the hour; more wait until a lead lets them go on.",
            limit,
        )
        return Hindrance(words % {"n": limit})
    limit = mailbox.automatic_per_mailbox
    if recent.filter(mailbox=mailbox).order_by()[:limit].count() >= limit:
        words = ngettext(
            "%(n)d automatic letter has left this mailbox within the hour, as many as may; more wait until a lead lets them"
            " go on.",
            "%(n)d automatic letters have left this mailbox within the hour, as many as may; more wait until a lead lets"
            " them go on.",
            limit,
        )
        return Hindrance(words % {"n": limit}, is_flood=True)
    return None


MAX_UNANSWERED = 2
"""Automatic letters of ours in one conversation without a word of a person of ours in between. Two machines that answer each
other end there, even when the other one writes like a person."""


def refusal(touchpoint: Touchpoint, address: str) -> str:
    """Why an automatic letter never leaves, in a sentence; empty when it may, and `hindrance` says whether now."""
    if is_to_a_machine(touchpoint):
        return _("Not sent: the last letter from this address was written by a machine, and machines get no notices.")
    standing = takes_no_automatic_mail(address)
    if standing == "unwilling":
        return _("Not sent: our letters are called spam at this address, and nothing automatic goes there any more.")
    if standing == "failing":
        return _("Not sent: mail to this address comes back.")
    if _is_turning_in_circles(touchpoint):
        return _("Not sent: two automatic letters went out here already, and nobody of us has written since.")
    if _is_answered_by_a_machine(touchpoint, address):
        return _("Not sent: after automatic letters of ours, this address says the same each time, as machines do.")
    return ""


def _is_turning_in_circles(touchpoint: Touchpoint) -> bool:
    ours = Touchpoint.objects.filter(conversation=touchpoint.conversation_id, direction=Direction.OUT)
    before = ours.filter(occurred_at__lte=touchpoint.occurred_at).exclude(pk=touchpoint.pk)
    spoken = before.filter(is_automatic=False).order_by("-occurred_at", "-pk").values_list("pk", flat=True).first()
    automatic = before.filter(is_automatic=True, pk__gt=spoken or 0).exclude(delivery="failed")
    return automatic.order_by()[:MAX_UNANSWERED].count() >= MAX_UNANSWERED


def _is_answered_by_a_machine(touchpoint: Touchpoint, address: str) -> bool:
    """A machine that hides may also open a conversation with each of its letters: nothing in them leads to ours, and only
    what they say is the same. To a person who says the same again, a third automatic letter would tell nothing new."""
    at = touchpoint.occurred_at
    lately = Dispatch.objects.filter(automatic_to=address.strip().lower(), asked_at__gt=at - WITHIN)
    gone = lately.exclude(automatic_to="").exclude(state__in=_NOT_GONE).exclude(touchpoint=touchpoint.pk)
    if gone.order_by()[:MAX_UNANSWERED].count() < MAX_UNANSWERED:
        return False
    asked = last_asked(touchpoint.conversation)
    if asked is None:
        return False
    said = said_lately("email", [asked.customer_id], after=at - WITHIN)[asked.customer_id]
    earlier = [one for one in said if one.touchpoint != asked.pk]
    return is_repeated(asked.text, lambda: earlier, at=at, turns=1)


def held_dispatches(agent: Agent) -> DispatchQuerySet:
    """What the flood brake holds back of the conversations this agent sees, the newest first."""
    held = Dispatch.objects.filter(state=DispatchState.HELD)
    if not agent.sees_all:
        held = held.filter(touchpoint__in=visible_touchpoints(agent))
    return held.select_related("mailbox", "touchpoint__conversation").order_by("-pk")


def held_count(mailbox: Mailbox) -> int:
    """How many letters of a mailbox the flood brake holds back."""
    return Dispatch.objects.filter(mailbox=mailbox, state=DispatchState.HELD).count()
