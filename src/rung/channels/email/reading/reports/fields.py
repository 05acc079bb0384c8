"""What is reported by a standard: deliveries (RFC 3464), read receipts (RFC 8098) and complaints (RFC 5965).

The fields are read wherever such a part stands: many gateways take a multipart/report apart and call it multipart/mixed.
"""

import re
from collections.abc import Iterator

from rung.channels.email.reading.headers import Headers, split
from rung.channels.email.reading.outcomes import BounceReason, Outcome
from rung.channels.email.reading.parts import Part, Tree, content
from rung.channels.email.reading.people import people
from rung.channels.email.reading.reports.reasons import code_in, status_in, why
from rung.channels.email.reading.reports.returned import is_returned, returned_header

DELIVERY = frozenset({"message/delivery-status", "message/global-delivery-status"})
RECEIPT = frozenset({"message/disposition-notification", "message/global-disposition-notification"})
COMPLAINT = "message/feedback-report"
# What a feedback report may be about besides: it was no spam after all, or a check of the sender failed.
_NO_COMPLAINTS = frozenset({"not-spam", "auth-failure", "dmarc"})

MAX_BYTES = 200_000
MAX_BLOCKS = 500
MAX_SAID = 500

_BLANK = re.compile(rb"\n[ \t]*\n")
_TYPE = re.compile(r"^\s*([\w.-]{1,40})\s*;\s*")
_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"@]{1,128}@[^\s<>()\[\],;:\"@]{1,255}")
_STATUS = re.compile(r"([245]\.\d{1,3}\.\d{1,3})")
_ACTIONS = (
    ("fail", "failed"),
    ("expired", "failed"),
    ("error", "failed"),
    ("delay", "delayed"),
    ("deliver", "delivered"),
    ("relay", "relayed"),
    ("expand", "expanded"),
)


def deliveries(tree: Tree) -> tuple[Outcome, ...]:
    """What became of the letter, one outcome for each recipient that is named; empty where no such part is."""
    found: list[Outcome] = []
    for part in tree.parts:
        if part.media_type not in DELIVERY:
            continue
        reporting = ""
        for block in _blocks(part, tree):
            reporting = reporting or _behind_type(block.text("reporting-mta"))
            if any(
                block.has(name) for name in ("final-recipient", "original-recipient", "action", "x-actual-recipient")
            ):
                found.append(_delivery(block, reporting))
    return tuple(found)


def _blocks(part: Part, tree: Tree) -> Iterator[Headers]:
    data = content(part, tree)[:MAX_BYTES].replace(b"\r\n", b"\n").strip(b"\n")
    for block in _BLANK.split(data)[:MAX_BLOCKS]:
        fields, _, _ = split(block.lstrip(b"\n") + b"\n\n")
        if fields.fields:
            yield fields


def _delivery(block: Headers, reporting: str) -> Outcome:
    final, original = _address(block.text("final-recipient")), _address(block.text("original-recipient"))
    if "." not in final.rpartition("@")[2] and "." in original.rpartition("@")[2]:
        final = original  # "greg@ims-ms-daemon": a name within the system
    if "@" not in final:
        final = next((each for each in (original, _address(block.text("x-actual-recipient"))) if "@" in each), final)
    raw = block.text("diagnostic-code")
    diagnostic = _behind_type(raw)
    more = " ".join(block.text(name) for name in ("x-supplementary-info", "x400-supplementary-info", "x-notes-item"))
    if more.strip() and not (status_in(diagnostic) or code_in(diagnostic)):
        diagnostic = f"{diagnostic} {more}".strip()
    stated = _STATUS.search(block.text("status"))
    if not diagnostic:  # some say it in brackets behind the status
        diagnostic = block.text("status").partition("(")[2].rstrip(")")
    inner = status_in(diagnostic)
    status = stated[1] if stated else inner
    if status.endswith(".0") and inner and not inner.endswith(".0") and inner[0] == status[0]:
        status = inner
    code = code_in(diagnostic)
    words = raw if raw.lower().startswith("x-") else diagnostic
    server = _behind_type(block.text("remote-mta")) or reporting
    action = _action(block.plain("action"), status)
    return Outcome(
        address=final,
        meant=original if "@" in original and original.lower() != final.lower() else "",
        action=action,
        status=status,
        code=code,
        reason=why(words, status, code) if action in ("failed", "delayed") else BounceReason.UNKNOWN,
        said=diagnostic[:MAX_SAID],
        server=server[:200],
    )


def _action(word: str, status: str) -> str:
    for beginning, action in _ACTIONS:
        if word.startswith(beginning):
            return action
    return {"2": "delivered", "4": "delayed"}.get(status[:1], "failed")


def _behind_type(text: str) -> str:
    """`dns; mx.example` → `mx.example`: without the type in front."""
    return _TYPE.sub("", text, count=1).strip()


def _address(text: str) -> str:
    match = _ADDRESS.search(text)
    if match:
        return match[0].strip("'").rstrip(".")[:320]
    return _behind_type(text).strip("<> ")[:320]


def receipts(tree: Tree) -> tuple[Outcome, ...]:
    """Who has opened the letter, or thrown it away unread."""
    found: list[Outcome] = []
    for part in tree.parts:
        if part.media_type not in RECEIPT:
            continue
        for block in _blocks(part, tree):
            disposition = block.plain("disposition")
            if not disposition:
                continue
            action = disposition.rpartition(";")[2].strip().split("/")[0].strip() or "displayed"
            address = _address(block.text("final-recipient")) or _address(block.text("original-recipient"))
            found.append(Outcome(address=address, action=action[:20], said=block.text("disposition")[:MAX_SAID]))
    if not found:
        senders = people(tree.headers.raw("from"))[0]
        found.append(Outcome(address=senders[0].address if senders else "", action="displayed"))
    return tuple(found)


def complaint_kind(tree: Tree) -> str:
    """The type a feedback report gives itself, such as "abuse"; empty when there is none, or when it is no complaint."""
    for part in tree.parts:
        if part.media_type == COMPLAINT:
            kinds = [block.plain("feedback-type") for block in _blocks(part, tree)]
            kind = next((kind for kind in kinds if kind), "abuse")
            return "" if kind in _NO_COMPLAINTS else kind
    return ""


def complaints(tree: Tree) -> tuple[Outcome, ...]:
    """Who calls the letter spam. Most providers hide the address; then it is the one our letter was sent to."""
    kind, address, server = complaint_kind(tree) or "abuse", "", ""
    for part in tree.parts:
        if part.media_type == COMPLAINT:
            for block in _blocks(part, tree):
                names = ("original-rcpt-to", "removal-recipient", "final-recipient")
                address = address or next((found for name in names if "@" in (found := _address(block.text(name)))), "")
                server = server or _behind_type(block.text("reporting-mta"))
        elif is_returned(part) and not address:
            inside = returned_header(part, tree)
            for name in ("x-hmxmroriginalrecipient", "x-original-to", "delivered-to", "to"):
                named = [person.address for person in people(inside.raw(name))[0] if "@" in person.address]
                if named:
                    address = named[0]
                    break
    said = kind
    return (Outcome(address, "complained", reason=BounceReason.FEEDBACK, said=said, server=server[:200]),)
