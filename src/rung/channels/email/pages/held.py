from dataclasses import dataclass

from rung.accounts.access import Agent
from rung.channels.email.access.automatic import held_dispatches
from rung.channels.email.access.mailbox import led_mailboxes
from rung.channels.email.models import Dispatch, Mailbox

SHOWN = 100


@dataclass(frozen=True)
class HeldMailbox:
    """What one mailbox holds back: how many in all, and the newest of them. `is_theirs`: whoever looks may let it go on."""

    mailbox: Mailbox
    is_theirs: bool
    number: int
    newest: tuple[Dispatch, ...]


@dataclass(frozen=True)
class HeldPage:
    mailboxes: tuple[HeldMailbox, ...]


def held_page(agent: Agent) -> HeldPage:
    """The automatic letters that wait for a lead, by mailbox."""
    held = held_dispatches(agent).select_related("mailbox", "touchpoint__conversation", "touchpoint__customer")
    with_some = Mailbox.objects.filter(pk__in=held.order_by().values("mailbox"))
    led = led_mailboxes(agent)
    braked = Mailbox.objects.filter(braked_at__isnull=False, pk__in=led.values("pk"))
    mailboxes = (with_some | braked).distinct().order_by("name", "pk")
    theirs = set(led.values_list("pk", flat=True))
    return HeldPage(
        tuple(
            HeldMailbox(
                mailbox,
                mailbox.pk in theirs,
                held.filter(mailbox=mailbox).count(),
                tuple(held.filter(mailbox=mailbox)[:SHOWN]),
            )
            for mailbox in mailboxes
        )
    )
