"""From the bytes of a letter to what it says. Pure, without exception on any bytes, bounded in time."""

from datetime import datetime

from rung.channels.email.reading import absences, automatic, bodies, contents, markup, zones
from rung.channels.email.reading.nouns import (
    Automatic,
    Person,
    Reading,
    Zone,
    ZoneKind,
)
from rung.channels.email.reading.parts import Tree, take_apart
from rung.channels.email.reading.people import MAX_PEOPLE, people
from rung.channels.email.reading.reports import report_in
from rung.channels.email.reading.values import message_id, message_ids, moment
from rung.channels.email.reading.words import tidy
from rung.core.text import storable

__all__ = ["Automatic", "Person", "Reading", "Zone", "ZoneKind", "read", "understand"]


def read(raw: bytes) -> Reading:
    """What a letter says. Never raises: a letter that defeats the reader is returned as bare text, and a remark says so."""
    try:
        return understand(raw)
    except Exception as failure:  # the one place where any failure is an answer: no letter may stop the mail
        text = storable(raw[:200_000].decode("utf-8", "replace"))
        remark = f"The letter could not be taken apart ({type(failure).__name__}); it is shown as it came."
        return Reading(
            body=text,
            text=text,
            zones=(Zone(ZoneKind.REPLY, 0, len(text)),),
            remarks=(remark,),
        )


def understand(raw: bytes) -> Reading:
    """`read` without its net, for the tests that look for what would fall into it."""
    tree = take_apart(raw)
    head = tree.headers
    sender = _sender(tree)
    subject = head.text("subject")[:1000]
    found = contents.contents_of(tree)
    body = bodies.body_of(found.slots, tree, forwards=zones.is_forward(subject))
    shown = markup.content_ids(body.html) | markup.content_ids(body.quoted_html)
    to, cc = _people(tree, "to"), _people(tree, "cc")
    report = report_in(tree, sender, subject, body.body)
    kind = automatic.kind_of(tree, sender, subject, body.text or body.body, report)
    sent_at, came_at = moment(head.raw("date")), _received_at(tree)
    until = None
    if kind is Automatic.ABSENCE:
        until = absences.absent_until(subject, body.text or body.body, sent_at or came_at)
    if sent_at is None:
        tree.remark("The letter has no date that can be believed." if head.raw("date") else "The letter has no date.")
    identifier = message_id(head.raw("message-id"))
    if not identifier:
        tree.remark("The letter has no Message-ID; it is known again by its content.")
    in_reply_to = message_ids(head.raw("in-reply-to"))
    return Reading(
        sender=sender,
        reply_to=_people(tree, "reply-to"),
        to=to,
        cc=cc,
        delivered_to=_delivered_to(tree),
        return_path=_return_path(tree),
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
        html=body.html,
        quoted_html=body.quoted_html,
        files=contents.files_of(found, shown, tree),
        automatic=kind,
        is_list=head.has("list-id") or head.has("list-post") or head.plain("precedence") == "list",
        wants_no_answer=kind is not None or head.has("x-auto-response-suppress") or head.has("list-id"),
        report=report,
        absence_until=until,
        challenge_link=absences.challenge_link(body.body) if kind is Automatic.CHALLENGE else "",
        headers=tuple(head.decoded()),
        remarks=tuple(tree.remarks),
    )


def _people(tree: Tree, name: str) -> tuple[Person, ...]:
    found: list[Person] = []
    unread = 0
    for value in tree.headers.all_raw(name)[:50]:
        persons, more = people(value, tree.headers.hint)
        found += persons
        unread += more
    if len(found) > MAX_PEOPLE:
        unread += len(found) - MAX_PEOPLE
        del found[MAX_PEOPLE:]
    if unread:
        tree.remark(f"“{name.title()}” names {len(found) + unread} addresses; the first {len(found)} were read.")
    return tuple(found)


def _sender(tree: Tree) -> Person | None:
    """Who wrote the letter: From, else Sender, else Reply-To; a header without an address counts for nothing."""
    for name in ("from", "sender", "reply-to"):
        for value in tree.headers.all_raw(name)[:5]:
            for person in people(value[:20_000], tree.headers.hint)[0]:
                if "@" in person.address:
                    if name != "from":
                        tree.remark(f"The letter has no From; the sender is taken from {name.title()}.")
                    return person
    tree.remark("The letter has no From: nobody knows who wrote it.")
    return None


def _delivered_to(tree: Tree) -> tuple[str, ...]:
    found = [
        person.address
        for name in ("delivered-to", "x-original-to", "envelope-to", "x-delivered-to", "x-envelope-to")
        for value in tree.headers.all_raw(name)[:10]
        for person in people(value[:4000])[0]
        if person.address
    ]
    return tuple(dict.fromkeys(found))


def _return_path(tree: Tree) -> str | None:
    if not tree.headers.has("return-path"):
        return None
    return tidy(tree.headers.raw("return-path")[:400].decode("utf-8", "replace")).strip("<> ")


def _received_at(tree: Tree) -> datetime | None:
    for value in tree.headers.all_raw("received")[:1]:
        return moment(value.rpartition(b";")[2].strip())
    return None
