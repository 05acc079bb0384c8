"""What was changed in settings, who came in, what left as a file, what was imported and what was deleted; by whom, when,
from what to what. Read from the journal, which every verb writes to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rung.accounts.access import agent_names, rights_in_words, team_names
from rung.channels.email.access.mailbox import mailbox_names
from rung.core.addresses import reverse
from rung.core.given import given_day, given_key, given_place
from rung.desk.pages.happenings import in_words
from rung.journal.access import Entry, entries

PAGE = 50
MOST_IN_TABLE = 20_000

# Every kind of fact that is about our own house and not about a customer's matter, by what it concerns.
KINDS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "sign-in": (
        gettext_lazy("Sign-ins"),
        ("agent.signed_in", "agent.signed_out", "agent.sign_in_failed", "recovery_code.used"),
    ),
    "people": (
        gettext_lazy("Agents, teams, roles"),
        (
            *("agent.joined", "agent.changed", "agent.left", "agent.returned"),
            *("team.formed", "team.renamed", "team.joined", "team.left"),
            *("role.formed", "role.changed", "role.ended"),
            *("second_step.begun", "second_step.ended", "second_step.demanded", "recovery_codes.made"),
            *("identity_provider.added", "identity_provider.changed", "identity_provider.ended"),
            *("identity.bound", "identity.released"),
        ),
    ),
    "company": (
        gettext_lazy("Business data and hours"),
        (
            *("business.described", "calendar.made", "calendar.changed", "calendar.ended", "agent.away"),
            *("target.made", "target.changed", "target.ended"),
        ),
    ),
    "mail": (
        gettext_lazy("Mailboxes"),
        (
            *(
                "mailbox.added",
                "mailbox.changed",
                "mailbox.closed",
                "mailbox.reopened",
                "mailbox.live",
                "mailbox.paused",
            ),
            *("mailbox.brake_released", "mailbox.braked", "oauth_client.changed", "consent.given", "consent.ended"),
            *("sender.blocked", "sender.forgotten", "sender.trusted"),
            *("signing.prepared", "signing.begun", "signing.ended", "letter.replayed"),
        ),
    ),
    "phone": (gettext_lazy("Telephones"), ("telephone.added", "telephone.ended", "telephone.extension_set")),
    "words": (
        gettext_lazy("Tags, answers, fields, views"),
        (
            *("tag.created", "tag.changed", "tag.merged"),
            *("canned.made", "canned.changed"),
            *("field.made", "field.changed", "field.moved", "field.archived", "field.restored"),
            *("view.saved", "view.changed"),
        ),
    ),
    "rules": (gettext_lazy("Rules"), ("rule.made", "rule.changed", "rule.moved", "rule.switched")),
    "surveys": (gettext_lazy("Surveys"), ("survey.policy_changed",)),
    "ladder": (
        gettext_lazy("The ladder's estimates"),
        (
            *("estimation.asked", "estimation.stopped", "estimation.finished", "estimation.failed"),
            *("estimation.published", "ladder.returned"),
        ),
    ),
    "patterns": (
        gettext_lazy("Topics and drivers"),
        (
            *("study.asked", "study.stopped", "study.finished", "study.failed"),
            *("topic.renamed", "topic.merged", "topic.parted", "topic.hidden", "topic.shown"),
        ),
    ),
    "training": (
        gettext_lazy("Training"),
        (
            *("opportunities.asked", "opportunities.worked_out", "opportunities.stopped", "opportunities.failed"),
            *("opportunity.seen", "opportunity.replied", "opportunity.cause_named", "agreement.changed"),
            *("training.logged", "training.withdrawn", "training.measured"),
        ),
    ),
    "journeys": (gettext_lazy("Journeys"), ("journey.drawn", "journey.changed", "journey.ended")),
    "exports": (
        gettext_lazy("Downloads and reports"),
        ("export.taken", "report.scheduled", "report.ended", "report.sent"),
    ),
    "imports": (
        gettext_lazy("Imports"),
        ("import.begun", "import.ended", "import.taken_back", "mailbox.history_asked", "mailbox.history_ended"),
    ),
    "deletions": (
        gettext_lazy("Deletions"),
        ("tag.deleted", "canned.deleted", "view.deleted", "rule.deleted", "spam.removed", "customer.forgotten"),
    ),
}
# Told in the same words of others and of oneself, so that the line has to name whom.
OF_SOMEBODY = ("agent.changed", "team.joined", "team.left")
ALL = tuple(kind for _label, kinds in KINDS.values() for kind in kinds)


@dataclass(frozen=True, slots=True)
class Filters:
    """What of it is asked for; `until` is the last day."""

    who: int | None = None
    kind: str = ""
    since: date | None = None
    until: date | None = None
    after: str = ""

    @classmethod
    def read(cls, given: Any) -> Filters:
        return cls(
            who=given_key(given.get("who", "")),
            kind=given.get("kind", "") if given.get("kind", "") in KINDS else "",
            since=given_day(given.get("since", "")),
            until=given_day(given.get("until", "")),
            after=given.get("after", ""),
        )

    def query(self, **other: str) -> str:
        asked = {"who": self.who or "", "kind": self.kind, "since": self.since or "", "until": self.until or ""} | other
        return "?" + urlencode({name: value for name, value in asked.items() if value})


@dataclass(frozen=True, slots=True)
class Change:
    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class AuditLine:
    """`about` names what was changed where the sentence does not; `changes` what of it, from and to."""

    at: datetime
    who: str
    did: str
    about: str
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class AuditPage:
    lines: tuple[AuditLine, ...]
    filters: Filters
    people: tuple[tuple[str, str], ...]
    kinds: tuple[tuple[str, str], ...]
    older: str
    csv: str


def audit_page(filters: Filters) -> AuditPage:
    """One page of it, the latest first. Keyset paging: four queries, however long the list is."""
    rows = list(_found(filters)[: PAGE + 1])
    names = agent_names()
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    return AuditPage(
        lines=tuple(_lines(rows[:PAGE], names)),
        filters=filters,
        people=(("", _("everybody")), *((str(pk), name) for pk, name in sorted(names.items(), key=lambda e: e[1]))),
        kinds=(("", _("everything")), *((key, str(label)) for key, (label, _kinds) in KINDS.items())),
        older=filters.query(after=f"{last.occurred_at.isoformat()}~{last.pk}") if last else "",
        csv=reverse("desk:audit_csv") + filters.query(),
    )


def audit_rows(filters: Filters) -> Iterator[list[str]]:
    """The same as a table, its head first, with UTC times; at most MOST_IN_TABLE lines."""
    yield [_("When (UTC)"), _("Who"), _("What"), _("About"), _("Field"), _("From"), _("To")]
    for line in _lines(_found(filters)[:MOST_IN_TABLE].iterator(chunk_size=2000), agent_names()):
        begin = [f"{line.at.astimezone(UTC):%Y-%m-%d %H:%M:%S}", line.who, line.did, line.about]
        for change in line.changes or (Change("", "", ""),):
            yield [*begin, change.field, change.before, change.after]


def _found(filters: Filters) -> QuerySet[Entry]:
    found = entries().filter(kind__in=KINDS[filters.kind][1] if filters.kind else ALL)
    # What somebody keeps for themselves, an answer or a view of their own, is no setting of the house.
    found = found.exclude(data__has_key="own", data__own=True).exclude(data__has_key="shared", data__shared=False)
    if filters.who:
        # A failed try at a seat is told by nobody, but it is about somebody.
        tried = Q(kind="agent.sign_in_failed", data__agent=filters.who)
        found = found.filter(Q(actor_kind="agent", actor_key=filters.who) | tried)
    if filters.since:
        found = found.filter(occurred_at__gte=_midnight(filters.since))
    if filters.until:
        found = found.filter(occurred_at__lt=_midnight(filters.until + timedelta(days=1)))
    place = given_place(filters.after)
    if place is not None:
        moment, pk = place
        found = found.filter(Q(occurred_at__lt=moment) | Q(occurred_at=moment, pk__lt=pk))
    return found.order_by("-occurred_at", "-pk")


def _lines(rows: Any, names: dict[int, str]) -> Iterator[AuditLine]:
    teams, mailboxes = team_names(), dict(mailbox_names())
    for entry in rows:
        who, did = in_words(entry, names)
        data = entry.data
        may_be_others = entry.kind in OF_SOMEBODY
        about = [
            names.get(data.get("agent") or 0, "") if entry.actor_key != data.get("agent") or may_be_others else "",
            teams.get(data.get("team") or 0, ""),
            mailboxes.get(data.get("mailbox") or 0, ""),
            _("from %(address)s") % {"address": data["came_from"]} if data.get("came_from") else "",
        ]
        changes = (_change(teams, *each) for each in data.get("values") or ())
        yield AuditLine(entry.occurred_at, who, did, ", ".join(filter(None, about)), tuple(changes))


def _change(teams: dict[int, str], field: str, before: str, after: str) -> Change:
    """A weekday, a scope, a permission and a team have names; other fields are called as their forms call them."""
    day = given_key(field.removeprefix("day_")) if field.startswith("day_") else None
    name = str(WEEKDAYS[day]) if day is not None and day in WEEKDAYS else field.replace("_", " ")
    return Change(name, _value(teams, field, before), _value(teams, field, after))


def _value(teams: dict[int, str], field: str, value: str) -> str:
    if field == "newcomer_team":
        return teams.get(given_key(value) or 0, value)
    switched = {"True": _("yes"), "False": _("no")}
    return switched[value] if value in switched else rights_in_words(field, value)


def _midnight(day: date) -> datetime:
    """In the zone of whoever looks."""
    return timezone.make_aware(datetime.combine(day, time()))
