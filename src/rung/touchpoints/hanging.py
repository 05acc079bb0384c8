"""What hangs on touchpoints and conversations: files, signals, reports, tags. For such as came through the gate."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from rung.core.compiled import bring_along, compiled
from rung.core.seldom import seldom
from rung.touchpoints.models import Attachment, Report, Signal, Tag, Tagging, Touchpoint


def whether_hanging() -> dict[str, Exists]:
    """What tells `know_what_hangs_on` of each touchpoint, when annotated, what there is to fetch: mostly nothing."""
    of_this = OuterRef("pk")
    return {
        "has_attachments": Exists(Attachment.objects.filter(touchpoint=of_this)),
        "has_signals": Exists(Signal.objects.filter(touchpoint=of_this)),
        "has_reports": Exists(Report.objects.filter(touchpoint=of_this)),
    }


def know_what_hangs_on(touchpoints: Sequence[Touchpoint]) -> None:
    """Fetch the files, signals and reports of touchpoints annotated with `whether_hanging`, a query for each of these that
    there are, as prefetching does."""
    for name, ask in (("attachments", _attachments), ("signals", _signals), ("reports", _reports)):
        keys = tuple(each.pk for each in touchpoints if getattr(each, f"has_{name}"))
        parts: Sequence[Any] = ask(keys) if keys else ()
        bring_along(name, touchpoints, parts, "touchpoint_id")


def signals_of(touchpoints: Sequence[int]) -> dict[int, list[str]]:
    """What each of these touchpoints was marked as, and still is; those without left out. One query."""
    found: dict[int, list[str]] = {}
    for signal in _signals(tuple(touchpoints)):
        if signal.withdrawn_at is None:
            found.setdefault(signal.touchpoint_id, []).append(signal.kind)
    return found


@compiled
def _attachments(touchpoints: Sequence[int]) -> QuerySet[Attachment]:
    return Attachment.objects.filter(touchpoint__in=touchpoints)


@compiled
def _signals(touchpoints: Sequence[int]) -> QuerySet[Signal]:
    return Signal.objects.filter(touchpoint__in=touchpoints)


@compiled
def _reports(touchpoints: Sequence[int]) -> QuerySet[Report]:
    return Report.objects.filter(touchpoint__in=touchpoints)


def tags_of(conversations: Iterable[int]) -> dict[int, tuple[Tag, ...]]:
    """The tags on each of these conversations, by name; those without are left out. One query."""
    found: dict[int, tuple[Tag, ...]] = {}
    for tagging in _taggings(tuple(conversations)):
        found[tagging.conversation_id] = (*found.get(tagging.conversation_id, ()), tagging.tag)
    return found


@seldom(lambda page: ((page.conversation,),))
@compiled
def _taggings(conversations: Sequence[int]) -> QuerySet[Tagging]:
    standing = Tagging.objects.filter(conversation__in=conversations, tag__deleted_at__isnull=True)
    return standing.select_related("tag").order_by("tag__name_folded")
