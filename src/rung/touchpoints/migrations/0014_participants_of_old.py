"""Conversations from before there were participants get theirs, from what their touchpoints say of who wrote to whom.

In batches, each a transaction of its own: broken off it goes on where it was when it is run again, because whoever has
participants is passed over.
"""

from collections import defaultdict

from django.db import migrations, transaction
from django.db.models import Exists, OuterRef

from rung.touchpoints.doors import door

BATCH = 500
# As the verbs do it, whose numbers may change after this.
MOST = 100


def give_participants(apps, schema_editor):
    conversations = apps.get_model("touchpoints", "Conversation").objects.using(schema_editor.connection.alias)
    participants = apps.get_model("touchpoints", "Participant").objects.using(schema_editor.connection.alias)
    bare = conversations.exclude(Exists(participants.filter(conversation=OuterRef("pk")))).order_by("pk")
    last = 0
    while batch := dict(bare.filter(pk__gt=last).values_list("pk", "customer_id")[:BATCH]):
        with transaction.atomic(using=schema_editor.connection.alias):
            _give(apps, schema_editor.connection.alias, batch)
        last = max(batch)


def _give(apps, alias, batch):
    """`batch`: conversations, and whose they are."""
    touchpoints = apps.get_model("touchpoints", "Touchpoint").objects.using(alias)
    columns = ("conversation_id", "channel", "direction", "is_automatic", "occurred_at", "parties")
    said = touchpoints.filter(conversation__in=batch, due_at=None).order_by("occurred_at", "pk")
    rows = [(*row, _named(row[2], row[5])) for row in said.values_list(*columns)]
    by_channel = defaultdict(set)
    for _pk, channel, *_others, named in rows:
        by_channel[channel].update(named)
    ours = {channel: door(channel).ours(named) for channel, named in by_channel.items()}
    wanted = defaultdict(dict)
    for pk, channel, _direction, is_automatic, occurred_at, parties, named in rows:
        joined = wanted[pk]
        if is_automatic and joined:
            continue
        names = parties.get("names") if isinstance(parties, dict) else {}
        names = names if isinstance(names, dict) else {}
        for address in named:
            if address not in ours[channel] and len(joined) < MOST:
                joined.setdefault(address, (str(names.get(address, ""))[:160], occurred_at))
    addresses = {address for joined in wanted.values() for address in joined}
    known = apps.get_model("customers", "Address").objects.using(alias).filter(kind="email", value__in=addresses)
    owners = dict(known.values_list("value", "customer_id"))
    agents = apps.get_model("accounts", "Agent").objects.using(alias).filter(email__in=addresses)
    colleagues = set(agents.values_list("email", flat=True))
    model = apps.get_model("touchpoints", "Participant")
    model.objects.using(alias).bulk_create(
        [
            model(
                conversation_id=pk,
                customer_id=owners.get(address),
                address=address,
                name=name,
                role=_role(owners.get(address), batch[pk], address in colleagues),
                joined_at=at,
            )
            for pk, joined in wanted.items()
            for address, (name, at) in joined.items()
        ],
        ignore_conflicts=True,
    )


def _named(direction, parties):
    """The addresses of the writer and of those it was written to."""
    parties = parties if isinstance(parties, dict) else {}
    named = [parties.get("from")] if direction == "in" else []
    named += [*(parties.get("to") or ()), *(parties.get("cc") or ())]
    return [each for each in named if isinstance(each, str) and "@" in each and len(each) <= 254]


def _role(owner, customer, is_colleague):
    if owner is not None and owner == customer:
        return "customer"
    return "ours" if is_colleague else "copied"


class Migration(migrations.Migration):
    atomic = False
    dependencies = [
        ("touchpoints", "0013_links_go_along"),
        ("customers", "0001_initial"),
        ("accounts", "0001_initial"),
    ]
    operations = [migrations.RunPython(give_participants, migrations.RunPython.noop, elidable=True)]
