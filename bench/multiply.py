"""A filled store made larger by copies of itself, in the database: a million conversations in minutes, where writing each
anew takes the better part of an hour on a busy machine.

Every copy has people, companies, orders and conversations of its own, and the letters in them names of their own. Their
texts are those of the first, so that nothing should be searched in it: `bench.search` fills a store without this.
"""

from dataclasses import replace
from typing import Any

from bench.letters import Known
from bench.measure import tell
from bench.store import Store, make_ready, tidied

# Plain numbers of rows elsewhere, which the models below the journal's roof keep without a key.
NUMBERS = {"conversation": "Conversation", "customer": "Customer", "touchpoint": "Touchpoint"}
NAMES = {
    ("Address", "value"): "'c%(copy)d.' || value",
    ("Company", "domain"): "'c%(copy)d.' || domain",
    ("Order", "number"): "'c%(copy)d.' || number",
    ("Touchpoint", "reference"): "'<c%(copy)d.' || substr(reference, 2)",
}


def multiplied(store: Store, times: int) -> Store:
    """The same store `times` as large. When it fails half-way the database is good for nothing."""
    from django.db import connection, transaction

    models = _models()
    make_ready()
    with transaction.atomic(), connection.cursor() as cursor:
        steps = {}
        for name, model in models.items():
            cursor.execute(f'SELECT coalesce(max("{model._meta.pk.column}"), 0) FROM "{model._meta.db_table}"')
            steps[name] = int(cursor.fetchone()[0])
        for copy in range(1, times):
            for name, model in models.items():
                cursor.execute(_copying(model, steps, copy, steps[name]))
            tell(f"{copy + 1} of {times}")
    tidied()
    conversations, customers = steps["Conversation"], steps["Customer"]
    return replace(
        store,
        conversations=store.conversations * times,
        open_conversations=tuple(pk + copy * conversations for pk in store.open_conversations for copy in range(times)),
        customers=tuple(pk + copy * customers for copy in range(times) for pk in store.customers),
        known=tuple(_known(each, number % times) for number, each in enumerate(store.known)),
    )


def _known(known: Known, copy: int) -> Known:
    if copy == 0:
        return known
    return Known(f"<c{copy}.{known.message_id[1:]}", f"c{copy}.{known.customer}", known.subject)


def _models() -> dict[str, Any]:
    from rung.customers.models import Address, Company, Customer, Order
    from rung.journal.models import Entry
    from rung.ladder.models import Expectation, Grade
    from rung.touchpoints import models as heart

    own = (Company, Customer, Address, Order, heart.Conversation, heart.Touchpoint, heart.Attachment)
    states = (heart.Assignment, heart.Resolution, heart.Snooze, heart.Note, heart.Reading)
    return {model.__name__: model for model in (*own, *states, Entry, Grade, Expectation)}


def _copying(model: Any, steps: dict[str, int], copy: int, last: int) -> str:
    fields = model._meta.local_concrete_fields
    names = ", ".join(f'"{field.column}"' for field in fields)
    values = ", ".join(_value(model.__name__, field, steps, copy) for field in fields)
    table, key = model._meta.db_table, model._meta.pk.column
    return f'INSERT INTO "{table}" ({names}) SELECT {values} FROM "{table}" WHERE "{key}" <= {last} ORDER BY "{key}"'


def _value(model: str, field: Any, steps: dict[str, int], copy: int) -> str:
    if (model, field.name) == ("Entry", "data"):
        return _told(steps, copy)
    if (model, field.name) in NAMES:
        return NAMES[model, field.name] % {"copy": copy}
    of = field.related_model.__name__ if field.is_relation else NUMBERS.get(field.name, "")
    if field.primary_key and not field.is_relation:
        of = model
    step = steps.get(of)
    return f'"{field.column}" + {copy * step}' if step else f'"{field.column}"'


def _told(steps: dict[str, int], copy: int) -> str:
    """What an entry says of numbers, as its columns say it: facts are folded from there."""
    from django.db import connection

    moved = {name: f'"{name}" + {copy * steps[of]}' for name, of in NUMBERS.items()}
    if connection.vendor == "sqlite":
        return "json_replace(data" + "".join(f", '$.{name}', {value}" for name, value in moved.items()) + ")"
    told = "data"
    for name, value in moved.items():
        told = f"jsonb_set({told}, '{{{name}}}', coalesce(to_jsonb({value}), 'null'), false)"
    return told
