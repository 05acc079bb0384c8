from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from rung.core.actor import Actor
from rung.core.seen import UNSEEN, Seen, differences
from rung.core.text import one_line, storable
from rung.journal.verbs import record
from rung.rules.conditions import Condition, phrases, question_of
from rung.rules.deeds import DEEDS, Deed
from rung.rules.events import RuleChanged, RuleDeleted, RuleMade, RuleMoved, RuleSwitched
from rung.rules.models import Counting, Joint, Moment, Rule
from rung.rules.plans import Plan
from rung.rules.words import Words
from rung.touchpoints.access import tags_numbered

MOST_RULES = 200
MOST_PARTS = 30
MOST_LETTERS = 5000


@transaction.atomic
def make_rule(plan: Plan, *, by: Actor, at: datetime) -> Rule:
    """The last in the order, and switched off. Raises ValidationError when it lacks something."""
    if Rule.objects.standing().count() >= MOST_RULES:
        raise ValidationError(_("There are %(n)s rules already; delete one first.") % {"n": MOST_RULES})
    last = Rule.objects.standing().aggregate(last=Max("position"))["last"] or 0
    rule = Rule(position=last + 1, created_by_id=by.agent_key, created_at=at, changed_at=at, **_checked(plan))
    rule.save(force_insert=True)
    record(RuleMade(rule=rule.pk, name=rule.name), by=by, at=at)
    return rule


@transaction.atomic
def change_rule(rule: Rule, plan: Plan, *, seen: Seen = UNSEEN, by: Actor, at: datetime) -> None:
    """Raises ValidationError as for a new one, and Overtaken when somebody else was quicker."""
    rule.refresh_from_db(from_queryset=Rule.objects.select_for_update())
    present = Plan.of(rule)
    asked = plan.entered
    settled = seen.settled(asked, present.entered)
    # Where theirs stands, what is behind the field is taken over with it.
    plan = replace(plan, **{name: getattr(present, name) for name in asked if settled[name] is not asked[name]})
    columns = _checked(plan)
    words = Words()
    values = differences(words.summary(Plan.of(Rule(**columns))), words.summary(present))
    for name, value in columns.items():
        setattr(rule, name, value)
    rule.changed_at = at
    rule.save(update_fields=[*columns, "changed_at"])
    if values:
        record(RuleChanged(rule=rule.pk, name=rule.name, values=values), by=by, at=at)


@transaction.atomic
def switch_rule(rule: Rule, *, on: bool, why: str = "", by: Actor, at: datetime) -> None:
    """From now on it runs, or no more. What happened before it was switched on is never its business. As it is already:
    nothing happens."""
    columns: dict[str, Any] = {"is_on": on, "stopped_because": one_line(why, 300)}
    if on:
        columns["on_since_at"] = at
    if Rule.objects.standing().filter(pk=rule.pk, is_on=not on).update(**columns):
        record(RuleSwitched(rule=rule.pk, name=rule.name, on=on, why=columns["stopped_because"]), by=by, at=at)


@transaction.atomic
def move_rule(rule: Rule, *, up: bool, by: Actor, at: datetime) -> None:
    """Let a rule run before the one before it, or after the one after it. At the end of the list nothing happens."""
    order = list(Rule.objects.standing().select_for_update())
    place = next((n for n, each in enumerate(order) if each.pk == rule.pk), None)
    if place is None:
        return
    other = place - 1 if up else place + 1
    if not 0 <= other < len(order):
        return
    order[place], order[other] = order[other], order[place]
    for number, each in enumerate(order, start=1):
        if each.position != number:
            each.position = number
            each.save(update_fields=["position"])
    record(RuleMoved(rule=rule.pk, name=rule.name, place=other + 1), by=by, at=at)


@transaction.atomic
def delete_rule(rule: Rule, *, by: Actor, at: datetime) -> None:
    """Do away with a rule; its log stays. Nothing happens when it is gone already."""
    if Rule.objects.standing().filter(pk=rule.pk).update(deleted_at=at, is_on=False):
        record(RuleDeleted(rule=rule.pk, name=rule.name), by=by, at=at)


def as_rule(plan: Plan, *, of: Rule | None = None) -> Rule:
    """A rule that is not kept, to be tried. Raises ValidationError as for one that is to be."""
    return Rule(pk=of.pk if of else None, is_on=of.is_on if of else False, **_checked(plan))


def _checked(plan: Plan) -> dict[str, Any]:
    """The columns of a plan. Raises ValidationError, by field, for what it lacks."""
    errors: dict[str, str] = {}
    name = one_line(plan.name, 80)
    if not name:
        errors["name"] = _("Give it a name: it stands in the log and in the history of conversations.")
    if plan.moment not in Moment.values:
        errors["moment"] = _("Choose when it looks.")
    if not 0 < plan.hours <= 9000:
        errors["hours"] = _("Say for how many hours, more than none and at most 9000.")
    tag = plan.tag if plan.moment == Moment.TAGGED else None
    if tag is not None and not tags_numbered([tag]):
        errors["moment"] = _("There is no such tag any more.")
    conditions = [_asked(each, errors) for each in plan.conditions[:MOST_PARTS]]
    deeds = [_done(each, errors) for each in plan.deeds[:MOST_PARTS]]
    if not deeds:
        errors["deeds"] = _("Choose at least one thing that it does.")
    if errors:
        raise ValidationError(errors)
    return {
        "name": name,
        "moment": plan.moment,
        "hours": plan.hours,
        "counting": Counting(plan.counting).value,
        "tag_id": tag,
        "joint": Joint(plan.joint).value,
        "conditions": [each.kept for each in conditions],
        "deeds": [each.kept for each in deeds],
        "is_last": plan.is_last,
    }


def _asked(condition: Condition, errors: dict[str, str]) -> Condition:
    question = question_of(condition.what)
    if question is None or condition.how not in dict(question.ways):
        errors["conditions"] = _("Say of each condition how it is meant.")
        return condition
    value = tuple(map(storable, condition.value))
    if question.asks == "words":
        value = phrases(storable("\n".join(value))[:MOST_LETTERS])
    elif question.asks == "nothing":
        value = ()
    if not value and question.asks != "nothing" and condition.how not in ("filled", "empty"):
        errors["conditions"] = _("A condition names nothing yet: “%(what)s”.") % {"what": question.label}
    return Condition(condition.what, condition.how, value)


def _done(deed: Deed, errors: dict[str, str]) -> Deed:
    kind = DEEDS.get(deed.what)
    if kind is None:
        errors["deeds"] = _("Something is chosen that cannot be done.")
        return deed
    text = storable(deed.text).strip()[:MOST_LETTERS] if kind.text else ""
    if kind.asks != "nothing" and not any(deed.value):
        errors["deeds"] = _("Say with what: “%(what)s”.") % {"what": kind.label}
    elif kind.asks == "number" and not 1 <= deed.key <= 9000:
        errors["deeds"] = _("Say for how many hours, at most 9000.")
    elif deed.what == "note" and not text:
        errors["deeds"] = _("Write the note that it leaves.")
    return Deed(deed.what, tuple(map(storable, deed.value)) if kind.asks != "nothing" else (), text)
