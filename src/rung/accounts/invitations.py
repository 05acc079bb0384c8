"""A letter with the link by which someone sets a password: the way into a new seat."""

from dataclasses import dataclass
from smtplib import SMTPException

import structlog
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from rung.accounts.access import provider_instead_of_password
from rung.accounts.adapter import password_link
from rung.accounts.models import Agent
from rung.core.actor import Actor

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Invitation:
    """The link is good until it is used or PASSWORD_RESET_TIMEOUT has passed; `was_sent` tells whether the mail left. With
    `through`, the name of the provider that has taken the password's place, it leads to the sign-in page."""

    link: str
    was_sent: bool
    through: str = ""


def invite(agent: Agent, *, by: Actor) -> Invitation:
    """Mail the link. A mail server that refuses is logged and told, not raised: the link can be handed over by hand."""
    instead = provider_instead_of_password(agent)
    through = instead.name if instead else ""
    if instead:
        link = f"{settings.BASE_URL}{reverse('account_login')}"
    else:
        link = password_link(f"{user_pk_to_url_str(agent)}-{default_token_generator.make_token(agent)}")
    days = settings.PASSWORD_RESET_TIMEOUT // 86400
    words = {"page": {"agent": agent, "link": link, "inviter": by.name, "days": days, "through": through}}
    with translation.override(agent.language):
        subject = render_to_string("accounts/mail/invitation_subject.txt", words).strip()
        text = render_to_string("accounts/mail/invitation.txt", words)
    try:
        sent = send_mail(subject, text, None, [agent.email])
    except (SMTPException, OSError) as failure:
        log.warning("an invitation could not be mailed", agent=agent.pk, reason=str(failure))
        sent = 0
    return Invitation(link, sent == 1 and bool(settings.SMTP_URL), through)
