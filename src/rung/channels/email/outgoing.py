"""From rows to the letter: gathers what `composing` needs for one dispatch. Reads, never writes."""

from datetime import UTC

from django.utils.translation import gettext as _

from rung.channels.email.composing import OutgoingFile, OutgoingLetter, answer_subject
from rung.channels.email.composing import Party as Correspondent
from rung.channels.email.letterhead import closing_lines, ours, sender_name
from rung.channels.email.models import Dispatch, Mailbox, Quoting
from rung.channels.email.quoting import MAX_DEPTH, Forward, Quote
from rung.channels.email.tokens import plus_address, token_for
from rung.customers.access import Customer, email_of
from rung.touchpoints.access import Direction, Touchpoint, TouchpointQuerySet
from rung.touchpoints.addresses import Recipients, as_typed
from rung.touchpoints.addresses import recipients_of as kept_recipients
from rung.touchpoints.incoming import Party

AUTOMATIC = "auto-generated"
"""What Auto-Submitted says on a notice: nobody pressed "send", and it answers no letter (RFC 3834, 5)."""


def recipients_of(touchpoint: Touchpoint) -> Recipients:
    """Those it goes to. Our own mailboxes are left out, so that no letter comes back to us as a new one; where nobody is
    left, the customer gets it."""
    kept, customer = kept_recipients(touchpoint.parties), touchpoint.customer
    own = ours(party.address for party in kept.all)
    known = set(customer.addresses.values_list("value", flat=True))
    seen = set(own)

    def line(people: tuple[Party, ...]) -> tuple[Party, ...]:
        fresh = {party.address: party for party in people if party.address not in seen}
        seen.update(fresh)
        return tuple(
            Party(address, party.name or (customer.name if address in known else ""))
            for address, party in fresh.items()
        )

    recipients = Recipients(line(kept.to), line(kept.cc), line(kept.bcc))
    return recipients or Recipients(line((Party(email_of(customer)),)) if email_of(customer) else ())


def outgoing_letter(dispatch: Dispatch, mailbox: Mailbox) -> OutgoingLetter:
    """Everything about one outgoing touchpoint as its receiver will see it."""
    touchpoint = dispatch.touchpoint
    conversation = touchpoint.conversation
    recipients = recipients_of(touchpoint)
    earlier = touchpoint.conversation.touchpoints.exclude(pk=touchpoint.pk).filter(
        channel=touchpoint.channel, occurred_at__lte=touchpoint.occurred_at
    )
    asked = earlier.filter(direction=Direction.IN, is_automatic=False).order_by("-occurred_at", "-pk").first()
    references = list(earlier.exclude(reference="").order_by("occurred_at", "pk").values_list("reference", flat=True))
    is_notice = touchpoint.is_automatic
    subject = touchpoint.subject or conversation.subject
    agent = None if is_notice else touchpoint.agent
    return OutgoingLetter(
        sender=Correspondent(mailbox.address, sender_name(agent, mailbox)),
        to=_correspondents(recipients.to),
        cc=_correspondents(recipients.cc),
        bcc=_correspondents(recipients.bcc),
        reply_to=plus_address(mailbox.address, conversation.pk) if mailbox.takes_plus_addresses else "",
        subject=answer_subject(subject) if asked is not None and not is_notice else subject,
        message_id=dispatch.message_id,
        written_at=touchpoint.occurred_at,
        text=touchpoint.text,
        html=touchpoint.html,
        references=tuple(references),
        in_reply_to=touchpoint.in_reply_to or (asked.reference if asked is not None else ""),
        token=token_for(conversation.pk),
        signature=closing_lines(agent, mailbox),
        quote=None if is_notice else _quote(earlier, asked, mailbox),
        forward=_forward(touchpoint.forwards) if touchpoint.forwards is not None else None,
        files=_files(touchpoint),
        automatic=AUTOMATIC if is_notice else "",
        unsubscribe=touchpoint.unsubscribe if is_notice else "",
    )


def _correspondents(people: tuple[Party, ...]) -> tuple[Correspondent, ...]:
    return tuple(Correspondent(party.address, party.name) for party in people)


def _quote(earlier: TouchpointQuerySet, asked: Touchpoint | None, mailbox: Mailbox) -> Quote | None:
    """What is repeated below the answer, as the mailbox is set."""
    if asked is None or mailbox.quoting == Quoting.NONE:
        return None
    if mailbox.quoting == Quoting.LAST:
        return _quoted(asked, asked.customer)
    spoken = earlier.filter(is_automatic=False, occurred_at__lte=asked.occurred_at).select_related("customer", "agent")
    quote = None
    for touchpoint in reversed(spoken.order_by("-occurred_at", "-pk")[:MAX_DEPTH]):
        quote = _quoted(touchpoint, asked.customer, quote)
    return quote


def _quoted(touchpoint: Touchpoint, reader: Customer, earlier: Quote | None = None) -> Quote:
    if touchpoint.direction == Direction.OUT:
        author = touchpoint.agent.name if touchpoint.agent is not None else _("we")
    else:
        author = touchpoint.customer.name or str(touchpoint.parties.get("from", "")) or _("you")
    return Quote(
        author=author,
        written_at=touchpoint.occurred_at.astimezone(reader.zone or UTC),
        text=touchpoint.text,
        html=touchpoint.html,
        language=reader.language,
        earlier=earlier,
    )


def _forward(passed_on: Touchpoint) -> Forward:
    if passed_on.direction == Direction.OUT:
        sender = passed_on.agent.name if passed_on.agent is not None else _("we")
    else:
        address = str(passed_on.parties.get("from", ""))
        sender = as_typed([Party(address, passed_on.customer.name)]) if address else passed_on.customer.name
    recipients = kept_recipients(passed_on.parties)
    return Forward(
        sender=sender,
        written_at=passed_on.occurred_at,
        subject=passed_on.subject or passed_on.conversation.subject,
        text=passed_on.text,
        html=passed_on.html,
        closing=passed_on.signature,
        to=as_typed(recipients.to),
        cc=as_typed(recipients.cc),
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
    wanted = {party.address.lower() for party in recipients_of(touchpoint).to}
    received = touchpoint.customer.touchpoints.filter(channel=touchpoint.channel, direction=Direction.IN)
    for earlier in received.filter(occurred_at__lte=touchpoint.occurred_at).order_by("-occurred_at", "-pk")[:50]:
        if str(earlier.parties.get("from", "")).lower() in wanted:
            return earlier.is_automatic
    return False
