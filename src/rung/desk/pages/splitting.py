"""What is put into a conversation of its own: one touchpoint, or all from it on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from rung.core.text import snippet
from rung.desk.pages.naming import know_addresses, name_of
from rung.desk.pages.rows import conversation_href
from rung.touchpoints.access import Touchpoint
from rung.touchpoints.subjects import title_of


@dataclass(frozen=True)
class SplittingPage:
    """`later`: how many touchpoints came after it; `title`: what the new conversation would be called."""

    number: int
    href: str
    subject: str
    touchpoint: int
    who: str
    at: datetime
    beginning: str
    later: int
    title: str


def splitting_page(touchpoint: Touchpoint) -> SplittingPage:
    conversation = touchpoint.conversation
    know_addresses([touchpoint.customer])
    moment = touchpoint.occurred_at
    after = Q(occurred_at__gt=moment) | Q(occurred_at=moment, pk__gt=touchpoint.pk)
    ours = touchpoint.agent.name if touchpoint.agent else _("Rung")
    return SplittingPage(
        number=conversation.number,
        href=f"{conversation_href(conversation.number)}#t{touchpoint.pk}",
        subject=conversation.subject or _("(no subject)"),
        touchpoint=touchpoint.pk,
        who=ours if touchpoint.direction == "out" else name_of(touchpoint.customer),
        at=moment,
        beginning=snippet(touchpoint.beginning, 240),
        later=conversation.touchpoints.filter(after).count(),
        title=title_of(touchpoint.subject) or conversation.subject,
    )
