from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from smtplib import SMTPException
from typing import NamedTuple

import structlog
from django.db import transaction
from django.db.models import F, Max
from django.utils import translation

from rung.accounts.access import Agent, agents_by_key
from rung.business.access import absences, hours_of_agent, opens_next
from rung.core.actor import Actor
from rung.core.made_up import is_made_up
from rung.journal.access import Entry, entries_numbered
from rung.notices.access import rhythm_of, ways_of
from rung.notices.folding import fold
from rung.notices.letters import send_letter
from rung.notices.models import Kind, Notice, NoticeQuerySet, Rhythm, Ring, Way, Wish
from rung.notices.rhythm import free_from, next_digest
from rung.touchpoints.access import Conversation

log = structlog.get_logger(__name__)

# So long is somebody left to see it in the page before it goes by mail.
GRACE = timedelta(minutes=5)
# And so long between two letters: what comes meanwhile goes together.
REST = timedelta(minutes=20)
MAX_ATTEMPTS = 6
KEPT_FOR = timedelta(days=90)
RINGS_KEPT = 1000


class Concern(NamedTuple):
    """A fact of a conversation, or of somebody alone, and who is told of it, by the key of the agent, and why."""

    conversation: Conversation | None
    entry: Entry
    told: Mapping[int, Kind]


@transaction.atomic
def give_notices(concerns: Sequence[Concern], *, by: Actor, at: datetime) -> None:
    """Tell agents of facts: each once of each, and only those who want to hear of its kind."""
    ways = ways_of({key for each in concerns for key in each.told})
    wanted = {key for each in concerns for key, kind in each.told.items() if ways[key, kind] != Way.NOTHING}
    here = agents_by_key(wanted)
    notices = [
        Notice(
            agent=here[key],
            conversation=each.conversation,
            entry=each.entry.pk,
            kind=kind,
            happened_at=each.entry.occurred_at,
            mail_due_at=_mail_due(here[key], ways[key, kind], at),
        )
        for each in concerns
        for key, kind in each.told.items()
        if key in here and ways[key, kind] != Way.NOTHING
    ]
    if not notices:
        return
    Notice.objects.bulk_create(notices, ignore_conflicts=True)
    _ring_for(dict.fromkeys(notice.agent_id for notice in notices))


def _mail_due(agent: Agent, way: Way, at: datetime) -> datetime | None:
    if way == Way.MAIL:
        return at + GRACE
    return next_digest(rhythm_of(agent), agent.zone, at) if way == Way.DIGEST else None


@transaction.atomic
def read_notices(conversation: Conversation | None, *, agent: Agent, by: Actor, at: datetime) -> bool:
    """They have seen what they were told of one conversation, or with None of all. Whether anything was unread. No fact of
    the journal: it tells of us, not of service."""
    unread = Notice.objects.filter(agent=agent.pk).unread()
    if conversation is not None:
        unread = unread.filter(conversation=conversation.pk)
    if not unread.update(read_at=at, mail_due_at=None):
        return False
    _ring_for([agent.pk])
    return True


@transaction.atomic
def read_own_notices(agent: int, *, by: Actor, at: datetime) -> bool:
    """An agent, by primary key, has seen what they were told about themselves. Whether anything was unread."""
    return bool(_read(Notice.objects.about_themselves().filter(agent=agent), at))


@transaction.atomic
def read_notices_of_kind(kind: Kind, *, agent: Agent, by: Actor, at: datetime) -> bool:
    """They have seen all they were told of a kind, where it stands together. Whether anything was unread."""
    return bool(_read(Notice.objects.filter(agent=agent, kind=kind), at))


@transaction.atomic
def read_notices_of_mailbox(mailbox: int, kind: Kind, *, agent: int | None = None, by: Actor, at: datetime) -> bool:
    """What was told of a mailbox, by primary key, was seen by an agent, or with None is over for all. Whether anything was
    unread."""
    unread = Notice.objects.filter(kind=kind).unread()
    if agent is not None:
        unread = unread.filter(agent=agent)
    told = set(unread.values_list("entry", flat=True))
    about = [entry.pk for entry in entries_numbered(told) if entry.data["mailbox"] == mailbox] if told else []
    return bool(about) and bool(_read(unread.filter(entry__in=about), at))


def _read(notices: NoticeQuerySet, at: datetime) -> int:
    unread = notices.unread()
    whose = set(unread.order_by().values_list("agent", flat=True))
    count = unread.update(read_at=at, mail_due_at=None)
    _ring_for(whose)
    return count


@transaction.atomic
def take_back_own_notices(*, by: Actor, at: datetime) -> None:
    """Nobody was told anything about themselves: what it was about is not to be known any more."""
    gone = Notice.objects.about_themselves()
    _ring_for(set(gone.unread().order_by().values_list("agent", flat=True)))
    gone.delete()


@transaction.atomic
def move_notices(conversation: int, *, into: int, by: Actor, at: datetime) -> None:
    """What was told of one conversation is told of another from now on; both by primary key."""
    moved = Notice.objects.filter(conversation=conversation)
    _ring_for(set(moved.unread().order_by().values_list("agent", flat=True)))
    moved.update(conversation=into)


@transaction.atomic
def choose_ways(agent: Agent, ways: Mapping[Kind, Way], *, by: Actor, at: datetime) -> None:
    """Hear of these kinds in these ways from now on. What is still to be mailed, and would not be now, is not."""
    for kind, way in ways.items():
        Wish.objects.update_or_create(agent=agent, kind=kind, defaults={"way": way})
    silent = [kind for kind, way in ways.items() if way in (Way.NOTHING, Way.PAGE)]
    Notice.objects.filter(agent=agent, kind__in=silent, mail_due_at__isnull=False).update(mail_due_at=None)


@transaction.atomic
def choose_rhythm(agent: Agent, rhythm: Rhythm, *, by: Actor, at: datetime) -> None:
    """Want mail at these hours from now on."""
    chosen = {
        name: getattr(rhythm, name) for name in ("quiet_from", "quiet_until", "is_quiet_at_weekends", "digest_at")
    }
    Rhythm.objects.update_or_create(agent=agent, defaults=chosen)


def stop_mail(agent: Agent, *, by: Actor, at: datetime) -> None:
    """No more of these letters, whatever the kind; the page tells on."""
    ways = ways_of([agent.pk])
    mailed = {kind: Way.PAGE for (_key, kind), way in ways.items() if way in (Way.MAIL, Way.DIGEST)}
    choose_ways(agent, mailed, by=by, at=at)


def mail_notices(agent: Agent, *, by: Actor, at: datetime) -> bool:
    """Write one letter of all that is waiting to go to an agent by mail, or put it off to when they want mail. Whether a
    letter left. A mail server that refuses is tried again, ever more seldom, MAX_ATTEMPTS times."""
    claimed = _claim(agent, at)
    with translation.override(agent.language):
        lines = fold(claimed, agent)
    if not lines or not agent.is_active or is_made_up(agent.email):
        return False
    try:
        send_letter(agent, lines)
    except (SMTPException, OSError) as failure:
        log.warning("what somebody is to be told could not be mailed", agent=agent.pk, reason=str(failure))
        again = Notice.objects.unread().filter(pk__in=[each.pk for each in claimed], mail_attempts__lt=MAX_ATTEMPTS)
        pause = timedelta(minutes=10) * 2 ** max(each.mail_attempts for each in claimed)
        again.update(mail_due_at=at + pause, mailed_at=None)
        return False
    return True


@transaction.atomic
def _claim(agent: Agent, at: datetime) -> list[Notice]:
    """What goes by mail now: nobody else will send it. Nothing, where it has to wait."""
    waiting = list(Notice.objects.filter(agent=agent, mail_due_at__isnull=False).select_for_update().order_by("pk"))
    if not any(each.mail_due_at and each.mail_due_at <= at for each in waiting):
        return []
    begins = _wanted_from(agent, at)
    last = Notice.objects.filter(agent=agent, mailed_at__gt=at - REST).aggregate(last=Max("mailed_at"))["last"]
    if last is not None:
        begins = max(begins, last + REST)
    rows = Notice.objects.filter(pk__in=[each.pk for each in waiting])
    if begins > at:
        rows.filter(mail_due_at__lte=at).update(mail_due_at=begins)
        return []
    # Marked before it is sent: a worker killed in between owes somebody a letter whose news stand in the page; the other
    # way round it would write the same one again and again.
    rows.update(mail_due_at=None, mailed_at=at, mail_attempts=F("mail_attempts") + 1)
    return waiting


def _wanted_from(agent: Agent, at: datetime) -> datetime:
    """When somebody may be written to: they are back, it is a time they work, and no quiet hour."""
    back = absences([agent.pk], at=at).get(agent.pk, at)
    works = opens_next(back, hours_of_agent(agent)) or back
    return free_from(rhythm_of(agent), agent.zone, works)


@transaction.atomic
def forget_old(*, by: Actor, at: datetime, limit: int) -> int:
    """Delete what was read long ago, and all but the newest rings; the number of notices deleted."""
    old = Notice.objects.filter(read_at__lt=at - KEPT_FOR).values_list("pk", flat=True)[:limit]
    gone, _each = Notice.objects.filter(pk__in=list(old)).delete()
    newest = Ring.objects.aggregate(newest=Max("pk"))["newest"] or 0
    Ring.objects.filter(pk__lt=newest - RINGS_KEPT).delete()
    return gone


def _ring_for(agents: Iterable[int]) -> None:
    Ring.objects.bulk_create([Ring(agent=agent) for agent in agents])
