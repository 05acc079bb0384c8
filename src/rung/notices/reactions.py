"""What people are told of.

One reaction for all of it: letters in conversations that are nobody's cost one look at all of those conversations.
"""

from collections.abc import Sequence
from datetime import timedelta

from rung.channels.email.access.consent import has_lost_consent
from rung.channels.email.access.mailbox import is_in_trouble
from rung.channels.email.events import (
    BrakeReleased,
    ConsentEnded,
    ConsentGiven,
    MailboxBraked,
    MailboxChanged,
    MailboxClosed,
    MailboxFailed,
    MailboxPaused,
    MailboxRecovered,
)
from rung.channels.inhouse.events import RequestAnswered, RequestMade
from rung.core import clock
from rung.core.actor import SYSTEM
from rung.journal.access import Entry
from rung.journal.reacting import Told, reacts_to
from rung.notices.access import Kind
from rung.notices.telling import handings_on, may_concern, told_of, told_of_mailbox
from rung.notices.verbs import (
    Concern,
    give_notices,
    move_notices,
    read_notices_of_mailbox,
    read_own_notices,
    take_back_own_notices,
)
from rung.promises.events import DeadlineMissed, DeadlineNearing, PromiseDue, PromiseNearing
from rung.rules.events import RuleHeld, RuleTold
from rung.touchpoints.access import Conversation
from rung.touchpoints.events import (
    AsideAnswered,
    ColleagueCalled,
    ConversationAnswered,
    ConversationAssigned,
    ConversationJoined,
    ConversationReopened,
    ConversationResolved,
    ConversationSnoozed,
    NoteWritten,
    RequestSettled,
    SnoozeEnded,
    SpamMarked,
    TouchpointLogged,
    TouchpointReceived,
    TouchpointUndelivered,
)
from rung.training.access import Opportunity
from rung.training.events import AgreementChanged, OpportunityFound, OpportunitySeen

# What is older when we learn of it is history: imported, or told again. A bell that rings for it would cry wolf.
NEWS = timedelta(days=3)


@reacts_to(
    *(ColleagueCalled, NoteWritten, ConversationAssigned),
    *(TouchpointReceived, AsideAnswered, TouchpointUndelivered, SnoozeEnded),
    *(ConversationAnswered, TouchpointLogged, ConversationSnoozed, ConversationResolved, ConversationReopened),
    SpamMarked,
    *(PromiseNearing, PromiseDue, DeadlineNearing, DeadlineMissed),
    *(RuleTold, RuleHeld),
    MailboxBraked,
    *(RequestMade, RequestAnswered, RequestSettled),
    at_once=True,
)
def tell_those_concerned(told: Sequence[Told]) -> None:
    """Give everybody concerned a notice, each their own way."""
    at = clock.now()
    news = [(event, entry) for event, entry in told if at - entry.occurred_at <= NEWS]
    if not news:
        return
    wanted = Conversation.objects.only("state", "assignee", "beside")
    conversations = wanted.in_bulk({event.conversation for event, _entry in news})
    concerning = [
        (event, entry, conversation)
        for event, entry in news
        if (conversation := conversations.get(event.conversation)) is not None and may_concern(event, conversation)
    ]
    handed_on = handings_on(entry for _event, entry, _conversation in concerning)
    concerns = [
        Concern(conversation, entry, told_of(event, entry, conversation, handed_on))
        for event, entry, conversation in concerning
    ]
    if concerns := [each for each in concerns if each.told]:
        give_notices(concerns, by=SYSTEM, at=at)


@reacts_to(MailboxFailed, ConsentEnded)
def tell_who_can_mend_it(event: MailboxFailed | ConsentEnded, *, entry: Entry) -> None:
    """A mailbox that fails is nobody's conversation, and everybody's letters."""
    at = clock.now()
    if isinstance(event, MailboxFailed) and has_lost_consent(event.mailbox):
        return  # that is why it fails, and they are told of that
    if at - entry.occurred_at <= NEWS and is_in_trouble(event.mailbox):
        give_notices([Concern(None, entry, told_of_mailbox(event.mailbox))], by=SYSTEM, at=at)


@reacts_to(MailboxRecovered, ConsentGiven, MailboxChanged, MailboxPaused, MailboxClosed)
def know_that_it_is_mended(
    event: MailboxRecovered | ConsentGiven | MailboxChanged | MailboxPaused | MailboxClosed, *, entry: Entry
) -> None:
    if not is_in_trouble(event.mailbox):
        read_notices_of_mailbox(event.mailbox, Kind.MAILBOX, by=SYSTEM, at=entry.recorded_at)


@reacts_to(BrakeReleased)
def know_that_the_brake_is_released(event: BrakeReleased, *, entry: Entry) -> None:
    """One of those who lead has decided: the others have nothing left to do."""
    read_notices_of_mailbox(event.mailbox, Kind.BRAKE, by=SYSTEM, at=entry.recorded_at)


@reacts_to(OpportunityFound, at_once=True)
def tell_whom_it_is_about(told: Sequence[Told]) -> None:
    """Whom an opportunity is about hears of it first; nobody else is told at all."""
    at = clock.now()
    news = {event.opportunity: entry for event, entry in told if at - entry.occurred_at <= NEWS}
    theirs = Opportunity.objects.standing().filter(pk__in=news, agent__isnull=False, seen_at__isnull=True)
    give_notices(
        [Concern(None, news[pk], {agent: Kind.OPPORTUNITY}) for pk, agent in theirs.values_list("pk", "agent")],
        by=SYSTEM,
        at=at,
    )


@reacts_to(OpportunitySeen)
def know_that_they_have_seen_it(event: OpportunitySeen, *, entry: Entry) -> None:
    read_own_notices(event.agent, by=SYSTEM, at=entry.recorded_at)


@reacts_to(AgreementChanged)
def take_back_what_was_told_of_people(event: AgreementChanged, *, entry: Entry) -> None:
    """Switched off, what was found about people is gone, and so is the word of it."""
    if not event.is_on:
        take_back_own_notices(by=SYSTEM, at=entry.recorded_at)


@reacts_to(ConversationJoined)
def take_notices_along(event: ConversationJoined, *, entry: Entry) -> None:
    """What was told of a conversation is to be read where it has gone."""
    move_notices(event.conversation, into=event.into, by=SYSTEM, at=entry.recorded_at)
