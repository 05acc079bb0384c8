"""What the page of a dry run shows: a line for each letter, how many would become what, and those of one fate alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rung.channels.email.models import Rehearsal
from rung.ui.dates import date_format

# By fate: how many of them in the row above, a word for one, and its tone. In the order of that row.
FATES: dict[str, tuple[Any, Any, str]] = {
    "new": (gettext_lazy("New conversations"), gettext_lazy("new"), "good"),
    "joins": (gettext_lazy("Join one"), gettext_lazy("joins"), "good"),
    "filed": (gettext_lazy("Reports on letters of ours"), gettext_lazy("report"), "info"),
    "blocked": (gettext_lazy("Sender blocked"), gettext_lazy("blocked"), "warn"),
    "spam": (gettext_lazy("Spam by verdict"), gettext_lazy("spam"), "warn"),
    "history": (gettext_lazy("History"), gettext_lazy("history"), ""),
    "known": (gettext_lazy("Here already"), gettext_lazy("here already"), ""),
    "refused": (gettext_lazy("Laid aside"), gettext_lazy("laid aside"), "warn"),
    "unreadable": (gettext_lazy("Unreadable"), gettext_lazy("unreadable"), "bad"),
    "left": (gettext_lazy("Too large"), gettext_lazy("too large"), "warn"),
}
MACHINES, LISTS = "machines", "lists"
KINDS: dict[str, Any] = {
    "bounce": gettext_lazy("failure report"),
    "delay": gettext_lazy("delay report"),
    "delivered": gettext_lazy("delivery report"),
    "receipt": gettext_lazy("read receipt"),
    "complaint": gettext_lazy("complaint: called spam"),
    "absence": gettext_lazy("out of office"),
    "challenge": gettext_lazy("asks whether a person wrote"),
    "calendar": gettext_lazy("from a calendar"),
    "reply": gettext_lazy("automatic answer"),
    "bulk": gettext_lazy("newsletter"),
    "repeated": gettext_lazy("the same words again"),
    "other": gettext_lazy("written by a machine"),
}
TRAILS: dict[str, Any] = {
    "token": gettext_lazy("by the signed reply address it was sent to"),
    "reference": gettext_lazy("because it answers a letter that is in it"),
    "quoted": gettext_lazy("by a signature of ours in what it quotes"),
    "thread": gettext_lazy("because other letters of its thread are in it"),
    "subject": gettext_lazy("by its subject, from the same person within 30 days"),
}
_IN_A_CONVERSATION = ("new", "joins")


@dataclass(frozen=True, slots=True)
class DryRunLine:
    """One letter: `fate` in a word with its `tone`, `kind` of a machine's letter, `trail` by which it finds its
    conversation, `why` it is treated so, `answered` whether anything could answer it by itself."""

    sender: str
    sender_name: str
    subject: str
    arrived_at: datetime
    files: int
    fate: str
    tone: str
    kind: str
    is_list: bool
    what: str
    trail: str
    why: str
    answered: str
    conversation: int | None
    mentions: int | None


@dataclass(frozen=True, slots=True)
class DryRun:
    """`choices` as the tabs want them: query string, label, whether it is the present one, and how many there are. `open` of
    all `total` letters are such that a rule could answer."""

    lines: tuple[DryRunLine, ...]
    choices: tuple[tuple[str, str, bool, int], ...]
    total: int
    open: int


def dry_run_of(rehearsal: Rehearsal, chosen: str) -> DryRun:
    """Of a dry run that is done; `chosen` is a fate, "machines" or "lists"; anything else stands for all."""
    lines = rehearsal.lines
    numbers = {fate: sum(line["fate"] == fate for line in lines) for fate in FATES}
    numbers |= {each: sum(_is_of(line, each) for line in lines) for each in (MACHINES, LISTS)}
    chosen = chosen if numbers.get(chosen) else ""
    labels = {fate: str(words[0]) for fate, words in FATES.items()}
    labels |= {MACHINES: _("Written by machines"), LISTS: _("From mailing lists")}
    choices = [("?", _("All"), not chosen, len(lines))]
    choices += [(f"?fate={key}", labels[key], key == chosen, number) for key, number in numbers.items() if number]
    return DryRun(
        lines=tuple(_line(line) for line in lines if not chosen or _is_of(line, chosen)),
        choices=tuple(choices),
        total=len(lines),
        open=sum(_may_be_answered(line) for line in lines),
    )


def _is_of(line: Mapping[str, Any], chosen: str) -> bool:
    if chosen == MACHINES:
        return bool(line["is_automatic"])
    return bool(line.get("is_list")) if chosen == LISTS else line["fate"] == chosen


def _may_be_answered(line: Mapping[str, Any]) -> bool:
    return line["fate"] in _IN_A_CONVERSATION and not line["is_automatic"]


def _line(line: Mapping[str, Any]) -> DryRunLine:
    """What an earlier version wrote says less."""
    _row, word, tone = FATES[line["fate"]]
    kind = line.get("kind") or ("other" if line["is_automatic"] else "")
    return DryRunLine(
        sender=line["sender"],
        sender_name=line["sender_name"],
        subject=line["subject"],
        arrived_at=datetime.fromisoformat(line["arrived"]),
        files=line["files"],
        fate=str(word),
        tone=tone,
        kind=_kind(kind, line.get("until", "")),
        is_list=bool(line.get("is_list")),
        what=line["what"],
        trail=str(TRAILS.get(line.get("trail", ""), "")),
        why=line["reason"],
        answered=_answered(line),
        conversation=line["conversation"],
        mentions=line.get("mentions"),
    )


def _kind(kind: str, until: str) -> str:
    if not kind:
        return ""
    words = str(KINDS.get(kind, KINDS["other"]))
    if not until:
        return words
    return _("%(kind)s until %(day)s") % {"kind": words, "day": date_format(date.fromisoformat(until), "j M Y")}


def _answered(line: Mapping[str, Any]) -> str:
    if _may_be_answered(line):
        return _("only if a rule says so")
    if line["fate"] == "history":
        return _("never: it is history")
    if line["is_automatic"]:
        return _("never: a machine wrote it")
    return _("never")
