"""What a sending service reports as a record instead of in words: the notices of Amazon SES, passed on by its SNS."""

import json
from typing import Any

from rung.channels.email.reading.outcomes import Automatic, BounceReason, Outcome
from rung.channels.email.reading.person import Person
from rung.channels.email.reading.reports.reasons import code_in, status_in, why

MAX_BYTES = 100_000
MAX_OUTCOMES = 50
_SENDER = "@sns.amazonaws.com"
_TYPE = ("notificationType", "eventType")
_FULL = frozenset({"MailboxFull"})


def told(sender: Person | None, text: str) -> tuple[Automatic, tuple[Outcome, ...], str] | None:
    """The kind of a notice, its outcomes and the Message-ID of our letter; None when there is none."""
    if sender is None or not sender.address.lower().endswith(_SENDER) or not any(name in text[:400] for name in _TYPE):
        return None
    notice = _record(text)
    kind = next((notice[name] for name in _TYPE if isinstance(notice.get(name), str)), "")
    found = _dict(notice, kind.lower())
    if kind == "Bounce":
        outcomes = tuple(_bounced(each, found) for each in _rows(found, "bouncedRecipients"))
        what = Automatic.BOUNCE
    elif kind == "Complaint":
        said = str(found.get("complaintFeedbackType") or "abuse")[:80]
        outcomes = tuple(
            Outcome(_address(each), "complained", reason=BounceReason.FEEDBACK, said=said)
            for each in _rows(found, "complainedRecipients")
        )
        what = Automatic.COMPLAINT
    elif kind == "Delivery":
        addresses = found.get("recipients")
        rows = addresses[:MAX_OUTCOMES] if isinstance(addresses, list) else []
        outcomes = tuple(Outcome(str(each)[:320], "delivered") for each in rows)
        what = Automatic.DELIVERED
    else:
        return None
    identifier = _dict(_dict(notice, "mail"), "commonHeaders").get("messageId")
    return what, outcomes, identifier[:250] if isinstance(identifier, str) and identifier.startswith("<") else ""


def _record(text: str) -> dict[str, Any]:
    start = text.find("{")
    if start < 0:
        return {}
    # Lines were broken on the way where there was a blank, or behind a "!".
    whole = text[start : start + MAX_BYTES].replace("!\n ", "").replace("\n", " ")
    try:
        record, _ = json.JSONDecoder().raw_decode(whole)
    except (ValueError, RecursionError):
        return {}
    return record if isinstance(record, dict) else {}


def _dict(record: dict[str, Any], name: str) -> dict[str, Any]:
    value = record.get(name)
    return value if isinstance(value, dict) else {}


def _rows(record: dict[str, Any], name: str) -> list[dict[str, Any]]:
    rows = record.get(name)
    return [row for row in rows if isinstance(row, dict)][:MAX_OUTCOMES] if isinstance(rows, list) else []


def _address(row: dict[str, Any]) -> str:
    return str(row.get("emailAddress") or "")[:320]


def _bounced(row: dict[str, Any], notice: dict[str, Any]) -> Outcome:
    said = str(row.get("diagnosticCode") or "").partition(";")[2].strip() or str(row.get("diagnosticCode") or "")
    status, code = status_in(str(row.get("status") or "")) or status_in(said), code_in(said)
    reason = why(said, status, code)
    if reason is BounceReason.UNKNOWN:
        reason = _by_type(str(notice.get("bounceType") or ""), str(notice.get("bounceSubType") or ""))
    return Outcome(
        _address(row), "failed", status, code, reason, said[:500], str(notice.get("reportingMTA") or "")[:200]
    )


def _by_type(kind: str, detail: str) -> BounceReason:
    if detail in _FULL:
        return BounceReason.MAILBOX_FULL
    if detail in ("Suppressed", "OnAccountSuppressionList"):
        return BounceReason.SUPPRESSED
    if kind == "Permanent":
        return BounceReason.UNKNOWN_USER
    return {
        "MessageTooLarge": BounceReason.TOO_BIG,
        "ContentRejected": BounceReason.CONTENT,
        "AttachmentRejected": BounceReason.CONTENT,
    }.get(detail, BounceReason.UNKNOWN)
