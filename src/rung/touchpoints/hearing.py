"""What is known under the names that incoming touchpoints give, found out for many at once."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

from rung.touchpoints.models import Conversation, Direction, Touchpoint

MOST_NAMES = 50
"""References of one touchpoint that are looked up, from the last upwards."""
ASKED_AT_ONCE = 500
LONG = ("text", "html", "quoted", "signature", "parties", "brought")
"""Columns of a touchpoint that say what was said, and take most of its room."""


@dataclass(slots=True)
class Heard:
    """Touchpoints of a channel by the names they bear, cut to the length they are kept at.

    `conversations` are locked, and the one object for each in this transaction: two of many incoming ones that go into the
    same see each other's changes.
    """

    touchpoints: dict[str, Touchpoint] = field(default_factory=dict)
    conversations: dict[int, Conversation] = field(default_factory=dict)

    def under(self, names: Iterable[str]) -> list[Touchpoint]:
        bearers = (self.touchpoints.get(name[:400]) for name in dict.fromkeys(names) if name)
        return [touchpoint for touchpoint in bearers if touchpoint is not None]

    def held(self, conversation: Conversation) -> Conversation:
        """The one object for a conversation, locked."""
        known = self.conversations.get(conversation.pk)
        if known is None:
            known = self.conversations[conversation.pk] = conversation.lock()
        return known

    def add(self, touchpoint: Touchpoint) -> None:
        """A touchpoint that this transaction has written, into a conversation that it has opened or holds."""
        self.touchpoints[touchpoint.reference] = touchpoint
        self.conversations.setdefault(touchpoint.conversation_id, touchpoint.conversation)

    def forget(self, conversation: int) -> None:
        """Somebody else may have changed this one; it is read again when it is needed."""
        self.conversations.pop(conversation, None)


def heard_under(channel: str, names: Iterable[str], *, to_hold: bool = False) -> Heard:
    """What is known under these names; two queries for any number, and one where nothing is.

    With its conversations, unless they are `to_hold` at once, which reads them again. What was said in it is left aside.
    """
    asked = sorted({name[:400] for name in names if name})
    found: list[int] = []
    for start in range(0, len(asked), ASKED_AT_ONCE):
        # The exclusion is the condition of the partial index, which SQLite would not use without it.
        bearers = Touchpoint.objects.filter(channel=channel, reference__in=asked[start : start + ASKED_AT_ONCE])
        found += bearers.exclude(reference="").order_by().values_list("pk", flat=True)
    heard = Heard()
    if found:
        # In two steps, because most begin something new: for those the forty columns of the second are spared.
        bare = Touchpoint.objects.filter(pk__in=found).defer(*LONG)
        for touchpoint in bare if to_hold else bare.select_related("conversation"):
            heard.touchpoints[touchpoint.reference] = touchpoint
    return heard


def hold_conversations(heard: Heard) -> None:
    """Lock every conversation in which something was heard; one query, or none.

    In the order of their numbers, so that two who do this never wait for each other.
    """
    wanted = {touchpoint.conversation_id for touchpoint in heard.touchpoints.values()}
    if wanted:
        standing = Conversation.objects.select_for_update(of=("self",), no_key=True).select_related("beside")
        heard.conversations = {found.pk: found for found in standing.filter(pk__in=wanted).order_by("pk")}
    for touchpoint in heard.touchpoints.values():
        touchpoint.conversation = heard.conversations[touchpoint.conversation_id]


class Said(NamedTuple):
    """The beginning and the end of what a customer wrote, and the end of what was folded away as their closing lines."""

    occurred_at: datetime
    touchpoint: int
    is_automatic: bool
    beginning: str
    ending: str
    closing: str

    @classmethod
    def of(cls, touchpoint: Touchpoint) -> "Said":
        text = touchpoint.text
        beginning, ending = text[:BEGINNING], text[-ENDING:]
        return cls(
            touchpoint.occurred_at, touchpoint.pk, touchpoint.is_automatic, beginning, ending,
            touchpoint.signature[-ENDING:],
        )  # fmt: skip


BEGINNING, ENDING = 2000, 1000
"""Characters that `Said` knows of a text."""
LATELY = 6
"""Touchpoints of one customer that are asked for what they said."""


def said_lately(channel: str, customers: Iterable[int], *, after: datetime | None = None) -> dict[int, list[Said]]:
    """What each of these customers wrote in a channel, LATELY touchpoints of each, the latest first; one query.

    `after`: of those only what came after that. Most have written nothing of the kind, which an index says, and each that
    is read is a page of its own.
    """
    said: dict[int, list[Said]] = {customer: [] for customer in customers}
    if not said:
        return said
    table, is_sqlite = connection.ops.quote_name(Touchpoint._meta.db_table), connection.vendor == "sqlite"
    ends = "substr(%s, -%d)" if is_sqlite else "right(%s, %d)"
    columns = (
        f"t.customer_id, t.occurred_at, t.id, t.is_automatic, substr(t.text, 1, {BEGINNING}),"
        f" {ends % ('t.text', ENDING)}, {ends % ('t.signature', ENDING)}"
    )
    late = "" if after is None else " AND t.occurred_at > %s"
    latest = (
        f"FROM {table} t WHERE t.customer_id = asked.customer AND t.channel = %s AND t.direction = %s{late}"
        f" ORDER BY t.occurred_at DESC, t.id DESC LIMIT {LATELY}"
    )
    # For each by themselves: so no more rows are read than are told, however much somebody has written. The statement is
    # the same for any number of them.
    if is_sqlite:
        # Cross joins are done in the order they are written, and each is found by its number: among “t.id IN (SELECT …)” a
        # table that was small when it was last looked at is walked through, for each who is asked for.
        found = f"(SELECT json_group_array(id) FROM (SELECT t.id {latest}))"  # noqa: S608  # as below
        asked = "(SELECT value AS customer FROM json_each(%s)) asked"
        each = f"{asked} CROSS JOIN json_each({found}) one CROSS JOIN {table} t ON t.id = one.value"
        given: Any = json.dumps(list(said))
        statement = f"SELECT {columns} FROM {each}"  # noqa: S608  # numbers and names of our own
    else:
        each = f"unnest(%s::bigint[]) AS asked(customer) CROSS JOIN LATERAL (SELECT {columns} {latest}) s"
        given = list(said)
        statement = f"SELECT s.* FROM {each}"  # noqa: S608  # as above
    params = [given, channel, Direction.IN.value]
    if after is not None:
        params.append(connection.ops.adapt_datetimefield_value(after))
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        rows = cursor.fetchall()
    for moment, (customer, _moment, *rest) in zip(_moments([row[1] for row in rows]), rows, strict=True):
        said[customer].append(Said(moment, *rest))
    for told in said.values():
        told.sort(key=lambda one: (one.occurred_at, one.touchpoint), reverse=True)
    return said


def _moments(values: list[Any]) -> list[datetime]:
    """Moments as the database hands them out past the models."""
    column = Touchpoint._meta.get_field("occurred_at").get_col(Touchpoint._meta.db_table)
    for convert in connection.ops.get_db_converters(column):
        values = [convert(value, column, connection) for value in values]
    return values
