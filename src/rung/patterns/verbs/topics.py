"""Topics: kept as a fit finds them, named, merged, parted and hidden by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rung.core.actor import Actor
from rung.core.seen import UNSEEN, Seen
from rung.journal.verbs import record
from rung.patterns.events import TopicHidden, TopicMerged, TopicParted, TopicRenamed, TopicShown
from rung.patterns.finding import matched
from rung.patterns.models import Topic
from rung.patterns.topic_model import TopicModel

WORDS_KEPT = 20
WORDS_IN_A_NAME = 3
LONGEST_NAME = 80


@transaction.atomic
def keep_topics(model: TopicModel, *, by: Actor, at: datetime) -> list[Topic]:
    """The topics of a fit, in its order. Those that were known before, by their words, keep their name, and what they were
    merged into or hidden for; the others that were known stand no longer."""
    known = list(Topic.objects.order_by("pk"))
    now = [dict(model.top_words(part, WORDS_KEPT)) for part in range(len(model.parts))]
    same = matched([dict(topic.words) for topic in known], now)
    found = []
    for part, words in enumerate(now):
        kept, name = list(words.items()), name_by_words(list(words.items()))
        if part not in same:
            found.append(Topic.objects.create(name=name, words=kept, part=part, found_at=at))
            continue
        topic = known[same[part]]
        Topic.objects.filter(pk=topic.pk).update(words=kept, part=part, retired_at=None)
        # Asked of the row: somebody may have named it meanwhile.
        Topic.objects.filter(pk=topic.pk, is_named_by_hand=False).update(name=name)
        found.append(topic)
    standing = {topic.pk for topic in found}
    # What other topics were merged into stays, so that the merging holds.
    gone = [topic.pk for topic in known if topic.pk not in standing and topic.retired_at is None]
    heads = set(
        Topic.objects.filter(pk__in=standing, merged_into__isnull=False).values_list("merged_into_id", flat=True)
    )
    Topic.objects.filter(pk__in=[pk for pk in gone if pk not in heads]).update(retired_at=at, part=None)
    Topic.objects.filter(pk__in=heads - standing).update(retired_at=None, part=None)
    return found


def name_by_words(words: Sequence[tuple[str, float]]) -> str:
    return ", ".join(word for word, _weight in words[:WORDS_IN_A_NAME])[:LONGEST_NAME]


@transaction.atomic
def rename_topic(topic: Topic, name: str, *, seen: Seen = UNSEEN, by: Actor, at: datetime) -> bool:
    """Name a topic by hand; an empty name gives it that of its words back. False where nothing changed. Raises Overtaken
    when somebody else was quicker, ValidationError where another topic is called that: nobody could tell the two apart."""
    topic.refresh_from_db(from_queryset=Topic.objects.select_for_update().order_by())
    name = seen.settled({"name": name.strip()[:LONGEST_NAME]}, {"name": topic.name})["name"]
    is_by_hand = bool(name.strip())
    name = name.strip()[:LONGEST_NAME] or name_by_words(topic.words)
    others = Topic.objects.filter(retired_at=None).exclude(pk=topic.pk).values_list("name", flat=True)
    if is_by_hand and name.casefold() in {other.casefold() for other in others}:
        raise ValidationError(_("Another topic is called that already. Choose another name, or merge the two."))
    changed = (
        Topic.objects.filter(pk=topic.pk)
        .exclude(name=name, is_named_by_hand=is_by_hand)
        .update(name=name, is_named_by_hand=is_by_hand)
    )
    if changed:
        record(TopicRenamed(topic=topic.pk, name=name, former=topic.name), by=by, at=at)
    return changed > 0


@transaction.atomic
def merge_topic(topic: Topic, into: Topic, *, by: Actor, at: datetime) -> str:
    """Count what is assigned to one as the other's, with what had been merged into it. Empty, or why not."""
    locked = {each.pk: each for each in Topic.objects.select_for_update().filter(pk__in=(topic.pk, into.pk))}
    if topic.pk == into.pk:
        return _("A topic cannot be merged into itself.")
    if len(locked) < 2 or any(each.merged_into_id or each.retired_at for each in locked.values()):
        return _("One of the two has been merged or is gone by now.")
    Topic.objects.filter(merged_into=topic.pk).update(merged_into=into)
    Topic.objects.filter(pk=topic.pk).update(merged_into=into)
    record(TopicMerged(topic=topic.pk, into=into.pk), by=by, at=at)
    return ""


@transaction.atomic
def part_topic(topic: Topic, *, by: Actor, at: datetime) -> bool:
    """Undo a merging. False where it was not merged."""
    former = topic.merged_into_id
    if former is None or not Topic.objects.filter(pk=topic.pk, merged_into=former).update(merged_into=None):
        return False
    record(TopicParted(topic=topic.pk, former=former), by=by, at=at)
    return True


@transaction.atomic
def hide_topic(topic: Topic, *, by: Actor, at: datetime) -> bool:
    """List it no longer. False where it was hidden already."""
    if not Topic.objects.filter(pk=topic.pk, hidden_at__isnull=True).update(hidden_at=at):
        return False
    record(TopicHidden(topic=topic.pk), by=by, at=at)
    return True


@transaction.atomic
def show_topic(topic: Topic, *, by: Actor, at: datetime) -> bool:
    """List it again. False where it was not hidden."""
    if not Topic.objects.filter(pk=topic.pk, hidden_at__isnull=False).update(hidden_at=None):
        return False
    record(TopicShown(topic=topic.pk), by=by, at=at)
    return True
