"""Signing in in two steps: showing a code at the door, and setting it up for oneself."""

from typing import Any

from allauth.account.internal.decorators import login_stage_required
from allauth.core.internal.ratelimit import consume
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from rung.accounts.access import (
    AgentRequest,
    givable_roles,
    has_second_step,
    permission_required,
    seat_for,
    signed_in,
)
from rung.accounts.adapter import network_address
from rung.accounts.pages import code_page, second_step_page, sign_in_page
from rung.accounts.second_step import KEY
from rung.accounts.totp import new_secret
from rung.accounts.verbs import (
    begin_second_step,
    demand_second_step,
    end_second_step,
    make_recovery_codes,
    note_failed_sign_in,
    take_second_step,
)
from rung.core import clock
from rung.core.actor import SYSTEM
from rung.ui.pages import render

SECRET = "second_step_secret"  # noqa: S105  # the name under which the session holds it


@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
@login_stage_required(stage=KEY, redirect_urlname="account_login")  # type: ignore[untyped-decorator]  # the library has no types
def at_the_door(request: HttpRequest) -> HttpResponse:
    """The code, after the password."""
    stage: Any = request._login_stage  # type: ignore[attr-defined]  # the library puts it there
    if not has_second_step(stage.login.user):
        # It was ended for them while they looked for their device.
        let_in: HttpResponse = stage.exit()
        return let_in
    if request.method == "GET":
        return render(request, "accounts/second_step_code.html", code_page())
    agent = stage.login.user
    try:
        if take_second_step(agent, request.POST.get("code", ""), by=agent.actor, at=clock.now()):
            answer: HttpResponse = stage.exit()
            return answer
        error = _("This is not the code that the app shows now, nor a recovery code that is still good.")
    except ValidationError as locked:
        error = " ".join(locked.messages)
    note_failed_sign_in(agent.email, came_from=network_address(request), by=SYSTEM, at=clock.now())
    return render(request, "accounts/second_step_code.html", code_page(error), status=422)


@sensitive_post_parameters("code", "password")
@never_cache
@require_http_methods(["GET", "POST"])
@signed_in
def second_step(request: AgentRequest) -> HttpResponse:
    """Set it up, look at it, make new recovery codes, or give it up."""
    agent, do = request.agent, request.POST.get("do", "")
    secret = request.session.setdefault(SECRET, new_secret())
    told: dict[str, Any] = {}
    try:
        if do == "begin":
            code = request.POST.get("code", "")
            told["codes"] = begin_second_step(agent, secret=secret, code=code, by=request.actor, at=request.received_at)
            del request.session[SECRET]
        elif do and agent.has_usable_password() and not _shows_password(request):
            raise ValidationError({"password": _("This is not your password.")})
        elif do and not agent.has_usable_password() and not _shows_code(request):
            raise ValidationError(
                _("This is not the code that the app shows now, nor a recovery code that is still good.")
            )
        elif do == "codes":
            told["codes"] = make_recovery_codes(agent, by=request.actor, at=request.received_at)
        elif do == "end":
            end_second_step(agent, by=request.actor, at=request.received_at)
            messages.success(request, _("Your password is enough from now on."))
            return redirect("accounts:second_step")
    except ValidationError as refused:
        told["error"] = " ".join(refused.messages)
    page = second_step_page(agent, secret=secret, **told)
    return render(request, "accounts/second_step.html", page, status=422 if "error" in told else 200)


def _shows_password(request: AgentRequest) -> bool:
    """Whoever found a desk unlocked must not find its password by guessing. Raises ValidationError after too many tries."""
    if not consume(request, app="allauth.account", action="reauthenticate", user=request.agent):
        raise ValidationError({"password": _("Too many tries. Wait a minute, then try again.")})
    return request.agent.check_password(request.POST.get("password", ""))


def _shows_code(request: AgentRequest) -> bool:
    """Who comes in by a provider may have no password to show. Raises ValidationError after too many wrong codes."""
    agent, code = request.agent, request.POST.get("password", "")
    return has_second_step(agent) and take_second_step(agent, code, by=request.actor, at=request.received_at)


@require_http_methods(["GET", "POST"])
@permission_required("settings.team")
def sign_in(request: AgentRequest) -> HttpResponse:
    """Who has to sign in in two steps."""
    if request.method == "POST":
        demand_second_step(
            request.POST.getlist("roles"),
            [role.key for role in givable_roles(request.agent)],
            by=request.actor,
            at=request.received_at,
        )
        messages.success(request, _("Saved. It holds from the next click on."))
        return redirect("accounts:sign_in")
    return render(request, "accounts/sign_in.html", sign_in_page(request.agent))


@require_POST
@permission_required("settings.team")
def second_step_ending(request: AgentRequest, pk: int) -> HttpResponse:
    """For a colleague who has lost their device. One's own is ended with the password, elsewhere."""
    seat = seat_for(request.agent, pk)
    if seat.pk == request.agent.pk:
        return redirect("accounts:second_step")
    end_second_step(seat, by=request.actor, at=request.received_at)
    alone = _("%(name)s signs in with the password alone until they set it up anew.")
    messages.success(request, alone % {"name": seat.name})
    return redirect("accounts:agent", seat.pk)
