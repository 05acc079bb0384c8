"""Gates: who may set up mailboxes; and which mailbox an address or a conversation belongs to."""

from collections.abc import Iterable

from django.db.models import Case, Q, QuerySet, When
from django.shortcuts import get_object_or_404

from rung.accounts.access import Agent, teams_of
from rung.channels.email.models import Mailbox, MailThread, SignIn, Stage
from rung.channels.email.models.mailbox import MailboxQuerySet
from rung.channels.email.tokens import bare_address
from rung.core.ahead import ahead
from rung.core.compiled import compiled
from rung.customers.addresses import in_letters, spellings
from rung.touchpoints.access import Conversation


def visible_mailboxes(agent: Agent) -> MailboxQuerySet:
    """Who may change them sees them all, others none: what stands there opens the company's mail."""
    mailboxes = Mailbox.objects.select_related("team")
    return mailboxes if agent.may("settings.mailboxes") else mailboxes.none()


def mailbox_for(agent: Agent, pk: int) -> Mailbox:
    return get_object_or_404(visible_mailboxes(agent), pk=pk)


def led_mailboxes(agent: Agent) -> MailboxQuerySet:
    """Those of which leads decide whether their automatic letters go on. Within a scope: their teams' ones."""
    mailboxes = Mailbox.objects.all() if agent.may("letters.see") else Mailbox.objects.none()
    if agent.sees_all:
        return mailboxes
    return mailboxes.filter(Q(team__in=teams_of(agent)) | Q(team__isnull=True))


def led_mailbox_for(agent: Agent, pk: int) -> Mailbox:
    return get_object_or_404(led_mailboxes(agent), pk=pk)


def mailboxes_looked_after(agent: Agent) -> MailboxQuerySet:
    """Those whose trouble is this agent's to know: of who sees how letters arrive, within a scope of their teams' ones."""
    if not (agent.may("letters.see") or agent.may("settings.mailboxes")):
        return Mailbox.objects.none()
    mailboxes = Mailbox.objects.active()
    if agent.sees_all or agent.may("settings.mailboxes"):
        return mailboxes
    return mailboxes.filter(Q(team__in=teams_of(agent)) | Q(team__isnull=True))


def mailboxes_in_trouble(agent: Agent) -> MailboxQuerySet:
    """Of those, the ones at which letters do not come or answers do not leave."""
    return _in_trouble(mailboxes_looked_after(agent)).select_related("consent")


def is_in_trouble(mailbox: int) -> bool:
    """Whether letters do not come to a mailbox, by primary key, or answers do not leave from it."""
    return _in_trouble(Mailbox.objects.active().filter(pk=mailbox)).exists()


def _in_trouble(mailboxes: MailboxQuerySet) -> MailboxQuerySet:
    """Not while one is being connected, or rests."""
    is_ended = Q(sign_in=SignIn.OAUTH, consent__ended_at__isnull=False)
    return mailboxes.filter(is_ended | ~Q(last_error="") | ~Q(sending_error=""), stage=Stage.LIVE)


def agents_looking_after(mailbox: int) -> list[int]:
    """Primary keys of those who are told when a mailbox, by primary key, fails."""
    team = Mailbox.objects.values_list("team", flat=True).get(pk=mailbox)
    here = Agent.objects.active().prefetch_related("teams")
    return [agent.pk for agent in here if _looks_after(agent, team)]


def _looks_after(agent: Agent, team: int | None) -> bool:
    if agent.may("settings.mailboxes"):
        return True
    is_near = agent.sees_all or team is None or team in {each.pk for each in agent.teams.all()}
    return agent.may("letters.see") and is_near


def mailbox_for_addresses(addresses: Iterable[str]) -> Mailbox | None:
    """The active mailbox a letter to these addresses is for; one query.

    An address that is written exactly so goes before one that only is without its plus part; among equals the order of
    `addresses` decides.
    """
    wanted = [address.strip().lower() for address in addresses if "@" in address]
    # Servers on the way write the domain as DNS knows it, whoever set up the mailbox perhaps in letters.
    wanted = [each for address in wanted for each in dict.fromkeys((address, in_letters(address)))]
    ranked = list(dict.fromkeys([*wanted, *map(bare_address, wanted)]))
    if not ranked:
        return None
    found = {mailbox.address: mailbox for mailbox in Mailbox.objects.active().filter(address__in=ranked)}
    return next((found[address] for address in ranked if address in found), None)


def mailbox_of(conversation: Conversation) -> Mailbox | None:
    """The mailbox a conversation is answered from: the one it runs through, else its team's, else the first there is."""
    return next(iter(_first_active(conversation.pk, conversation.beside_id, conversation.team_id)), None)


@ahead(lambda page: (page.conversation, page.beside, page.team))
@compiled
def _first_active(conversation: int, beside: int | None, team: int | None) -> QuerySet[Mailbox]:
    # What is asked beside a conversation comes from the address that its customer knows.
    through = [each for each in (conversation, beside) if each is not None]
    near = [Q(pk__in=MailThread.objects.filter(conversation=each).values("mailbox")) for each in through]
    near += [Q(team=team)] if team is not None else []
    rank = Case(*(When(each, then=place) for place, each in enumerate(near)), default=len(near))
    return Mailbox.objects.active().select_related("team").order_by(rank, "pk")[:1]


def mailboxes_through(conversations: Iterable[int]) -> dict[int, int]:
    """Through which mailbox each of these conversations runs, as primary keys; those through none are left out."""
    threads = MailThread.objects.filter(conversation__in=list(conversations))
    return dict(threads.values_list("conversation_id", "mailbox_id"))


def mailbox_names() -> list[tuple[int, str]]:
    """Key and address of all our mailboxes, for a choice among them."""
    return list(Mailbox.objects.order_by("address").values_list("pk", "address"))


def own_addresses() -> frozenset[str]:
    """The addresses of all our mailboxes, active or not, in lower case; domains in letters also as DNS spells them."""
    return frozenset(spellings([*(written := _addresses()), *map(in_letters, written)]))


@ahead(lambda page: ())
@compiled
def _addresses() -> QuerySet[Mailbox, str]:
    return Mailbox.objects.values_list("address", flat=True)
