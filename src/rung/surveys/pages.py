"""What one screen of the room needs, as plain values."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count
from django.utils.timezone import get_default_timezone
from django.utils.translation import gettext as _

from rung.business.access import shown_name
from rung.core.proportion import TOLD_FROM, wilson_ends
from rung.surveys.access import OpenedLink, eligible_customers, present_policy
from rung.surveys.forms import CommentForm, PolicyForm, WaveForm
from rung.surveys.models import Invitation, State
from rung.surveys.rules import CHANGEABLE, Question, Reason
from rung.surveys.tokens import form_proof, link_token
from rung.surveys.wording import label, options, stem
from rung.ui.dates import date_format
from rung.ui.figures import percent

LOOK_BACK = timedelta(days=90)


@dataclass(frozen=True)
class Option:
    value: int
    label: str
    is_chosen: bool


@dataclass(frozen=True)
class QuestionPage:
    """The page behind a link. It shows; only its form records. `goes_by_itself`: one answer was clicked in the letter, so
    the form may be sent as soon as a person is seen to be there."""

    stem: str
    options: tuple[Option, ...]
    given: str
    proof: str
    action: str
    in_a_row: bool
    goes_by_itself: bool


@dataclass(frozen=True)
class WhyPage:
    given: str
    form: CommentForm
    action: str
    change: str
    until: str
    is_open: bool


@dataclass(frozen=True)
class ClosedPage:
    """A kind word where a link leads nowhere: `reason` is unknown, over, colleague or stale_form."""

    reason: str
    again: str = ""


@dataclass(frozen=True)
class StopPage:
    """Where a customer says that they want no more questions, or that they want them again."""

    has_stopped: bool


@dataclass(frozen=True)
class Figure:
    label: str
    count: int
    share: str
    interval: str


@dataclass(frozen=True)
class QuestionFigures:
    label: str
    asked: int
    answered: int
    rate: str
    interval: str


@dataclass(frozen=True)
class SettingsPage:
    form: PolicyForm
    wave: WaveForm
    eligible: int
    would_be_asked: int
    settled: int
    asked: int
    scheduled: int
    coverage: str
    coverage_interval: str
    skipped: tuple[Figure, ...]
    questions: tuple[QuestionFigures, ...]
    days: int


def question_page(opened: OpenedLink, *, chosen: int | None, action: str, at: datetime) -> QuestionPage:
    """`chosen`: the answer to show as chosen, by the link or by a form sent without one."""
    question = opened.invitation.question
    answer = opened.answer
    return QuestionPage(
        stem=stem(question, company=shown_name()),
        # In a row the ends of the scale stand above it, so each box holds only its number.
        options=tuple(
            Option(value, str(value) if question == Question.NPS else words, value == chosen)
            for value, words in options(question)
        ),
        given=label(question, answer.value) if answer else "",
        proof=form_proof(opened.invitation.nonce, at=at),
        action=action,
        in_a_row=question == Question.NPS,
        goes_by_itself=opened.value is not None and answer is None,
    )


def why_page(opened: OpenedLink, *, form: CommentForm, action: str, change: str) -> WhyPage:
    """For an invitation that has an answer."""
    answer = opened.answer
    if answer is None:
        raise ValueError("nothing was answered yet")
    until = (answer.answered_at + CHANGEABLE).astimezone(opened.invitation.customer.zone or get_default_timezone())
    return WhyPage(
        given=label(opened.invitation.question, answer.value),
        form=form,
        action=action,
        change=change,
        until=date_format(until, "j M Y"),
        is_open=opened.is_open,
    )


def link_for(opened: OpenedLink, value: int | None) -> str:
    """The token that names the same invitation with another answer."""
    return link_token(opened.invitation.nonce, value)


def per_cent(part: int, whole: int) -> str:
    """ "–" where there are too few for a share to say anything."""
    return percent(part / whole) if whole >= TOLD_FROM else "–"


def ends(part: int, whole: int) -> str:
    """ "12 % to 20 %", the 95 % interval of a share, or in few words why there is none."""
    if whole < TOLD_FROM:
        return _("fewer than %(n)s") % {"n": TOLD_FROM} if whole else ""
    low, high = wilson_ends(part, whole)
    return _("%(low)s to %(high)s") % {"low": percent(low), "high": percent(high)}


def _interval(part: int, whole: int) -> str:
    told = ends(part, whole)
    return _("95\u00a0%%: %(interval)s") % {"interval": told} if whole >= TOLD_FROM else told


def settings_page(*, form: PolicyForm | None = None, wave: WaveForm | None = None, at: datetime) -> SettingsPage:
    """Policy, wave, and for the last 90 days who was asked, who was not and why, and who answered."""
    policy = present_policy()
    if form is None:
        form = PolicyForm(
            initial={
                "is_on": policy.is_on,
                "delay_minutes": policy.delay_minutes,
                "level_share": policy.level_share,
                "ease_share": policy.ease_share,
            }
        )
    wave = wave or WaveForm(initial={"size": 50})
    offered = Invitation.objects.offered_since(at - LOOK_BACK)
    counts: dict[tuple[str, str, str], int] = {
        (row["question"], row["state"], row["reason"]): row["count"]
        for row in offered.order_by().values("question", "state", "reason").annotate(count=Count("pk"))
    }
    transactional = {key: count for key, count in counts.items() if key[0] != Question.NPS}
    settled = sum(transactional.values())
    asked = _sum(transactional, State.SENT, State.ANSWERED)
    reasons: dict[str, int] = {}
    for (_question, state, reason), count in transactional.items():
        if state == State.SKIPPED:
            reasons[reason] = reasons.get(reason, 0) + count
    eligible = eligible_customers(at=at).count()
    return SettingsPage(
        form=form,
        wave=wave,
        eligible=eligible,
        would_be_asked=min(wave.wanted(), eligible),
        settled=settled,
        asked=asked,
        scheduled=_sum(counts, State.SCHEDULED),
        coverage=per_cent(asked, settled),
        coverage_interval=_interval(asked, settled),
        skipped=tuple(
            Figure(str(Reason(reason).label), count, per_cent(count, settled), ends(count, settled))
            for reason, count in sorted(reasons.items(), key=lambda pair: (-pair[1], pair[0]))
        ),
        questions=tuple(_figures(question, counts) for question in Question),
        days=LOOK_BACK.days,
    )


def _figures(question: Question, counts: dict[tuple[str, str, str], int]) -> QuestionFigures:
    own = {key: count for key, count in counts.items() if key[0] == question}
    asked = _sum(own, State.SENT, State.ANSWERED)
    answered = _sum(own, State.ANSWERED)
    return QuestionFigures(str(question.label), asked, answered, per_cent(answered, asked), ends(answered, asked))


def _sum(counts: dict[tuple[str, str, str], int], *states: str) -> int:
    return sum(count for (_question, state, _reason), count in counts.items() if state in states)
