"""Opportunities in words: as something to be gained, with n and interval, never as a mark for anybody."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rung.patterns.drivers import driver_name
from rung.patterns.pages.texts import between, percent
from rung.training.access import Cause, Direction, Opportunity, Outcome, Reply, Training
from rung.training.bounds import FEWEST_BEFORE_AND_AFTER
from rung.ui.dates import date_format
from rung.ui.figures import figure

NO_TOPIC = 0


def outcome_name(outcome: str) -> str:
    return str(dict(Outcome.choices).get(outcome, outcome))


def outcome_sentence(outcome: str) -> str:
    """What counts as having gone well."""
    return {
        Outcome.DURABLE: _("Declared settled, and not taken up again within fourteen days."),
        Outcome.LEVEL: _("The level of the last answer is “Expected” or above, where enough is known to name one."),
        Outcome.NEED: _("Whoever settled it noted that the customer reached what they wanted."),
    }.get(Outcome(outcome), "")


def topic_name(topic: int, names: dict[int, str]) -> str:
    return _("other matters") if topic == NO_TOPIC else names.get(topic, _("a topic that is gone"))


def title_of(row: Opportunity, names: dict[int, str]) -> str:
    return f"{topic_name(row.topic, names)}: {outcome_name(row.outcome)}"


def figures_of(row: Opportunity) -> str:
    """The whole finding in one sentence."""
    said = {
        "share": percent(row.mean),
        "usual": percent(row.usual),
        "interval": between(row.low, row.high),
        "n": figure(row.n, ","),
    }
    if row.direction == Direction.STRONG:
        return _("%(share)s where %(usual)s is usual; 95\u00a0%%: %(interval)s; %(n)s conversations") % said
    return _("%(share)s, could be %(usual)s as is usual; 95\u00a0%%: %(interval)s; %(n)s conversations") % said


def gained(row: Opportunity) -> str:
    """What could be gained, in conversations of a hundred: the difference of the two shares as they are written."""
    points = max(round(100 * row.usual) - round(100 * row.mean), 1)
    return ngettext(
        "About %(count)s more conversation of a hundred could end well.",
        "About %(count)s more conversations of a hundred could end well.",
        points,
    ) % {"count": points}


def signs_in_words(row: Opportunity) -> str:
    """What stands out there, and for how many of those who deal with it it goes worse."""
    parts = []
    if row.looked_at:
        parts.append(
            _("It goes worse for %(weak)s of %(all)s of us who deal with it.")
            % {"weak": row.weak_for, "all": row.looked_at}
        )
    if row.signs:
        parts.append(
            _("Oftener the case there: %(signs)s.") % {"signs": ", ".join(driver_name(sign) for sign in row.signs)}
        )
    return " ".join(parts)


def cause_name(cause: str) -> str:
    return {
        Cause.PROCESS: _("Process"),
        Cause.KNOWLEDGE: _("Knowledge"),
        Cause.PRODUCT: _("Product"),
        Cause.PEOPLE: _("Practice"),
    }[Cause(cause)]


def cause_sentence(cause: str) -> str:
    return {
        Cause.PROCESS: _("How work is done: waiting, handing on, promises. No training mends it."),
        Cause.KNOWLEDGE: _("What nobody has written down or been told: for everybody who deals with it."),
        Cause.PRODUCT: _("What we sell or send: customers come back to it whoever answers."),
        Cause.PEOPLE: _("What one of us could practise, once the three above are not it. They have seen it first."),
    }[Cause(cause)]


def reply_in_words(reply: str) -> str:
    return str(dict(Reply.choices).get(reply, ""))


def reply_tone(reply: str) -> str:
    return (
        {Reply.ACCEPTED: "good", Reply.TEACHES: "good", Reply.PROCESS: "info"}.get(Reply(reply), "plain")
        if reply
        else ""
    )


def points(value: float | None) -> str:
    """A change of a share in percentage points, with its sign."""
    if value is None:
        return ""
    text = f"{abs(100 * value):.0f}"
    return text if text == "0" else f"{'+' if value > 0 else '−'}{text}"


def verdict_in_words(verdict: str) -> str:
    return {
        "better": _("better"),
        "worse": _("worse"),
        "none": _("no difference seen"),
        "unknown": _("cannot be told yet"),
    }.get(verdict, _("not measured yet"))


def verdict_tone(verdict: str) -> str:
    return {"better": "good", "worse": "warn"}.get(verdict, "plain")


def effect_in_words(training: Training) -> str:
    """What a training changed, with its interval; or what is missing."""
    if training.measured_at is None:
        return _("Measured with the next round.")
    if training.effect is None:
        if min(training.before, training.after) < FEWEST_BEFORE_AND_AFTER:
            return _(
                "Too little is known yet: conversations in the 90 days before: %(before)s, since: %(after)s;"
                " it takes ten of each."
            ) % {"before": training.before, "after": training.after}
        return _("Too few comparable colleagues without it: %(controls)s; it takes two.") % {
            "controls": training.controls
        }
    return _(
        "%(effect)s points against %(controls)s comparable colleagues without it; 95\u00a0%%: %(low)s to %(high)s;"
        " %(before)s conversations before, %(after)s after. Of these colleagues %(as_much)s changed as much by themselves."
    ) % {
        "effect": points(training.effect),
        "low": points(training.effect_low),
        "high": points(training.effect_high),
        "controls": training.controls,
        "before": training.before,
        "after": training.after,
        "as_much": training.as_much,
    }


def predicted_in_words(training: Training) -> str:
    if training.predicted is None:
        return ""
    if training.predicted_low is None:
        return _("%(points)s points were expected.") % {"points": points(training.predicted)}
    return _("%(points)s points were expected; 80\u00a0%%: %(low)s to %(high)s.") % {
        "points": points(training.predicted),
        "low": points(training.predicted_low),
        "high": points(training.predicted_high),
    }


def hours_in_words(minutes: int) -> str:
    return _("%(hours)s h") % {"hours": figure(minutes / 60, "g" if minutes % 6 == 0 else ".1f")}


def day(moment: date) -> str:
    return date_format(moment, "j M Y")
