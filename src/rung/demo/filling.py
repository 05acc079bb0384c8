"""Fill an empty installation with the demo company."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from django.db import transaction
from django.utils.translation import gettext as _

from rung.accounts.access import Agent
from rung.accounts.verbs import change_agent, create_agent, create_team
from rung.business.verbs import describe_business
from rung.channels.email.verbs.mailbox import add_mailbox
from rung.channels.phone.verbs import add_telephone
from rung.core.actor import SYSTEM
from rung.customers.access import Company
from rung.customers.verbs import create_company
from rung.demo import company
from rung.demo.clockwork import Agenda
from rung.demo.lives import SPAN, Lives
from rung.demo.people import Person, firm_domain, people
from rung.demo.promising import promises_of, promising, set_targets
from rung.demo.stage import Cast, Stage
from rung.demo.stories import Teller
from rung.journal.ringing import ERRANDS
from rung.surveys.verbs import change_policy
from rung.touchpoints.access import Conversation, visible_conversations
from rung.touchpoints.verbs import mark_spam, save_draft, write_note
from rung.training.verbs import change_agreement

CUSTOMERS = 400
SEED = 2026


class NotEmpty(RuntimeError):
    """Somebody works here already; made-up customers have no business among theirs."""


@dataclass(frozen=True)
class Filled:
    """How much was written."""

    agents: int
    customers: int
    conversations: int
    orders: int


def fill(*, at: datetime, scale: float = 1.0, seed: int = SEED) -> Filled:
    """Write half a year of Fennimore Cycles, ending at `at`, in one transaction.

    The same `at`, `scale` and `seed` give the same result. `scale` 1 is 400 customers. Raises NotEmpty when the database
    has agents.
    """
    with transaction.atomic():
        if Agent.objects.exists():
            raise NotEmpty(_("There are agents in this database. The demo company only moves into an empty one."))
        at = at.replace(microsecond=0)
        lot = Random(seed)  # noqa: S311 - not for secrets
        agenda = Agenda(until=at)
        began = at - SPAN - timedelta(days=25)
        describe_business(name=company.NAME, by=SYSTEM, at=began)
        cast = _hire(began)
        set_targets(cast, began)
        change_agreement(is_on=True, days_alone=14, by=SYSTEM, at=began)
        stage = Stage(cast)
        crowd = people(lot, max(20, round(CUSTOMERS * scale)))
        lives = Lives(Teller(stage, agenda, seed), stage, agenda, lot, _companies(crowd, began))
        for person in crowd:
            lives.add(person)
        lives.trouble_with_hubs(round(50 * scale))
        lives.recalls(round(28 * scale))
        lives.on_paper(max(2, round(8 * scale)))
        lives.odd_letters()
        lives.open_work(max(23, round(28 * scale)))
        lin = cast.agents["lin"].actor
        for days, size in ((188, 80), (112, 95), (48, 95), (20, 110)):
            agenda.add(lives.wave(max(6, round(size * scale)), lin), at - timedelta(days=days, hours=3))
        chance = Random(seed + 1)  # noqa: S311 - not for secrets
        agenda.add(promising(chance, agenda), began + timedelta(days=28))
        for who in ("ada", "lin"):
            agenda.add(promises_of(cast.agents[who], (2,), chance, agenda), at - timedelta(days=3))
            agenda.add(promises_of(cast.agents[who], (0, 2), chance, agenda), at - timedelta(minutes=40))
        agenda.run()
        _call_for_each_other(cast, at)
        for who in ("ada", "lin"):
            _begin_a_letter(cast.agents[who], at)
        orders = sum(len(guest.orders) for guest in lives.guests.values())
        return Filled(len(cast.agents), len(lives.guests), Conversation.objects.count(), orders)


def _begin_a_letter(agent: Agent, at: datetime) -> None:
    """Leave something unsent on a desk, as people do."""
    waiting = visible_conversations(agent).open().filter(awaits_us_since_at__isnull=False)
    conversation = waiting.order_by("-last_touch_at", "-pk").first()
    if conversation is not None:
        words = _("Dear %(name)s,\n\nthank you for writing. I have asked in the workshop, and")
        said = words % {"name": conversation.customer.name.split(" ")[0] or _("customer")}
        save_draft(conversation, text=said, by=agent.actor, at=at - timedelta(minutes=25))


def _call_for_each_other(cast: Cast, at: datetime) -> None:
    """What agents find on their desks from each other: a name called in a note, and something that is no customer's."""
    for who, asker in (("ada", "lin"), ("lin", "ada")):
        agent, other = cast.agents[who], cast.agents[asker]
        seen = visible_conversations(agent).open().order_by("-last_touch_at", "-pk")
        conversation = seen.filter(assignee=other).first() or seen.first()
        if conversation is not None:
            words = _("@%(name)s you know the frame numbers of that year. Is this one of ours?") % {"name": agent.name}
            write_note(conversation, text=words, by=other.actor, at=at)
    doubtful = (
        visible_conversations(cast.agents["ada"]).open().unassigned().filter(touch_count=1).order_by("-pk").first()
    )
    if doubtful is not None:
        mark_spam(doubtful, by=cast.agents["lin"].actor, at=at)


def _hire(at: datetime) -> Cast:
    """Teams, colleagues, their administrator, mailboxes that lay what is written into the outbox, and how we ask."""
    teams = {key: create_team(name, by=SYSTEM, at=at) for key, name in company.TEAMS.items()}
    signing_in = {address for address, _role in company.DEMO_SIGN_INS}
    agents: dict[str, Agent] = {}
    for colleague in company.COLLEAGUES:
        address = f"{colleague.key}@{company.DOMAIN}"
        agents[colleague.key] = create_agent(
            email=address,
            name=colleague.name,
            role=colleague.role,
            teams=[teams[team] for team in colleague.teams],
            password=company.DEMO_PASSWORD if address in signing_in else None,
            time_zone=company.ZONE,
            by=SYSTEM,
            at=at,
        )
        change_agent(agents[colleague.key], signature=f"{colleague.name}\n{company.NAME}", by=SYSTEM, at=at)
    create_agent(
        email=f"root@{company.DOMAIN}",
        name="Ruth Ottley",
        role="administrator",
        password=company.DEMO_PASSWORD,
        time_zone=company.ZONE,
        by=SYSTEM,
        at=at,
    )
    for name, local, team in company.MAILBOXES:
        add_mailbox(
            name=f"{company.NAME}, {name}",
            address=f"{local}@{company.DOMAIN}",
            team=teams[team],
            outgoing="outbox",
            by=SYSTEM,
            at=at,
        )
    change_policy(is_on=True, delay_minutes=60, level_share=45, ease_share=15, by=agents["lin"].actor, at=at)
    telephones = {
        key: add_telephone(f"{company.NAME}, {name}", team=teams[key], by=SYSTEM, at=at)[0]
        for key, name in company.TEAMS.items()
    }
    return Cast(
        agents=agents, teams=teams, telephones=telephones, colleagues={each.key: each for each in company.COLLEAGUES}
    )


def _companies(crowd: list[Person], at: datetime) -> dict[str, Company]:
    """Every firm and department somebody in the crowd belongs to."""
    firms: dict[str, Company] = {}
    for person in crowd:
        if person.firm and person.firm not in firms:
            domain = "" if person.is_internal else firm_domain(person.firm)
            firms[person.firm] = create_company(
                person.firm, domain=domain, is_internal=person.is_internal, by=SYSTEM, at=at
            )
    return firms


# A process that is started goes with whoever has started it: theirs is the worker, who begins what waits.
STARTERS = ("ladder.start_estimation", "patterns.start_study", "training.start_round")


def settle(*, at: datetime) -> None:
    """Run every errand until nothing is left, so that grades and numbers are there when the first page is opened."""
    for waiting in [each for each in ERRANDS.values() if each.name not in STARTERS] * 2:
        while waiting(at=at):
            continue
