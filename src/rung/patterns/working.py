"""The work of one study: topics, assigning, cases, and what drives either side in each slice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import numpy as np
from django.db import transaction
from django.db.models import Max

from rung.core.actor import SYSTEM, Actor
from rung.journal.jobs import Stopped
from rung.ladder.access import Grade
from rung.patterns.cases import cases_in
from rung.patterns.finding import MOST_SAMPLED, Sampled, found_topics
from rung.patterns.models import Belonging, Case, Fit, Slice, Study, Topic
from rung.patterns.reading import known_names, told_in
from rung.patterns.sharing import SEED
from rung.patterns.slicing import MOST_CUSTOMERS, Cases, Found, picked, telling_words, worked_out
from rung.patterns.topic_model import TopicModel, kept, model_from
from rung.patterns.verbs.assigning import assign_conversations, parts_of_topics
from rung.patterns.verbs.topics import keep_topics
from rung.patterns.vocabulary import Held, Vocabulary
from rung.touchpoints.access import Conversation

BATCH = 250
PERIODS = (90, 365)
MOST_CASES = 300_000
FEWEST_IN_A_SLICE = 50
MOST_SLICES = 12
"""Of teams and of channels each, the largest; who has more teams than that looks at the cases of the others in the whole."""

MOST_PERIODS = 40
"""Of days somebody chose, the latest are kept."""

Progress = Callable[[str, int, int], bool]
"""Called with what is being done, the steps made and of how many; returns whether to go on."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a study stood on. ``topics`` of them were found or kept in ``sampled`` conversations; ``assigned`` were read."""

    sampled: int
    topics: int
    assigned: int
    cases: int
    seed: int
    is_cut: bool


def work_out(
    study: Study, *, at: datetime, progress: Progress, by: Actor = SYSTEM
) -> tuple[dict[str, Any], Fit | None]:
    """Do the whole of it; what it stood on, and the fit that is to be in force. Raises Stopped."""

    def go_on(doing: str, steps: int, of: int) -> None:
        if not progress(doing, steps, of):
            raise Stopped

    fit, model, sampled = _fit(study, at, go_on, by)
    assigned = _assign(fit, model, at, go_on, by) if fit is not None and model is not None else 0
    count, is_cut = _keep_cases(study, fit, at, go_on)
    _keep_findings(study, model, at, go_on)
    standing = Topic.objects.standing().filter(part__isnull=False).count()
    report = Report(sampled, standing, assigned, count, SEED, is_cut)
    return asdict(report), fit if study.finds_topics else None


def work_out_period(study: Study, *, progress: Progress) -> dict[str, Any]:
    """What drives either side in days that somebody chose, from the cases of the latest whole study. Raises Stopped."""

    def go_on() -> None:
        if not progress("sharing", 0, 0):
            raise Stopped

    whole = Study.objects.done().first()
    if whole is None:
        return {"topics": 0, "cases": 0}
    go_on()
    rows = Case.objects.filter(study=whole, occurred_at__gte=study.since, occurred_at__lt=study.until)
    if study.team is not None:
        rows = rows.filter(team=study.team)
    if study.channel:
        rows = rows.filter(channel=study.channel)
    cases = Cases.of(rows.order_by("pk").values_list(*CASE_COLUMNS).iterator(5000))
    found = worked_out(cases, Vocabulary.of(whole.words), go_on=go_on)
    which = {"since": study.since, "until": study.until, "team": study.team, "channel": study.channel}
    with transaction.atomic():
        Slice.objects.filter(study=whole, days=0, **which).delete()
        found.keep(whole.pk, days=0, **which)
        kept = Slice.objects.filter(study=whole, days=0).order_by("-pk").values_list("pk", flat=True)
        Slice.objects.filter(pk__in=list(kept[MOST_PERIODS:])).delete()
    return {"topics": 0, "cases": len(cases)}


def fit_in_force() -> Fit | None:
    return Fit.objects.filter(in_force_from__isnull=False).order_by("-in_force_from", "-pk").first()


Step = Callable[[str, int, int], None]


def _fit(study: Study, at: datetime, go_on: Step, by: Actor) -> tuple[Fit | None, TopicModel | None, int]:
    standing = fit_in_force()
    if not study.finds_topics and standing is not None:
        return standing, model_from(standing.model), standing.conversations
    study.finds_topics = True  # there is none to keep
    keys = np.array(Conversation.objects.order_by("pk").values_list("pk", flat=True), dtype=np.int64)
    if len(keys) > MOST_SAMPLED:
        keys = np.sort(np.random.default_rng(SEED).choice(keys, MOST_SAMPLED, replace=False))
    sample = []
    for first in range(0, len(keys), BATCH):
        go_on("reading", first, len(keys))
        told = told_in([int(pk) for pk in keys[first : first + BATCH]])
        sample += [Sampled(each.customer, each.language, each.words) for each in told if each.words]
    go_on("finding", 0, 0)
    model = found_topics(sample, known_names(), study.wanted)
    if model is None:
        return None, None, len(sample)
    go_on("finding", 0, 0)
    with transaction.atomic():
        for former in Fit.objects.select_for_update().filter(study=study):  # of an earlier try, which may be alive
            former.delete()
        topics = keep_topics(model, by=by, at=at)
        fit = Fit.objects.create(study=study, made_at=at, conversations=len(sample), model=kept(model))
    assert len(topics) == len(model.parts)
    return fit, model, len(sample)


def _assign(fit: Fit, model: TopicModel, at: datetime, go_on: Step, by: Actor) -> int:
    keys = list(Conversation.objects.order_by("-pk").values_list("pk", flat=True))
    if fit.in_force_from is not None:  # only those not read yet
        known = set(Belonging.objects.filter(fit=fit, place=0).values_list("conversation_id", flat=True))
        keys = [pk for pk in keys if pk not in known]
    place, topics, done = model.place(), parts_of_topics(), 0
    for first in range(0, len(keys), BATCH):
        go_on("assigning", first, len(keys))
        batch = keys[first : first + BATCH]
        done += assign_conversations(batch, fit=fit, model=model, place=place, topics=topics, by=by, at=at)
    return done


def main_topics(fit: Fit | None, conversations: Sequence[int]) -> dict[int, int]:
    """The main topic of each of these conversations, as merged; those about none are left out. Two queries."""
    if fit is None:
        return {}
    into = dict(Topic.objects.filter(merged_into__isnull=False).values_list("pk", "merged_into_id"))
    rows = Belonging.objects.filter(fit=fit, place=0, conversation__in=list(conversations), topic__isnull=False)
    return {pk: into.get(topic, topic) for pk, topic in rows.values_list("conversation_id", "topic_id") if topic}


def _keep_cases(study: Study, fit: Fit | None, at: datetime, go_on: Step) -> tuple[int, bool]:
    Case.objects.filter(study=study).delete()
    since = at - timedelta(days=max(PERIODS))
    recent = Grade.objects.filter(occurred_at__gte=since, occurred_at__lt=at)
    keys = list(
        recent.values("conversation_id")
        .annotate(latest=Max("occurred_at"))
        .order_by("-latest")
        .values_list("conversation_id", flat=True)
    )
    count = 0
    for first in range(0, len(keys), BATCH):
        go_on("cases", first, len(keys))
        batch = keys[first : first + BATCH]
        cases = cases_in(study.pk, batch, main_topics(fit, batch), since=since, until=at)
        Case.objects.bulk_create(cases, batch_size=200)
        count += len(cases)
        if count >= MOST_CASES:
            return count, first + BATCH < len(keys)
    return count, False


CASE_COLUMNS = (
    "conversation", "customer", "team", "channel", "occurred_at", "flags", "topic", "is_frustrated", "is_delighted", "words",
)  # fmt: skip


def _keep_findings(study: Study, model: TopicModel | None, at: datetime, go_on: Step) -> None:
    study.slices.all().delete()
    cases = Cases.of(Case.objects.filter(study=study).order_by("pk").values_list(*CASE_COLUMNS).iterator(5000))
    held = _words(cases, model, go_on) if model is not None else {}
    vocabulary = picked(list(held.values()))
    cases = _keep_words(study, cases, vocabulary, held, go_on)
    wanted = list(_slices(cases, at))
    for number, (days, team, channel, chosen) in enumerate(wanted):
        go_on("sharing", number, len(wanted))
        found = worked_out(cases.only(chosen), vocabulary, go_on=partial(go_on, "sharing", number, len(wanted)))
        if team is None and not channel and days == max(PERIODS):
            found.words = telling_words(list(held.values()))  # of all words there are
        with transaction.atomic():
            found.keep(study.pk, days=days, team=team, channel=channel)


def _keep_words(study: Study, cases: Cases, vocabulary: Vocabulary, held: dict[int, Held], go_on: Step) -> Cases:
    """Note in each case which of the words its conversation holds; the cases with them."""
    masks = {pk: vocabulary.mask(each.words) for pk, each in held.items()}
    found = np.array([masks.get(pk, 0) for pk in cases.conversations.tolist()], dtype=np.int64)
    Study.objects.filter(pk=study.pk).update(words=vocabulary.kept())
    # By what each is about: since the cases were read some may have left, with somebody who asked to be forgotten.
    keys = Case.objects.filter(study=study).order_by("pk").values_list("pk", "conversation")
    told = [Case(pk=pk, words=masks[about]) for pk, about in keys if masks.get(about)]
    for first in range(0, len(told), BATCH):
        go_on("words", first, len(told))
        Case.objects.bulk_update(told[first : first + BATCH], ["words"])
    return replace(cases, words=found)


def _slices(cases: Cases, at: datetime) -> Iterable[tuple[int, int | None, str, np.ndarray]]:
    for days in PERIODS:
        recent = cases.moments >= (at - timedelta(days=days)).timestamp()
        yield days, None, "", recent
        for team, size in Counter(cases.teams[recent].tolist()).most_common(MOST_SLICES):
            if size >= FEWEST_IN_A_SLICE:
                yield days, int(team), "", recent & (cases.teams == team)
        for channel, size in Counter(cases.channels[recent].tolist()).most_common(MOST_SLICES):
            if size >= FEWEST_IN_A_SLICE:
                yield days, None, str(channel), recent & (cases.channels == channel)


def _words(cases: Cases, model: TopicModel, go_on: Step) -> dict[int, Held]:
    """Of each conversation its words, among those a topic could be made of: of several, and nobody's name."""
    known = set(model.words)
    keys = cases.by_conversation()
    numbers = sorted(keys)
    held = {}
    for first in range(0, len(numbers), BATCH):
        go_on("words", first, len(numbers))
        for told in told_in(numbers[first : first + BATCH]):
            held[told.conversation] = Held(known.intersection(told.words), *keys[told.conversation], told.customer)
    return held


__all__ = [
    "MOST_CUSTOMERS",
    "PERIODS",
    "Found",
    "Report",
    "fit_in_force",
    "main_topics",
    "work_out",
    "work_out_period",
]
