"""Where the sign-in library asks us: nobody signs up, links begin with our own address, writes go through verbs."""

from smtplib import SMTPException
from typing import Any

import structlog
from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from rung.accounts.models import Agent
from rung.accounts.verbs import change_agent, note_failed_sign_in, note_sign_in
from rung.core import clock
from rung.core.actor import SYSTEM

log = structlog.get_logger(__name__)

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

    def login(self, request: HttpRequest, user: Agent) -> None:
        super().login(request, user)
        note_sign_in(user, came_from=_network_address(request), by=user.actor, at=clock.now())

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        email = str(credentials.get("email") or credentials.get("username") or "")
        note_failed_sign_in(email, came_from=_network_address(request), by=SYSTEM, at=clock.now())

    def get_reset_password_from_key_url(self, key: str) -> str:
        return password_link(key)

    def format_email_subject(self, subject: str) -> str:
        return subject

    def send_mail(self, *args: Any, **kwargs: Any) -> None:
        """Whoever asked is told the same whether the mail left or not: only an address with a seat can fail here, and a
        failure would tell it apart."""
        try:
            super().send_mail(*args, **kwargs)
        except (SMTPException, OSError) as failure:
            log.error("a password link could not be mailed", reason=str(failure))

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """One letter a matter: the link was the letter, the page says what came of it."""

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any, **kwargs: Any
    ) -> None:
        if message_template not in UNSAID:
            super().add_message(request, level, message_template, *args, **kwargs)


def _network_address(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))[:45]


def password_link(key: str) -> str:
    """The page behind a password key, under the address people reach the desk by.

    Not under the Host header of the request that asked for it: that one may be a stranger's.
    """
    uid, _, token = key.partition("-")
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": token})
    return f"{settings.BASE_URL}{path}"
