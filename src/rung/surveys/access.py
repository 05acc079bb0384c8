"""Gates: who may open an invitation, and which customers and resolutions asking concerns.

A customer has no account: the signed link is the key to this one invitation.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404

from rung.customers.access import Address, Customer, Purpose, refused
from rung.surveys.models import Answer, Invitation, InvitationQuerySet, Policy, Refusal
from rung.surveys.rules import CLASH, RELATIONSHIP_REST, Question, accepts, values
from rung.surveys.tokens import BadToken, read_token, without_links
from rung.touchpoints.access import Conversation

__all__ = [
    "Answer",
    "Invitation",
    "OpenedLink",
    "Policy",
    "answers_of",
    "comments_of",
    "content_in",
    "conversation_resolved",
    "due_invitations",
    "eligible_customers",
    "has_refused",
    "opened_link",
    "present_policy",
    "without_links",
]


@dataclass(frozen=True)
class OpenedLink:
    """What a valid link leads to: the invitation, the answer it names, the answer given so far, and whether it is open."""

    invitation: Invitation
    value: int | None
    answer: Answer | None
    is_open: bool


def opened_link(token: str, *, at: datetime) -> OpenedLink:
    """Raises Http404 for a link that is not ours or leads nowhere any more."""
    try:
        nonce, value = read_token(token)
    except BadToken as bad:
        raise Http404("no such link") from bad
    invitation = Invitation.objects.select_related("conversation", "customer").filter(nonce=nonce).first()
    if invitation is None or (value is not None and value not in values(invitation.question)):
        raise Http404("no such invitation")
    answer = Answer.objects.filter(invitation=invitation).first()
    is_open = accepts(sent_at=invitation.sent_at, answered_at=answer.answered_at if answer else None, at=at)
    return OpenedLink(invitation, value, answer, is_open)


def has_refused(customer: Customer) -> bool:
    """Whether a person wants no more questions."""
    return (
        Refusal.objects.filter(customer=customer).exists()
        or refused(Purpose.SURVEYS).filter(customer=customer).exists()
    )


@dataclass(frozen=True, slots=True)
class Given:
    """What a person answered to one question, as they chose it last, with their own words."""

    question: str
    value: int
    comment: str
    answered_at: datetime


def answers_of(customer: int, conversations: QuerySet[Conversation]) -> list[Given]:
    """What a person answered after some conversations, the first first."""
    theirs = Answer.objects.filter(
        invitation__customer=customer, invitation__conversation__in=conversations.values("pk")
    )
    return [
        Given(each.invitation.get_question_display(), each.value, each.comment, each.answered_at)
        for each in theirs.select_related("invitation").order_by("answered_at", "pk")
    ]


def comments_of(invitations: Iterable[int]) -> dict[int, str]:
    """What people added to their answers, in their own words, by invitation. No query when there is none to ask about."""
    wanted = set(invitations)
    if not wanted:
        return {}
    return dict(Answer.objects.filter(invitation__in=wanted).exclude(comment="").values_list("invitation", "comment"))


def content_in(conversations: Iterable[int]) -> set[int]:
    """In which of these conversations the customer themselves said that they were served as expected or better. No query
    when there is none to ask about."""
    wanted = list(conversations)
    if not wanted:
        return set()
    level, csat = (
        Q(invitation__question=Question.LEVEL, value__gte=3),
        Q(invitation__question=Question.CSAT, value__gte=4),
    )
    content = Answer.objects.filter(level | csat, invitation__conversation__in=wanted)
    return set(content.values_list("invitation__conversation", flat=True))


def present_policy() -> Policy:
    """The policy that holds; before anybody has decided, the default, which has no key."""
    return Policy.objects.order_by("-pk").first() or Policy(changed_at=datetime.fromtimestamp(0, UTC))


def due_invitations(*, at: datetime, limit: int) -> list[Invitation]:
    return list(Invitation.objects.due(at).order_by("due_at", "pk")[:limit])


def conversation_resolved(pk: int) -> Conversation | None:
    """For the reaction: the conversation, unless it is gone."""
    return Conversation.objects.filter(pk=pk).first()


def eligible_customers(*, at: datetime) -> QuerySet[Customer]:
    """Who may be asked how likely they would recommend us: people from outside whom we have served, whose e-mail address
    works, who do not refuse questions, and who were not asked this within 180 days, nor anything within a week (asked, or
    about to be)."""
    asked = InvitationQuerySet(Invitation).filter(customer=OuterRef("pk")).counting()
    reachable = Address.objects.filter(customer=OuterRef("pk"), kind="email", failing_since_at__isnull=True)
    return Customer.objects.filter(
        Exists(reachable),
        ~Exists(Refusal.objects.filter(customer=OuterRef("pk"))),
        ~Exists(refused(Purpose.SURVEYS).filter(customer=OuterRef("pk"))),
        Exists(Conversation.objects.filter(customer=OuterRef("pk"))),
        ~Exists(asked.relationship().filter(due_at__gt=at - RELATIONSHIP_REST)),
        ~Exists(asked.filter(due_at__gt=at - CLASH)),
        is_internal=False,
    )
