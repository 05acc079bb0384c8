"""All that is known of one person, as a file that they can be handed: for reading, and for another program to read."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from tempfile import TemporaryFile
from typing import IO, Any

from django.template.loader import render_to_string

from rung.accounts.access import Agent, Scope
from rung.core.addresses import reverse
from rung.customers.access import Customer, latest_orders, said_by
from rung.desk.pages.naming import name_of
from rung.desk.pages.sources import sources_of
from rung.fields.access import values_of
from rung.promises.access import promises_to
from rung.surveys.access import answers_of
from rung.touchpoints.access import (
    Attachment,
    Conversation,
    State,
    Touchpoint,
    TouchpointQuerySet,
    notes_in,
    visible_conversations,
    visible_touchpoints,
)
from rung.touchpoints.doors import door
from rung.touchpoints.noted import Note, NoteWording, wordings_among

MOST = 100_000
"""Of orders and promises; far more than one person has."""
BATCH = 50
PIECE = 256 * 1024


@dataclass(frozen=True, slots=True)
class PersonalPage:
    """Before it is taken. ``sees_all``: whoever takes it sees everybody's work, so that nothing of it is missing."""

    name: str
    back_href: str
    action: str
    sees_all: bool


def personal_page(customer: Customer, agent: Agent) -> PersonalPage:
    return PersonalPage(
        name=name_of(customer),
        back_href=reverse("desk:customer", args=[customer.pk]),
        action=reverse("desk:personal_data", args=[customer.pk]),
        sees_all=Scope(agent.scope) is Scope.ALL,
    )


def personal_file(
    customer: Customer, agent: Agent, *, with_notes: bool, with_files: bool, at: datetime
) -> tuple[IO[bytes], int]:
    """What the agent may see of a person as a ZIP, and its size in bytes: ``person.json``, ``conversations.json`` (UTF-8,
    moments in UTC as ISO 8601), ``everything.html``, and the files under ``files/``.

    ``with_notes``: also what colleagues told each other about them. A file that the storage has lost is left out.
    """
    content = TemporaryFile()  # noqa: SIM115  # whoever hands it over closes it
    person = _person(customer, agent, at)

    def matters() -> Iterator[dict[str, Any]]:
        return _matters(customer, agent, with_notes=with_notes)

    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("person.json", _json(person))
        with archive.open("conversations.json", "w") as told:
            _write_list(told, matters())
        with archive.open("everything.html", "w", force_zip64=True) as told:
            _write_page(told, person, matters())
        if with_files:
            _write_files(archive, customer, agent)
    size = content.tell()
    content.seek(0)
    return content, size


def _person(customer: Customer, agent: Agent, at: datetime) -> dict[str, Any]:
    likes, agreed = said_by(customer)
    fields = values_of("customer", [customer.pk])[customer.pk]
    orders = latest_orders(customer, MOST)
    return {
        "taken_at": _moment(at),
        "number": customer.pk,
        "name": customer.name,
        "company": customer.company.name if customer.company else "",
        "role": customer.role_title,
        "part_in_decisions": customer.get_decision_role_display(),
        "language": customer.language,
        "time_zone": customer.time_zone,
        "about": customer.about,
        "to_avoid": customer.avoid,
        "bound_to_us": customer.captive,
        "first_seen_at": _moment(customer.first_seen_at),
        "addresses": [
            {"kind": each.kind, "address": each.value, "label": each.label, "added_at": _moment(each.added_at)}
            for each in customer.addresses.all()
        ],
        "preferences": [{"text": each.text, "source": each.source, "said_at": _moment(each.said_at)} for each in likes],
        "consents": [
            {"purpose": each.purpose, "given": each.is_given, "source": each.source, "said_at": _moment(each.said_at)}
            for each in agreed.values()
        ],
        "fields": {each.field.name: each.shown for each in fields if each.shown},
        "orders": [
            {
                "number": each.number,
                "what": each.title,
                "amount": f"{each.amount_cents / 100:.2f}",
                "currency": each.currency,
                "state": each.state,
                "placed_at": _moment(each.placed_at),
            }
            for each in orders
        ],
        "promises": [
            {
                "what": each.what,
                "due_at": _moment(each.due_at),
                "made_at": _moment(each.made_at),
                "kept_at": _moment(each.kept_at),
                "broken_at": _moment(each.broken_at),
            }
            for each in promises_to(customer.pk, agent, limit=MOST)
        ],
        "answers_to_surveys": [
            {"question": each.question, "answer": each.value, "comment": each.comment, "at": _moment(each.answered_at)}
            for each in answers_of(customer.pk, visible_conversations(agent))
        ],
        "sources": [{"what": each.what, "from": each.whence, "at": _moment(each.at)} for each in sources_of(customer)],
    }


def _matters(customer: Customer, agent: Agent, *, with_notes: bool) -> Iterator[dict[str, Any]]:
    """Their conversations, the first first; then what they wrote in conversations of others, and nothing else of those."""
    theirs = visible_conversations(agent).filter(customer=customer.pk, beside__isnull=True).exclude(state=State.JOINED)
    for conversation in theirs.order_by("opened_at", "pk").iterator(chunk_size=BATCH):
        said = _said(agent).filter(conversation=conversation.pk)
        notes = notes_in(conversation.pk) if with_notes else []
        former = wordings_among(notes)
        yield _matter(conversation, [*said]) | {"notes": [_note(note, former.get(note.pk, [])) for note in notes]}
    elsewhere = _said(agent).filter(customer=customer.pk).exclude(conversation__customer=customer.pk)
    by_matter: dict[int, list[Touchpoint]] = {}
    for each in elsewhere.filter(direction="in", conversation__beside__isnull=True):
        by_matter.setdefault(each.conversation_id, []).append(each)
    for number, said_there in sorted(by_matter.items()):
        # Not what it is about, nor how it stands: that is the other's.
        yield {
            "number": number,
            "of_somebody_else": True,
            "subject": "",
            "touchpoints": [_touchpoint(each) for each in said_there],
            "notes": [],
        }


def _said(agent: Agent) -> TouchpointQuerySet:
    came = visible_touchpoints(agent).filter(due_at__isnull=True).select_related("agent")
    return came.prefetch_related("attachments").order_by("occurred_at", "pk")


def _matter(conversation: Conversation, said: list[Touchpoint]) -> dict[str, Any]:
    return {
        "number": conversation.number,
        "of_somebody_else": False,
        "subject": conversation.subject,
        "state": conversation.state,
        "opened_at": _moment(conversation.opened_at),
        "resolved_at": _moment(conversation.resolved_at),
        "touchpoints": [_touchpoint(each) for each in said],
    }


def _note(note: Note, former: list[NoteWording]) -> dict[str, Any]:
    return {
        "text": note.text,
        "written_at": _moment(note.written_at),
        "corrected_at": _moment(note.edited_at),
        "read_before": [{"text": each.text, "written_at": _moment(each.written_at)} for each in former],
    }


def _touchpoint(touchpoint: Touchpoint) -> dict[str, Any]:
    return {
        "at": _moment(touchpoint.occurred_at),
        "channel": touchpoint.channel,
        "channel_name": str(door(touchpoint.channel).label),
        "from_us": touchpoint.direction == "out",
        "by": touchpoint.agent.name if touchpoint.agent else "",
        "subject": touchpoint.subject,
        "text": touchpoint.text,
        "quoted": touchpoint.quoted,
        "closing_lines": touchpoint.signature,
        "length_s": touchpoint.duration_s,
        "place": touchpoint.place,
        "files": [_place(each) for each in touchpoint.attachments.all()],
    }


def _moment(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat(timespec="seconds") if at is not None else None


def _json(told: Any) -> str:
    return json.dumps(told, ensure_ascii=False, indent=2)


def _write_list(told: IO[bytes], matters: Iterator[dict[str, Any]]) -> None:
    mark = "["
    for matter in matters:
        told.write(f"{mark}\n{_json(matter)}".encode("utf-8", "replace"))
        mark = ","
    told.write(b"[]\n" if mark == "[" else b"\n]\n")


def _write_page(told: IO[bytes], person: dict[str, Any], matters: Iterator[dict[str, Any]]) -> None:
    def write(part: str, what: Any) -> None:
        told.write(render_to_string("desk/personal_file.html", {"part": part, "page": what}).encode("utf-8", "replace"))

    write("begin", person)
    for matter in matters:
        write("matter", matter)
    write("end", person)


def _place(attachment: Attachment) -> str:
    """Where a file lies in the archive. Its own name begins nowhere and leads nowhere."""
    plain = "".join(each if each.isalnum() or each in "._- ()" else "_" for each in attachment.name).strip(" .")
    return f"files/{attachment.pk}-{plain[-120:] or 'file'}"


def _write_files(archive: zipfile.ZipFile, customer: Customer, agent: Agent) -> None:
    theirs = visible_conversations(agent).filter(customer=customer.pk, beside__isnull=True)
    said = _said(agent).filter(conversation__in=theirs.values("pk"))
    for touchpoint in said.iterator(chunk_size=BATCH):
        for each in touchpoint.attachments.all():
            try:
                content = each.open()
            except FileNotFoundError:
                continue
            with content, archive.open(_place(each), "w", force_zip64=True) as kept:
                shutil.copyfileobj(content, kept, PIECE)
