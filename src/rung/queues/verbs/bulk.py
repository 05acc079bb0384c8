from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from rung.accounts.access import Agent
from rung.core.actor import Actor
from rung.journal.gathering import gathered
from rung.journal.verbs import record
from rung.queues.deeds import DEEDS, MOVED_ON, NOT_SEEN, Deed, Turn, Wish, state_before
from rung.queues.events import BulkDone, BulkUndone
from rung.queues.models import Bulk
from rung.touchpoints.access import Conversation, State, visible_conversations
from rung.touchpoints.holding import hold_with_waiting


@transaction.atomic
def do_to_many(numbers: Sequence[int], wish: Wish, *, agent: Agent, by: Actor, at: datetime) -> Bulk:
    """Do one thing to each of these conversations that the agent may see, in one transaction; what is refused for one does
    not touch the others. Of more than the deed takes at once the first are done and the others left.

    Raises ValidationError when none is named, or nothing is said to do.
    """
    deed = DEEDS[wish.deed]
    wanted = list(dict.fromkeys(numbers))
    if not wanted:
        raise ValidationError(_("Choose at least one conversation."))
    now, left = wanted[: deed.at_most], len(wanted) - len(wanted[: deed.at_most])
    there = _there(agent, now)
    changed: list[list[Any]] = []
    refused: list[list[Any]] = [[number, str(NOT_SEEN)] for number in now if number not in there]
    same = 0
    with gathered():
        # In the order of their numbers: two who do something to the same ones wait for each other, never both.
        hold_with_waiting(sorted(there))
        for number in sorted(there):
            try:
                with transaction.atomic():
                    matter = there[number].lock()
                    turn = Turn(matter, state_before(matter), agent, by, at)
                    was_changed = deed.do(turn, wish)
            except ValidationError as error:
                refused.append([number, " ".join(error.messages)])
                continue
            if was_changed:
                changed.append([number, turn.before])
            else:
                same += 1
        bulk = Bulk.objects.create(
            agent_id=by.agent_key,
            deed=wish.deed,
            details=wish.details,
            done_at=at,
            changed=changed,
            refused=refused,
            same_count=same,
            left_count=left,
        )
        record(BulkDone(bulk=bulk.pk, deed=bulk.deed, count=len(changed)), by=by, at=at)
    return bulk


@transaction.atomic
def undo_bulk(bulk: Bulk, *, agent: Agent, by: Actor, at: datetime) -> int:
    """Take back what was done to many, with each that is as it was left and still theirs to see; how many those are. What
    could not be is named in the bulk's `kept`. The second time nothing happens."""
    if not Bulk.objects.filter(pk=bulk.pk, undone_at__isnull=True).update(undone_at=at):
        return 0
    deed: Deed = DEEDS[bulk.deed]
    there = _there(agent, [number for number, _before in bulk.changed])
    kept: list[list[Any]] = []
    hold_with_waiting(sorted(there))
    with gathered():
        for number, before in sorted(bulk.changed, key=lambda each: int(each[0])):
            if number not in there:
                kept.append([number, str(NOT_SEEN)])
                continue
            turn = Turn(there[number].lock(), before, agent, by, at)
            try:
                with transaction.atomic():
                    if not deed.undo(turn, bulk.details, bulk.done_at):
                        kept.append([number, str(MOVED_ON)])
            except ValidationError as error:
                kept.append([number, " ".join(error.messages)])
            except Http404:
                kept.append([number, str(NOT_SEEN)])
        count = len(bulk.changed) - len(kept)
        record(BulkUndone(bulk=bulk.pk, deed=bulk.deed, count=count), by=by, at=at)
    bulk.kept, bulk.undone_at = kept, at
    bulk.save(update_fields=["kept"])
    return count


def _there(agent: Agent, numbers: Sequence[int]) -> dict[int, Conversation]:
    """Those of these conversations that the agent may see."""
    visible = visible_conversations(agent).exclude(state=State.JOINED)
    found = visible.filter(pk__in=numbers).select_related("customer__company", "assignee", "team")
    return {matter.pk: matter for matter in found.order_by("pk")}
