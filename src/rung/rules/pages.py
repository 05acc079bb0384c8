"""What the screens of rules need."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.db.models import Count, Max, Q
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from rung.accounts.access import Agent
from rung.core.given import given_key, given_place
from rung.rules.access import visible_rules, visible_runs
from rung.rules.conditions import Condition, question_of
from rung.rules.deeds import DEEDS, Deed
from rung.rules.models import Counting, Joint, Moment, Result, Rule, Run
from rung.rules.plans import Plan
from rung.rules.trying import Met, Trial, is_so_already, try_rule
from rung.rules.words import Choices, Words
from rung.ui.stamped import carried, stamp_of

SHOWN = 100
PAGE = 50
MOST_SHOWN = 240
LATELY = timedelta(days=30)
TONES = {
    Result.DONE: "good",
    Result.NOTHING: "",
    Result.REFUSED: "warn",
    Result.HELD: "warn",
    Result.FAILED: "bad",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A rule in the list, in words. `runs`: how often it ran within LATELY."""

    pk: int
    name: str
    when: str
    joint: str
    ifs: tuple[str, ...]
    thens: tuple[str, ...]
    is_on: bool
    is_broken: bool
    is_last: bool
    stopped_because: str
    runs: int
    ran_at: datetime | None
    log_href: str


@dataclass(frozen=True)
class RulesPage:
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A condition or a deed as it is entered. `asks`: "words", "choices", "one", "several", "number" or "nothing"; `text` is
    what its words are called, empty where it has none."""

    number: int
    what: str
    label: str
    how: str
    ways: Choices
    asks: str
    options: Choices
    value: tuple[str, ...]
    said: str
    text: str = ""
    words: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class TrialLine:
    number: int
    href: str
    person: str
    subject: str
    at: datetime
    times: int
    held: tuple[str, ...]
    thens: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class TrialPage:
    """`count` of conversations that it would have met, of `looked`; `lines` are the latest of them."""

    pk: int | None
    name: str
    when: str
    is_on: bool
    looked: int
    moments: int
    count: int
    lines: tuple[TrialLine, ...]
    hides: int


@dataclass(frozen=True)
class RulePage:
    """A rule while it is entered; `errors` by field. `stamp` carries what it was filled from."""

    pk: int | None
    plan: Plan
    is_on: bool
    moments: Choices
    countings: Choices
    joints: Choices
    tags: Choices
    ifs: tuple[Part, ...]
    thens: tuple[Part, ...]
    questions: Choices
    kinds: Choices
    stamp: SafeString
    errors: Mapping[str, str] = field(default_factory=dict)
    trial: TrialPage | None = None


@dataclass(frozen=True, slots=True)
class RunLine:
    key: int
    at: datetime
    rule: str
    rule_href: str
    number: int
    href: str
    person: str
    subject: str
    result: str
    tone: str
    met: tuple[str, ...]
    done: tuple[tuple[str, str, str], ...]
    why: str
    times: int


@dataclass(frozen=True)
class LogPage:
    lines: tuple[RunLine, ...]
    rules: Choices
    results: Choices
    rule: str
    result: str
    conversation: str
    asked: bool
    older: str


def rules_page(agent: Agent, *, at: datetime) -> RulesPage:
    """At most twelve statements, however many rules."""
    rules = list(visible_rules(agent))
    ran = Run.objects.filter(rule__in=rules, ran_at__gt=at - LATELY).exclude(result=Result.HELD).order_by()
    counted = {
        pk: (count, last)
        for pk, count, last in ran.values("rule")
        .annotate(n=Count("pk"), last=Max("ran_at"))
        .values_list("rule", "n", "last")
    }
    words = Words()
    return RulesPage(tuple(_line(rule, words, counted.get(rule.pk)) for rule in rules))


def _line(rule: Rule, words: Words, counted: tuple[int, datetime] | None) -> Line:
    plan = Plan.of(rule)
    return Line(
        pk=rule.pk,
        name=rule.name,
        when=words.moment(plan),
        joint=str(Joint(plan.joint).label),
        ifs=tuple(_short(words.condition(each)) for each in plan.conditions),
        thens=tuple(_short(words.deed(each)) for each in plan.deeds),
        is_on=rule.is_on,
        is_broken=words.is_broken(plan),
        is_last=rule.is_last,
        stopped_because=rule.stopped_because,
        runs=counted[0] if counted else 0,
        ran_at=counted[1] if counted else None,
        log_href=f"{reverse('rules:log')}?rule={rule.pk}",
    )


def _short(said: str) -> str:
    """For a list of many: all of it stands on the page of the rule."""
    return said if len(said) <= MOST_SHOWN else f"{said[:MOST_SHOWN].rstrip()} …"


def rule_page(
    plan: Plan,
    *,
    rule: Rule | None = None,
    errors: Mapping[str, str] | None = None,
    stamp: str = "",
    stamped: Plan | None = None,
    trial: TrialPage | None = None,
) -> RulePage:
    """What the form was filled from is the plan itself, another plan (`stamped`), or what the form carried (`stamp`)."""
    words = Words()
    return RulePage(
        pk=rule.pk if rule else None,
        plan=plan,
        is_on=rule.is_on if rule else False,
        moments=[(str(value), capfirst(str(label))) for value, label in Moment.choices],
        countings=[(str(value), str(label)) for value, label in Counting.choices],
        joints=[(str(value), capfirst(str(label))) for value, label in Joint.choices],
        tags=[("", _("whichever")), *words.choices("tags")],
        ifs=tuple(_asked(number, each, words) for number, each in enumerate(plan.conditions)),
        thens=tuple(_done(number, each, words) for number, each in enumerate(plan.deeds)),
        questions=words.questions(),
        kinds=[(what, str(kind.label)) for what, kind in DEEDS.items()],
        stamp=carried(stamp) if stamp else stamp_of((stamped or plan).entered),
        errors=errors or {},
        trial=trial,
    )


def _asked(number: int, condition: Condition, words: Words) -> Part:
    question = question_of(condition.what)
    if question is None:
        gone = words.condition(condition)
        return Part(number, condition.what, gone, condition.how, [], "nothing", [], condition.value, gone)
    label = dict(words.questions()).get(condition.what, str(question.label))
    options = words.choices(question.about) or words.field_choices(condition)
    return Part(
        number=number,
        what=condition.what,
        label=label,
        how=condition.how,
        ways=[(key, str(way)) for key, way in question.ways],
        asks="choices" if options else question.asks,
        options=options,
        value=words.chosen(condition) if not question.about else condition.value,
        said=", ".join(condition.value),
        hint=str(question.hint),
    )


def _done(number: int, deed: Deed, words: Words) -> Part:
    kind = DEEDS.get(deed.what)
    if kind is None:
        gone = words.deed(deed)
        return Part(number, deed.what, gone, "", [], "nothing", [], deed.value, gone)
    options = words.choices(kind.about)
    return Part(
        number=number,
        what=deed.what,
        label=str(kind.label),
        how="",
        ways=[],
        asks=kind.asks,
        options=[("", _("Choose …")), *options] if kind.asks == "one" else options,
        value=deed.value,
        said=deed.value[0] if deed.value else "",
        text=str(kind.text),
        words=deed.text,
        hint=str(kind.hint),
    )


def trial_page(rule: Rule, agent: Agent, *, at: datetime) -> TrialPage:
    """A rule, saved or not, tried on the last conversations; nothing is changed."""
    words = Words()
    plan = Plan.of(rule)
    trial: Trial = try_rule(rule, agent, at=at)
    return TrialPage(
        pk=rule.pk,
        name=rule.name,
        when=words.moment(plan),
        is_on=rule.is_on,
        looked=trial.looked,
        moments=trial.moments,
        count=len(trial.met),
        lines=tuple(_tried(each, plan, words) for each in trial.met[:SHOWN]),
        hides=max(len(trial.met) - SHOWN, 0),
    )


def _tried(met: Met, plan: Plan, words: Words) -> TrialLine:
    conversation = met.conversation
    return TrialLine(
        number=conversation.number,
        href=f"/conversations/{conversation.number}",
        person=str(conversation.customer),
        subject=conversation.subject or _("(no subject)"),
        at=met.at,
        times=met.times,
        held=tuple(_short(words.condition(each)) for each in met.held),
        thens=tuple((_short(words.deed(each)), _foreseen(each, met)) for each in plan.deeds),
    )


def _foreseen(deed: Deed, met: Met) -> str:
    """What would have come in between; empty where nothing would, as far as one can tell."""
    if deed.what == "answer" and met.matter.is_automatic:
        return _("not: a machine wrote it")
    if deed.what == "answer" and met.times > 1:
        return _("once")
    return _("as it is already") if is_so_already(deed, met.matter) else ""


def log_page(agent: Agent, given: Mapping[str, str]) -> LogPage:
    """What rules did, the latest first. Keyset paging: three statements, however long the log is."""
    rule, result = given.get("rule", ""), given.get("result", "")
    conversation = given.get("conversation", "").strip().removeprefix("#")
    found = visible_runs(agent)
    if given_key(rule) is not None:
        found = found.filter(rule=given_key(rule))
    if result in Result.values:
        found = found.filter(result=result)
    if conversation:
        found = found.filter(conversation=given_key(conversation) or 0)
    if (place := given_place(given.get("after", ""))) is not None:
        moment, key = place
        found = found.filter(Q(ran_at__lt=moment) | Q(ran_at=moment, pk__lt=key))
    runs = list(found.order_by("-ran_at", "-pk")[: PAGE + 1])
    last = runs[PAGE - 1] if len(runs) > PAGE else None
    asked = {"rule": rule, "result": result, "conversation": conversation}
    older = ""
    if last is not None:
        kept = {name: value for name, value in asked.items() if value}
        older = "?" + urlencode(kept | {"after": f"{last.ran_at.isoformat()}~{last.pk}"})
    return LogPage(
        lines=tuple(map(_run_line, runs[:PAGE])),
        rules=[("", _("every rule")), *((str(each.pk), each.name) for each in visible_rules(agent))],
        results=[("", _("however it ended")), *((str(value), str(label)) for value, label in Result.choices)],
        rule=rule,
        result=result,
        conversation=conversation,
        asked=any(asked.values()),
        older=older,
    )


def _run_line(run: Run) -> RunLine:
    conversation = run.conversation
    return RunLine(
        key=run.pk,
        at=run.ran_at,
        rule=run.rule.name,
        rule_href="" if run.rule.deleted_at else reverse("rules:rule", args=[run.rule_id]),
        number=conversation.number,
        href=f"/conversations/{conversation.number}",
        person=str(conversation.customer),
        subject=conversation.subject or _("(no subject)"),
        result=str(Result(run.result).label),
        tone=TONES[Result(run.result)],
        met=tuple(map(_short, run.met)),
        done=tuple((_short(said), how, why) for said, how, why in run.done),
        why=run.why,
        times=run.times,
    )
