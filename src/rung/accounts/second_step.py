"""The stage of the sign-in library at which somebody shows a code from their device."""

from typing import Any

from allauth.account.stages import LoginStage
from allauth.core.internal.httpkit import headed_redirect_response

from rung.accounts.access import asks_second_step, has_second_step
from rung.accounts.adapter import through

KEY = "rung_second_step"


class SecondStepStage(LoginStage):  # type: ignore[misc]  # the library has no types
    key = KEY
    urlname = "account_second_step"

    def handle(self) -> tuple[Any, bool]:
        if self.login.user is None or not has_second_step(self.login.user):
            return None, True
        if asks_second_step(through(self.login.signal_kwargs)):
            return None, True
        return headed_redirect_response(self.urlname), True
