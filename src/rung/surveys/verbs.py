"""The only writes to invitations, answers and the policy of asking."""

import random
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from rung.business.access import shown_name
from rung.core.actor import SYSTEM, Actor
from rung.core.seen import UNSEEN, Seen, differences
from rung.core.text import storable
from rung.customers.access import Customer, email_of
from rung.journal.verbs import record
from rung.surveys.access import eligible_customers, has_refused, present_policy
from rung.surveys.events import (
    SurveyAnswered,
    SurveyCommented,
    SurveyOffered,
    SurveyPolicyChanged,
    SurveysAllowed,
    SurveySkipped,
    SurveysRefused,
)
from rung.surveys.letters import AskingLetter, asking_letter
from rung.surveys.models import Answer, Invitation, Policy, Refusal, State
from rung.surveys.rules import (
    RELATIONSHIP_REST,
    Case,
    Question,
    Reason,
    Verdict,
    accepts,
    delay_of,
    judge,
    question_for,
    values,
)
from rung.surveys.speaking import language_for
from rung.surveys.tokens import link_token, new_nonce
from rung.touchpoints.access import Conversation
from rung.touchpoints.verbs import give_notice

COMMENT_LENGTH = 5000
COMPLAINTS = ("complaint", "escalation")


@transaction.atomic
def change_policy(
    *,
    is_on: bool,
    delay_minutes: int,
    level_share: int,
    ease_share: int = 0,
    seen: Seen = UNSEEN,
    by: Actor,
    at: datetime,
) -> Policy:
    """Decide whether, when and what customers are asked after a resolution. Nothing happens when nothing changes.

    `level_share`, `ease_share`: per cent of the questions that are the six levels, and how easy it was. Raises
    ValidationError where one of them or both together lie outside 0 to 100, Overtaken when somebody else was quicker.
    """
    for name, shared in (
        ("level_share", level_share),
        ("ease_share", ease_share),
        ("ease_share", level_share + ease_share),
    ):
        if not 0 <= shared <= 100:
            raise ValidationError({name: _("A share lies between 0 and 100 per cent.")})
    # Each change is a row; whoever changes the newest holds it, so that of two at a moment the second sees the first.
    list(Policy.objects.order_by("-pk").select_for_update()[:1])
    present = present_policy()
    asked = {"is_on": is_on, "delay_minutes": delay_minutes, "level_share": level_share, "ease_share": ease_share}
    before = {name: getattr(present, name) for name in asked}
    settled = seen.settled(asked, before)
    if settled["level_share"] + settled["ease_share"] > 100:
        raise ValidationError({"ease_share": _("Together the two shares are more than 100 per cent.")})
    if present.pk and settled == before:
        return present
    policy = Policy.objects.create(**settled, changed_by_id=by.agent_key, changed_at=at)
    fact = SurveyPolicyChanged(**settled, values=differences(settled, before))
    record(fact, by=by, at=at)
    return policy


@transaction.atomic
def offer_invitation(
    conversation: Conversation, *, resolved_at: datetime, by: Actor, at: datetime, nonce: str = ""
) -> Invitation:
    """Decide about asking after a resolution: schedule the question, or keep why it is not asked.

    `by` is who resolved. The same resolution twice gives the first invitation and changes nothing.
    """
    customer = _locked(conversation)
    others = list(Invitation.objects.filter(customer=customer))
    known = next((each for each in others if _follows(each, conversation, resolved_at)), None)
    if known is not None:
        return known
    policy = present_policy()
    verdict = judge(_case(conversation, customer, policy, resolved_at, by.is_agent, others), at=at)
    nonce = nonce or new_nonce()
    question = question_for(nonce, policy.level_share, policy.ease_share)
    invitation = Invitation.objects.create(
        conversation=conversation,
        resolved_at=resolved_at,
        customer=customer,
        question=question,
        offered_at=at,
        due_at=max(at, resolved_at + delay_of(question, policy.delay_minutes)),
        nonce=nonce,
    )
    if verdict.kind == "skip":
        skip_invitation(invitation, reason=verdict.reason, by=SYSTEM, at=at)
    return invitation


@transaction.atomic
def skip_invitation(invitation: Invitation, *, reason: str, by: Actor, at: datetime) -> None:
    """Do not ask, and keep why. Nothing happens once the question is out."""
    if not Invitation.objects.filter(pk=invitation.pk, state=State.SCHEDULED).update(
        state=State.SKIPPED, reason=reason
    ):
        return
    invitation.state, invitation.reason = State.SKIPPED, reason
    record(
        SurveySkipped(
            invitation=invitation.pk,
            customer=invitation.customer_id,
            conversation=invitation.conversation_id,
            question=invitation.question,
            reason=reason,
        ),
        by=by,
        at=at,
    )


@transaction.atomic
def send_invitation(invitation: Invitation, *, by: Actor, at: datetime) -> None:
    """Hand the letter to the door, after looking once more whether we still may: it can be too late, or a bad day.

    Nothing happens for an invitation that is no longer scheduled.
    """
    invitation = Invitation.objects.select_for_update(of=("self",)).select_related("conversation").get(pk=invitation.pk)
    if not invitation.is_scheduled():
        return
    conversation = invitation.conversation
    customer = _locked(conversation)
    verdict = _verdict_before_sending(invitation, conversation, customer, at)
    if verdict.kind == "skip":
        skip_invitation(invitation, reason=verdict.reason, by=by, at=at)
        return
    if verdict.kind == "wait" and verdict.until is not None:
        Invitation.objects.filter(pk=invitation.pk).update(due_at=verdict.until)
        return
    letter = _letter(invitation, conversation, customer)
    touchpoint = give_notice(
        conversation,
        customer=customer,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        unsubscribe=_stop_link(invitation),
        by=by,
        at=at,
    )
    Invitation.objects.filter(pk=invitation.pk).update(state=State.SENT, sent_at=at, touchpoint=touchpoint)
    fact = SurveyOffered(
        invitation=invitation.pk,
        customer=customer.pk,
        conversation=conversation.pk,
        question=invitation.question,
    )
    record(fact, by=by, at=at)


@transaction.atomic
def answer_invitation(invitation: Invitation, *, value: int, by: Actor, at: datetime) -> Answer:
    """Keep the customer's answer, the first or a changed one. The same answer again changes nothing.

    Raises ValidationError when the question does not take the value, was never asked, or the time to answer is over.
    """
    invitation = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    answer = Answer.objects.filter(invitation=invitation).first()
    if value not in values(invitation.question):
        raise ValidationError(_("This question does not take that answer."))
    if not accepts(sent_at=invitation.sent_at, answered_at=answer.answered_at if answer else None, at=at):
        raise ValidationError(_("The time to answer this question is over."))
    if answer is None:
        answer = Answer.objects.create(invitation=invitation, value=value, answered_at=at)
        Invitation.objects.filter(pk=invitation.pk).update(state=State.ANSWERED)
    elif answer.value == value:
        return answer
    else:
        Answer.objects.filter(pk=answer.pk).update(value=value, changed_at=at)
        answer.value, answer.changed_at = value, at
    fact = SurveyAnswered(
        invitation=invitation.pk,
        customer=invitation.customer_id,
        conversation=invitation.conversation_id,
        question=invitation.question,
        value=value,
    )
    record(fact, by=by, at=at)
    return answer


@transaction.atomic
def refuse_surveys(invitation: Invitation, *, by: Actor, at: datetime) -> None:
    """Ask the person of an invitation nothing more, nor what was about to be asked. Twice is once."""
    _refusal, is_new = Refusal.objects.get_or_create(
        customer_id=invitation.customer_id, defaults={"invitation": invitation, "refused_at": at}
    )
    if not is_new:
        return
    fact = SurveysRefused(
        invitation=invitation.pk, customer=invitation.customer_id, conversation=invitation.conversation_id
    )
    record(fact, by=by, at=at)
    for scheduled in Invitation.objects.filter(customer_id=invitation.customer_id, state=State.SCHEDULED):
        skip_invitation(scheduled, reason=str(Reason.REFUSED.value), by=by, at=at)


@transaction.atomic
def allow_surveys(invitation: Invitation, *, by: Actor, at: datetime) -> None:
    """Take a refusal back."""
    if Refusal.objects.filter(customer_id=invitation.customer_id).delete()[0]:
        fact = SurveysAllowed(
            invitation=invitation.pk, customer=invitation.customer_id, conversation=invitation.conversation_id
        )
        record(fact, by=by, at=at)


@transaction.atomic
def comment_answer(answer: Answer, *, comment: str, by: Actor, at: datetime) -> None:
    """Keep what the customer says in words; at most COMMENT_LENGTH characters. Saying nothing changes nothing."""
    comment = storable(comment).strip()[:COMMENT_LENGTH]
    if not comment or not Answer.objects.filter(pk=answer.pk).exclude(comment=comment).update(comment=comment):
        return
    answer.comment = comment
    invitation = answer.invitation
    fact = SurveyCommented(
        invitation=invitation.pk, customer=invitation.customer_id, conversation=invitation.conversation_id
    )
    record(fact, by=by, at=at)


@transaction.atomic
def invite_customers(
    *, size: int, lot: random.Random, by: Actor, at: datetime, nonce: Callable[[], str] = new_nonce
) -> list[Invitation]:
    """Ask at most `size` customers, drawn by `lot` among those who may be asked, how likely they would recommend us.

    The letters go out by the errand that sends all invitations.
    """
    candidates = list(eligible_customers(at=at).order_by("pk").values_list("pk", flat=True))
    chosen = sorted(lot.sample(candidates, min(size, len(candidates))))
    people = Customer.objects.filter(pk__in=chosen).order_by("pk").prefetch_related("conversations")
    invitations = []
    for customer in people:
        latest = max(
            customer.conversations.all(), key=lambda conversation: (conversation.last_touch_at, conversation.pk)
        )
        invitations.append(
            Invitation.objects.create(
                customer=customer,
                conversation=latest,
                question=Question.NPS,
                offered_at=at,
                due_at=at,
                nonce=nonce(),
            )
        )
    return invitations


def _locked(conversation: Conversation) -> Customer:
    """The customer, locked: two matters of one person settled at once must not both be asked about."""
    return Customer.objects.select_for_update().get(pk=conversation.customer_id)


def _follows(invitation: Invitation, conversation: Conversation, resolved_at: datetime) -> bool:
    return invitation.conversation_id == conversation.pk and invitation.resolved_at == resolved_at


def _case(
    conversation: Conversation,
    customer: Customer,
    policy: Policy,
    resolved_at: datetime,
    by_person: bool,
    others: Iterable[Invitation],
) -> Case:
    """`others`: this person's invitations but the one it is about."""
    counting = [each for each in others if each.state != State.SKIPPED]
    zone = customer.zone or ZoneInfo(settings.TIME_ZONE)
    return Case(
        resolved_at=resolved_at,
        is_on=policy.is_on,
        is_automatic=not conversation.touchpoints.filter(is_automatic=False).exists(),
        by_person=by_person,
        has_refused=has_refused(customer),
        has_address=bool(email_of(customer)),
        is_resolved=conversation.is_resolved() and conversation.resolved_at == resolved_at,
        transactional_at=max((each.due_at for each in counting if each.question != Question.NPS), default=None),
        relationship_at=max((each.due_at for each in counting if each.question == Question.NPS), default=None),
        complained_on=_complained_on(customer, zone, resolved_at),
        zone=zone,
    )


def _complained_on(customer: Customer, zone: ZoneInfo, resolved_at: datetime) -> frozenset[date]:
    """Days on which this person complained, by their letter or by our noting it, as far back as can matter."""
    since = resolved_at - timedelta(days=2)
    moments = customer.touchpoints.filter(
        Q(signals__noted_at__gte=since) | Q(occurred_at__gte=since),
        signals__kind__in=COMPLAINTS,
        signals__withdrawn_at__isnull=True,
    ).values_list("occurred_at", "signals__noted_at")
    return frozenset(moment.astimezone(zone).date() for pair in moments for moment in pair)


def _verdict_before_sending(
    invitation: Invitation, conversation: Conversation, customer: Customer, at: datetime
) -> Verdict:
    if invitation.resolved_at is not None:
        others = Invitation.objects.filter(customer=customer).exclude(pk=invitation.pk)
        case = _case(conversation, customer, present_policy(), invitation.resolved_at, True, others)
        return judge(case, at=at)
    # A wave asks people at once, so the rules of its drawing still hold, but for what came in between.
    zone = customer.zone or ZoneInfo(settings.TIME_ZONE)
    case = Case(
        resolved_at=at,
        has_refused=has_refused(customer),
        has_address=bool(email_of(customer)),
        complained_on=_complained_on(customer, zone, at),
        zone=zone,
    )
    asked = Invitation.objects.filter(customer=customer).relationship().asked().exclude(pk=invitation.pk)
    if asked.filter(sent_at__gt=at - RELATIONSHIP_REST).exists():
        return Verdict("skip", reason=str(Reason.ASKED_RECENTLY.value))
    return judge(case, at=at)


def _letter(invitation: Invitation, conversation: Conversation, customer: Customer) -> AskingLetter:
    base = settings.BASE_URL

    def link(value: int | None) -> str:
        return base + reverse("surveys:question", args=[link_token(invitation.nonce, value)])

    language = language_for(customer)
    with translation.override(language):
        return asking_letter(
            invitation.question,
            customer_name=customer.name,
            matter=conversation.subject,
            link=link,
            stop=_stop_link(invitation),
            company=shown_name(),
            language=language,
        )


def _stop_link(invitation: Invitation) -> str:
    return settings.BASE_URL + reverse("surveys:stop", args=[link_token(invitation.nonce, None)])


@transaction.atomic
def forget_comments(people: Sequence[int], *, by: Actor, at: datetime) -> None:
    """What a forgotten person chose stays and counts; their words about it go."""
    Answer.objects.filter(invitation__customer__in=people).update(comment="")
