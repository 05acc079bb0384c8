"""From the bytes of a letter to what it says. Pure, without exception on any bytes, bounded in time."""

from datetime import datetime

from cryptography.x509 import Certificate

from rung.channels.email.reading import automatic, bodies, contents, doorkeepers, markup, returning, zones
from rung.channels.email.reading.attached import attached_letters
from rung.channels.email.reading.envelope import delivered_to, people_of, received_at, return_path, sender_of
from rung.channels.email.reading.findings import Forwarded, Protection
from rung.channels.email.reading.forwards import forwarded_in
from rung.channels.email.reading.keyring import Keyring, Trust, nobodys
from rung.channels.email.reading.nouns import (
    Automatic,
    Person,
    Reading,
    Zone,
    ZoneKind,
)
from rung.channels.email.reading.parts import Tree, take_apart
from rung.channels.email.reading.protection import judged, judged_within, or_partly, protection_of
from rung.channels.email.reading.reports import report_in
from rung.channels.email.reading.servers import verdicts_of
from rung.channels.email.reading.values import message_id, message_ids, moment
from rung.core.text import storable

__all__ = ["Automatic", "Person", "Reading", "Zone", "ZoneKind", "read", "understand"]


def read(raw: bytes, anchors: tuple[Certificate, ...] = (), keyring: Keyring = nobodys) -> Reading:
    """What a letter says. Never raises: a letter that defeats the reader is returned as bare text, and a remark says so.

    `anchors` are the certificates, of people or of authorities, that may vouch for a signature; `keyring` is
    asked for the keys of people only where a letter is signed.
    """
    try:
        return understand(raw, anchors, keyring)
    except Exception as failure:  # the one place where any failure is an answer: no letter may stop the mail
        text = storable(raw[:200_000].decode("utf-8", "replace"))
        remark = f"The letter could not be taken apart ({type(failure).__name__}); it is shown as it came."
        return Reading(
            body=text,
            text=text,
            zones=(Zone(ZoneKind.REPLY, 0, len(text)),),
            remarks=(remark,),
        )


def understand(raw: bytes, anchors: tuple[Certificate, ...] = (), keyring: Keyring = nobodys) -> Reading:
    """`read` without its net, for the tests that look for what would fall into it."""
    tree = take_apart(raw)
    head = tree.headers
    sender = sender_of(tree)
    subject = head.text("subject")[:1000]
    found = contents.contents_of(tree)
    forwards = zones.is_forward(subject)
    body = bodies.body_of(found.slots, tree, forwards=forwards, names=zones.names_of(sender))
    shown = markup.content_ids(body.html) | markup.content_ids(body.quoted_html)
    to, cc = people_of(tree, "to"), people_of(tree, "cc")
    report = report_in(tree, sender, subject, body.body)
    kind = automatic.kind_of(tree, sender, subject, body.text or body.body, report, body.html)
    sent_at, came_at = moment(head.raw("date")), received_at(tree)
    until = None
    if kind is Automatic.ABSENCE:
        until = returning.absent_until(subject, body.text or body.body, sent_at or came_at)
    if sent_at is None:
        tree.remark("The letter has no date that can be believed." if head.raw("date") else "The letter has no date.")
    identifier = message_id(head.raw("message-id"))
    if not identifier:
        tree.remark("The letter has no Message-ID; it is known again by its content.")
    in_reply_to = message_ids(head.raw("in-reply-to"))
    return Reading(
        sender=sender,
        reply_to=tuple(person for person in people_of(tree, "reply-to") if person.address),
        to=to,
        cc=cc,
        delivered_to=delivered_to(tree),
        return_path=return_path(tree),
        subject=subject,
        sent_at=sent_at,
        received_at=came_at,
        message_id=identifier,
        in_reply_to=in_reply_to[0] if in_reply_to else "",
        references=message_ids(b" ".join(head.all_raw("references"))),
        body=body.body,
        zones=body.zones,
        text=body.text,
        quoted=body.quoted,
        signature=body.signature,
        fine_print=body.fine_print,
        html=body.html,
        quoted_html=body.quoted_html,
        html_in_context=body.html_in_context,
        files=contents.files_of(found, shown, tree),
        forwarded=_forwarded(tree, found, body.body, forwards),
        invitation=found.invitation,
        protection=_protection(tree, found, sender, sent_at, Trust(anchors, keyring)),
        authentication=verdicts_of(head),
        automatic=kind,
        is_list=head.has("list-id") or head.has("list-post") or head.plain("precedence") == "list",
        wants_no_answer=kind is not None
        or head.has("x-auto-response-suppress")
        or head.has("list-id")
        or head.plain("precedence") in ("bulk", "junk", "list"),
        report=report,
        absence_until=until,
        challenge_link=doorkeepers.challenge_link(body.body, body.html) if kind is Automatic.CHALLENGE else "",
        headers=tuple(head.decoded()),
        remarks=tuple(tree.remarks),
    )


def _forwarded(tree: Tree, found: contents.Contents, text: str, forwards: bool) -> tuple[Forwarded, ...]:
    """The letters inside this one. What a mail system returns is not passed on by anybody."""
    if tree.type.word == "multipart/report":
        return ()
    inside = forwarded_in(text, date=tree.headers.raw("date"), passes_on=forwards)
    return inside + attached_letters(found.letters)


def _protection(
    tree: Tree,
    found: contents.Contents,
    sender: Person | None,
    at: datetime | None,
    trust: Trust,
) -> Protection | None:
    address = sender.address if sender else ""
    if found.opaque is not None:
        enclosed = judged(found.opaque, found.opaque.content or b"", address, at, trust)
        return or_partly(enclosed, is_whole=len(tree.parts) == 1)
    protection = protection_of(tree, address, at, trust) or found.protection
    if protection is found.protection and found.clear is not None:
        return judged_within(*found.clear, tree, address, trust)
    if protection is not None and protection.is_encrypted:
        tree.remark("The letter, or a part of it, is encrypted; what is inside is in the attached file.")
    return protection
