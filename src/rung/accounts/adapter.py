"""Where the sign-in library asks us: nobody signs up, links begin with our own address, writes go through verbs."""

from datetime import timedelta
from smtplib import SMTPException
from typing import Any

import structlog
from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.internal.httpkit import get_client_ip
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from rung.accounts.access import AS, THROUGH, identities_of, provider_instead_of_password
from rung.accounts.models import Agent, IdentityProvider
from rung.accounts.verbs import change_agent, note_failed_sign_in, note_sign_in
from rung.core import clock
from rung.core.actor import SYSTEM

log = structlog.get_logger(__name__)

# How long a provider's word holds: whoever loses their account there is out by the next day.
PROVIDERS_WORD = timedelta(hours=12)

# Said by the page itself that comes next.
UNSAID = {"account/messages/logged_in.txt", "account/messages/logged_out.txt"}


class SeatsOnly(DefaultAccountAdapter):  # type: ignore[misc]  # the library has no types
    def get_login_stages(self) -> list[str]:
        return [*super().get_login_stages(), "rung.accounts.second_step.SecondStepStage"]

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """A seat is given by an administrator."""
        return False

    def set_password(self, user: Agent, password: str) -> None:
        change_agent(user, password=password, by=user.actor, at=clock.now())

    def pre_login(
        self, request: HttpRequest, user: Agent, *, signal_kwargs: dict[str, Any] | None = None, **kwargs: Any
    ) -> HttpResponse | None:
        """Every way in passes here, also that by a new password."""
        answer: HttpResponse | None = super().pre_login(request, user, signal_kwargs=signal_kwargs, **kwargs)
        if answer is not None or through(signal_kwargs) is not None:
            return answer
        instead = provider_instead_of_password(user)
        if instead is None:
            return None
        words = _("You sign in with %(provider)s, not with a password.") % {"provider": instead.name}
        messages.error(request, words)
        note_failed_sign_in(
            user.email, came_from=network_address(request), reason="password_replaced", by=SYSTEM, at=clock.now()
        )
        return redirect("account_login")

    def post_login(
        self, request: HttpRequest, user: Agent, *, signal_kwargs: dict[str, Any] | None = None, **kwargs: Any
    ) -> HttpResponse:
        key = through(signal_kwargs)
        provider = IdentityProvider.objects.filter(pk=key).first() if key is not None else None
        request.session.pop(THROUGH, None)
        if provider is not None:
            request.session[THROUGH] = provider.pk
            tied = (each.pk for each in identities_of(user) if each.provider_id == provider.pk)
            request.session[AS] = next(tied, None)
            request.session.set_expiry(clock.now() + PROVIDERS_WORD)
        name = provider.name if provider else ""
        note_sign_in(user, came_from=network_address(request), through=name, by=user.actor, at=clock.now())
        answer: HttpResponse = super().post_login(request, user, signal_kwargs=signal_kwargs, **kwargs)
        return answer

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        email = str(credentials.get("email") or credentials.get("username") or "")
        note_failed_sign_in(email, came_from=network_address(request), by=SYSTEM, at=clock.now())

    def get_reset_password_from_key_url(self, key: str) -> str:
        return password_link(key)

    def format_email_subject(self, subject: str) -> str:
        return subject

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """In the language of whose seat it is. Whoever asked is told the same whether the mail left or not: only an address
        with a seat can fail here, and a failure would tell it apart."""
        try:
            with translation.override(context["user"].language):
                super().send_mail(template_prefix, email, context)
        except (SMTPException, OSError) as failure:
            log.error("a password link could not be mailed", reason=str(failure))

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """One letter a matter: the link was the letter, the page says what came of it."""

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any, **kwargs: Any
    ) -> None:
        if message_template not in UNSAID:
            super().add_message(request, level, message_template, *args, **kwargs)


def through(signal_kwargs: dict[str, Any] | None) -> int | None:
    """The key of the identity provider by which a sign-in under way comes; None for a password."""
    found = (signal_kwargs or {}).get("through")
    return int(found) if found is not None else None


def network_address(request: HttpRequest) -> str:
    """Where somebody comes from, as the limits on tries count them: behind a proxy what it says, not the proxy itself."""
    return str(get_client_ip(request) or "")[:45]


def password_link(key: str) -> str:
    """The page behind a password key, under the address people reach the desk by.

    Not under the Host header of the request that asked for it: that one may be a stranger's.
    """
    uid, _, token = key.partition("-")
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": token})
    return f"{settings.BASE_URL}{path}"
