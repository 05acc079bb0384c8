"""What moved a level, in words: causes, expectation and evidence as they are kept in a grade's parts."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rung.ladder.levels import level_name
from rung.ui.figures import figure
from rung.ui.moments import duration


def cause_in_words(name: str, facts: dict[str, Any]) -> tuple[str, str]:
    """A cause's short name, and what was the case."""
    if name == "wait":
        if facts.get("wait_s") is None or not facts.get("expected_wait_s"):
            return _("waiting"), _("no wait to speak of")
        return _("waiting"), _("waited %(wait)s, led to expect %(expected)s") % {
            "wait": duration(facts["wait_s"]),
            "expected": duration(facts["expected_wait_s"]),
        }
    if name == "reopened":
        return _("reopened"), _("the matter had to be taken up again") if facts.get("reopened") else _("not reopened")
    if name == "transfers":
        count = int(facts.get("transfers") or 0)
        if not count:
            return _("handovers"), _("not passed on")
        times = ngettext("passed on once while waiting", "passed on %(count)s times while waiting", count)
        return _("handovers"), times % {"count": count}
    if name == "proactive":
        return _("who began"), _("we wrote or called unasked") if facts.get("proactive") else _(
            "the customer had to ask"
        )
    if name == "known":
        known = facts.get("known")
        if known is None:
            return _("who served"), _("first contact")
        return _("who served"), _("somebody who knew them") if known else _("somebody new to them")
    return name, ""


def evidence_in_words(kind: str, value: float) -> str:
    """One item of evidence."""
    if kind == "level":
        return _("six-level question: %(level)s") % {"level": level_name(int(value))}
    if kind == "csat":
        return _("satisfaction %(value)s of 5") % {"value": int(value)}
    if kind == "ces":
        return _("ease %(value)s of 7") % {"value": int(value)}
    if kind == "nps":
        return _("recommendation %(value)s of 10") % {"value": int(value)}
    happened = value == 1
    words = {
        "complaint": (_("complaint"), _("no complaint")),
        "escalation": (_("complaint taken higher"), _("nothing taken higher")),
        "negative_review": (_("bad review"), _("no bad review")),
        "referral": (_("recommended us"), _("no recommendation")),
        "thanks": (_("thanks unasked"), _("no thanks")),
        "answered": (_("answered at all, as the moved more often do"), _("left the survey unanswered")),
        "returned": (_("bought again"), _("did not buy again")),
        "returned_captive": (_("bought again, without much choice"), _("did not buy again, though bound to us")),
        "returned_free": (_("bought again, free to leave"), _("did not buy again, free to leave")),
    }
    if kind in words:
        return words[kind][0 if happened else 1]
    return f"{kind} {figure(value, 'g')}"


def signed(value: float) -> str:
    """A part with its sign and two digits: "−0.88", "+0.12"."""
    if abs(value) < 0.005:
        return figure(0, ".2f")
    return ("+" if value > 0 else "−") + figure(abs(value), ".2f")


def headline(parts: dict[str, Any]) -> str:
    """The two or three that moved it most: "complaint −0.88, waiting −0.40, reopened −0.60"."""
    facts = parts.get("facts", {})
    moved = [(cause_in_words(name, facts)[0], value) for name, value in parts.get("causes", {}).items()]
    moved.append((_("what they had come to expect"), parts.get("expectation", 0.0)))
    moved += [(evidence_in_words(item["kind"], item["value"]), item["part"]) for item in parts.get("evidence", ())]
    moved = [(name, value) for name, value in moved if abs(value) >= 0.05]
    moved.sort(key=lambda pair: -abs(pair[1]))
    return ", ".join(f"{name} {signed(value)}" for name, value in moved[:3])
