"""Rules at work: whether they may run, what they do, and the log of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from traceback import format_exception_only

import structlog
from django.core.exceptions import ValidationError
from django.db import OperationalError, transaction
from django.utils.translation import gettext as _
from django_tasks_db.utils import is_locked_database_exception

from rung.accounts.access import agents_who_may
from rung.core.actor import Actor
from rung.core.text import storable
from rung.journal.verbs import record
from rung.rules.access import brought_about, entry_edge, has_written_before, rules_on
from rung.rules.conditions import Condition, Matter, holds, needs_of
from rung.rules.deeds import DEEDS, Deed, Doing, StillDone
from rung.rules.events import RuleHeld, RuleRan
from rung.rules.matters import Look, matters_at
from rung.rules.models import Joint, Moment, PassedOver, Result, Rule, Run
from rung.rules.moments import Happening
from rung.rules.verbs.rule import switch_rule
from rung.rules.waits import due_waits
from rung.rules.words import Words
from rung.touchpoints.access import Conversation, State
from rung.touchpoints.holding import hold_with_waiting

log = structlog.get_logger(__name__)

DEEPEST = 3
"""So many rules may run one upon the other: the third may still do what a fourth would look at."""
MOST_IN_AN_HOUR = 20
"""Runs of rules in one conversation; more is a circle that leads through the outside world."""
MOST_FAILURES = 5
"""Within an hour; then a rule switches itself off."""
TOO_LATE = timedelta(days=1)
"""What is found out later than this is history: an answer to it would come out of the blue."""
HOUR = timedelta(hours=1)
KEPT_FOR = timedelta(days=400)


def actor_of(rule: Rule) -> Actor:
    """The system, in the name of a rule: whose facts these are can be told by the key."""
    return Actor("system", rule.pk, rule.name)


def meets(rule: Rule, matter: Matter) -> list[Condition] | None:
    """The conditions of a rule that hold; None where they do not suffice. A rule without conditions is always met."""
    conditions = [Condition.of(each) for each in rule.conditions]
    held = [each for each in conditions if holds(each, matter)]
    enough = not conditions or (held if rule.joint == Joint.ANY else len(held) == len(conditions))
    return held if enough else None


def run_rules(happenings: Sequence[Happening], *, by: Actor, at: datetime) -> None:
    """Let the rules that are on look at what happened, in their order. One statement where there are none; where there are,
    what they ask for is read for all happenings together.

    What goes wrong in one rule is written into the log and holds up nobody else.
    """
    if not happenings or not (rules := rules_on()):
        return
    by_moment: dict[str, list[Rule]] = defaultdict(list)
    for rule in rules:
        by_moment[rule.moment].append(rule)
    found = [each for each in happenings if _is_looked_at(each, by_moment, at)]
    if not found:
        return
    wanted = {rule.pk: rule for each in found for rule in by_moment[each.moment]}
    needs = needs_of(Condition.of(each) for rule in wanted.values() for each in rule.conditions)
    matters = matters_at([each.look for each in found], needs)
    words = Words()
    changed: set[int] = set()
    for happening in found:
        for rule in by_moment[happening.moment]:
            if not _concerns(rule, happening):
                continue
            if happening.look.conversation in changed:
                # What a rule before it did counts for it.
                matters |= matters_at([happening.look], needs)
            matter = matters.get(happening.look)
            if matter is None:
                break
            if _run_safely(rule, happening, matter, words, by=by, at=at):
                changed.add(happening.look.conversation)
                if rule.is_last:
                    break


def _is_looked_at(happening: Happening, by_moment: dict[str, list[Rule]], at: datetime) -> bool:
    if not by_moment.get(happening.moment) or at - happening.recorded_at > TOO_LATE:
        return False
    if happening.moment is not Moment.AGAIN:
        return True
    touchpoint = happening.look.touchpoint
    return touchpoint is not None and has_written_before(happening.look.conversation, touchpoint)


def _concerns(rule: Rule, happening: Happening) -> bool:
    if not rule.is_on or rule.on_since_at is None or happening.recorded_at < rule.on_since_at:
        return False
    return rule.tag_id is None or rule.tag_id == happening.tag


def _run_safely(rule: Rule, happening: Happening, matter: Matter, words: Words, *, by: Actor, at: datetime) -> bool:
    """Whether it ran. A busy database is nobody's fault: that is raised, and all of it is tried again."""
    try:
        if (held := meets(rule, matter)) is None:
            return False
        with transaction.atomic():
            return _run(rule, happening, held, words, at)
    except Exception as failure:
        if isinstance(failure, OperationalError) and is_locked_database_exception(failure):
            raise
        log.exception("a rule failed", rule=rule.pk, conversation=happening.look.conversation)
        why = storable("".join(format_exception_only(failure)))[:500]
        with transaction.atomic():
            _note_failure(rule, happening, why, by=by, at=at)
        return False


def _run(rule: Rule, happening: Happening, held: list[Condition], words: Words, at: datetime) -> bool:
    """Let a rule run that is met, unless a brake holds it."""
    if any(Deed.of(each).what == "resolve" for each in rule.deeds):
        hold_with_waiting([happening.look.conversation])
    conversation = Conversation.objects.get(pk=happening.look.conversation).lock()
    if conversation.state in (State.SPAM, State.JOINED) or _has_run(rule, happening):
        return False
    if why := _brake(conversation, happening, at):
        _hold(rule, happening, why, at)
        return False
    run = Run.objects.create(
        rule=rule,
        conversation=conversation,
        entry=happening.entry,
        waited_since_at=happening.since_at,
        ran_at=at,
        result=Result.NOTHING,
        depth=happening.depth,
        met=[words.condition(each) for each in held],
    )
    edge = entry_edge()
    is_automatic = happening.look.touchpoint is not None and _is_automatic(happening.look)
    doing = Doing(rule, run, conversation, is_automatic, actor_of(rule), at)
    run.done = [_do(doing, Deed.of(each), words) for each in rule.deeds]
    results = [result for _said, result, _why in run.done]
    if "refused" in results:
        run.result = Result.REFUSED
    elif "done" in results:
        run.result = Result.DONE
    if run.result != Result.NOTHING:
        fact = RuleRan(conversation=conversation.pk, rule=rule.pk, name=rule.name, run=run.pk, result=str(run.result))
        record(fact, by=doing.by, at=at)
    run.first_entry, run.last_entry = brought_about(rule.pk, conversation.pk, edge)
    run.save(update_fields=["done", "result", "has_written", "first_entry", "last_entry"])
    return True


def _do(doing: Doing, deed: Deed, words: Words) -> list[str]:
    """One deed, in a savepoint of its own: what, how it went, and why not."""
    said, kind = words.deed(deed), DEEDS.get(deed.what)
    if kind is None:
        return [said, "refused", _("That can no longer be done.")]
    try:
        with transaction.atomic():
            try:
                return [said, "done" if kind.do(doing, deed) else "same", ""]
            except StillDone as partly:
                return [said, "refused", " ".join(partly.messages)]
    except ValidationError as refused:
        doing.conversation.refresh_from_db()
        return [said, "refused", " ".join(refused.messages)]


def _is_automatic(look: Look) -> bool:
    return any(matter.is_automatic for matter in matters_at([look], frozenset()).values())


def _has_run(rule: Rule, happening: Happening) -> bool:
    runs = Run.objects.filter(rule=rule)
    if happening.entry is not None:
        return runs.filter(entry=happening.entry).exists()
    return runs.filter(conversation=happening.look.conversation, waited_since_at=happening.since_at).exists()


def _brake(conversation: Conversation, happening: Happening, at: datetime) -> str:
    """Why no rule may run here now; empty where it may."""
    if happening.depth > DEEPEST:
        return _("Held back: %(n)s rules ran one upon the other already, and this would be the next.") % {"n": DEEPEST}
    ran = Run.objects.filter(conversation=conversation, ran_at__gt=at - HOUR, ran_at__lte=at)
    if ran.exclude(result__in=(Result.HELD, Result.FAILED)).order_by()[:MOST_IN_AN_HOUR].count() >= MOST_IN_AN_HOUR:
        return _("Held back: rules ran %(n)s times in this conversation within the hour.") % {"n": MOST_IN_AN_HOUR}
    return ""


def _hold(rule: Rule, happening: Happening, why: str, at: datetime, result: str = Result.HELD) -> None:
    """Write into the log that a rule did not run; of several within the hour for one reason only the first has a row. Those
    who may change it are told of the first within the hour, wherever that was."""
    recent = Run.objects.filter(rule=rule, result=result, ran_at__gt=at - HOUR, ran_at__lte=at)
    same = recent.filter(conversation=happening.look.conversation, why=why).order_by("pk").first()
    is_first = not recent.exists()
    if same is not None:
        Run.objects.filter(pk=same.pk).update(times=same.times + 1)
        return
    Run.objects.create(
        rule=rule,
        conversation_id=happening.look.conversation,
        entry=happening.entry,
        waited_since_at=happening.since_at,
        ran_at=at,
        result=result,
        depth=happening.depth,
        why=why,
    )
    if is_first:
        fact = RuleHeld(
            conversation=happening.look.conversation,
            rule=rule.pk,
            name=rule.name,
            agents=agents_who_may("settings.rules"),
            why=why,
        )
        record(fact, by=actor_of(rule), at=at)


def _note_failure(rule: Rule, happening: Happening, why: str, *, by: Actor, at: datetime) -> None:
    if not Conversation.objects.filter(pk=happening.look.conversation).exists() or _has_run(rule, happening):
        return
    _hold(rule, happening, why, at, Result.FAILED)
    failed = Run.objects.filter(rule=rule, result=Result.FAILED, ran_at__gt=at - HOUR, ran_at__lte=at)
    if sum(failed.values_list("times", flat=True)) >= MOST_FAILURES:
        reason = _("it failed %(n)s times within the hour; the log says why") % {"n": MOST_FAILURES}
        switch_rule(rule, on=False, why=reason, by=by, at=at)
        rule.is_on = False


def run_rules_on_waits(*, by: Actor, at: datetime, limit: int) -> bool:
    """Let the rules look that wait for nobody to answer. Each looks once at each wait; whether there may be more to do."""
    more = False
    for rule in rules_on():
        if rule.moment != Moment.WAITED:
            continue
        waits = due_waits(rule, at, limit=limit)
        more = more or len(waits) == limit
        happenings = [
            Happening(moment=Moment.WAITED, look=Look(pk), recorded_at=at, since_at=since) for pk, since in waits
        ]
        _look_at_waits(rule, happenings, by=by, at=at)
    return more


def _look_at_waits(rule: Rule, happenings: list[Happening], *, by: Actor, at: datetime) -> None:
    needs = needs_of(Condition.of(each) for each in rule.conditions)
    matters = matters_at([each.look for each in happenings], needs)
    words = Words()
    for happening in happenings:
        assert happening.since_at is not None
        matter = matters.get(happening.look)
        if matter is None or not _run_safely(rule, happening, matter, words, by=by, at=at):
            # Held, failed or none of its business: it has been looked at.
            PassedOver.objects.get_or_create(
                rule=rule, conversation_id=happening.look.conversation, waited_since_at=happening.since_at
            )


def forget_old_runs(*, by: Actor, at: datetime, limit: int) -> int:
    """Delete what ran long ago, with what was passed over; how many runs those were."""
    old = list(Run.objects.filter(ran_at__lt=at - KEPT_FOR).values_list("pk", flat=True)[:limit])
    Run.objects.filter(pk__in=old).delete()
    passed = PassedOver.objects.filter(waited_since_at__lt=at - KEPT_FOR).values_list("pk", flat=True)[:limit]
    PassedOver.objects.filter(pk__in=list(passed)).delete()
    return len(old)
