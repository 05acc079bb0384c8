"""From rows to the letter: gathers what `composing` needs for one dispatch. Reads, never writes."""

from datetime import UTC

from django.utils.translation import gettext as _

from rung.channels.email.access import own_addresses
from rung.channels.email.composing import OutgoingFile, OutgoingLetter, Party, Quote, answer_subject
from rung.channels.email.models import Dispatch, Mailbox
from rung.channels.email.tokens import plus_address, token_for
from rung.customers.access import Customer, email_of
from rung.touchpoints.access import Direction, Touchpoint

AUTOMATIC = "auto-generated"
"""What Auto-Submitted says on a notice: nobody pressed "send", and it answers no letter (RFC 3834, 5)."""


def recipients_of(touchpoint: Touchpoint) -> tuple[tuple[Party, ...], tuple[Party, ...]]:
    """To and Cc. Our own mailboxes are left out, so that no letter comes back to us as a new one."""
    ours = own_addresses()
    customer = touchpoint.customer
    to = _others(touchpoint.parties.get("to", ()), ours) or _others([email_of(customer)], ours)
    cc = [address for address in _others(touchpoint.parties.get("cc", ()), ours) if address not in to]
    known = set(customer.addresses.values_list("value", flat=True))

    def party(address: str) -> Party:
        return Party(address, customer.name if address in known else "")

    return tuple(map(party, to)), tuple(map(party, cc))


def _others(addresses: object, ours: frozenset[str]) -> list[str]:
    if not isinstance(addresses, (list, tuple)):
        return []
    return [each for each in dict.fromkeys(addresses) if isinstance(each, str) and "@" in each and each not in ours]


def outgoing_letter(dispatch: Dispatch, mailbox: Mailbox) -> OutgoingLetter:
    """Everything about one outgoing touchpoint as its receiver will see it."""
    touchpoint = dispatch.touchpoint
    conversation = touchpoint.conversation
    to, cc = recipients_of(touchpoint)
    earlier = touchpoint.conversation.touchpoints.exclude(pk=touchpoint.pk).filter(
        channel=touchpoint.channel, occurred_at__lte=touchpoint.occurred_at
    )
    asked = earlier.filter(direction=Direction.IN, is_automatic=False).order_by("-occurred_at", "-pk").first()
    references = list(earlier.exclude(reference="").order_by("occurred_at", "pk").values_list("reference", flat=True))
    is_notice = touchpoint.is_automatic
    subject = touchpoint.subject or conversation.subject
    agent = touchpoint.agent
    signature = agent.signature if agent is not None and agent.signature.strip() else mailbox.signature
    return OutgoingLetter(
        sender=Party(mailbox.address, _sender_name(touchpoint, mailbox)),
        to=to,
        cc=cc,
        reply_to=plus_address(mailbox.address, conversation.pk) if mailbox.takes_plus_addresses else "",
        subject=answer_subject(subject) if asked is not None and not is_notice else subject,
        message_id=dispatch.message_id,
        written_at=touchpoint.occurred_at,
        text=touchpoint.text,
        html=touchpoint.html,
        references=tuple(references),
        in_reply_to=touchpoint.in_reply_to or (asked.reference if asked is not None else ""),
        token=token_for(conversation.pk),
        signature=signature,
        quote=_quote(asked) if asked is not None and not is_notice else None,
        files=_files(touchpoint),
        automatic=AUTOMATIC if is_notice else "",
        unsubscribe=touchpoint.unsubscribe if is_notice else "",
    )


def _sender_name(touchpoint: Touchpoint, mailbox: Mailbox) -> str:
    if touchpoint.agent is None or touchpoint.is_automatic:
        return mailbox.name
    return _("%(agent)s at %(mailbox)s") % {"agent": touchpoint.agent.name, "mailbox": mailbox.name}


def _quote(asked: Touchpoint) -> Quote:
    customer: Customer = asked.customer
    return Quote(
        author=customer.name or str(asked.parties.get("from", "")) or _("you"),
        written_at=asked.occurred_at.astimezone(customer.zone or UTC),
        text=asked.text,
        html=asked.html,
        language=customer.language,
    )


def _files(touchpoint: Touchpoint) -> tuple[OutgoingFile, ...]:
    files = []
    for attachment in touchpoint.attachments.order_by("pk"):
        with attachment.open() as content:
            files.append(
                OutgoingFile(
                    name=attachment.name,
                    media_type=attachment.media_type,
                    content=content.read(),
                    content_id=attachment.content_id,
                    is_inline=attachment.is_inline,
                )
            )
    return tuple(files)


def is_to_a_machine(touchpoint: Touchpoint) -> bool:
    """Whether the newest letter from the address we are about to write to was an automatic one."""
    to, _cc = recipients_of(touchpoint)
    wanted = {party.address.lower() for party in to}
    received = touchpoint.customer.touchpoints.filter(channel=touchpoint.channel, direction=Direction.IN)
    for earlier in received.filter(occurred_at__lte=touchpoint.occurred_at).order_by("-occurred_at", "-pk")[:50]:
        if str(earlier.parties.get("from", "")).lower() in wanted:
            return earlier.is_automatic
    return False
