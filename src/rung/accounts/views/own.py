"""What people see and change about themselves."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rung.accounts.access import AgentRequest, agent_required
from rung.accounts.forms import ProfileForm
from rung.accounts.pages import profile_page
from rung.accounts.verbs import change_agent, end_sessions
from rung.ui.pages import render


@require_safe
@agent_required
def settings(request: AgentRequest) -> HttpResponse:
    """A list of the settings this person may change; the menu knows them."""
    return render(request, "accounts/settings.html", None)


@require_http_methods(["GET", "POST"])
@agent_required
def profile(request: AgentRequest) -> HttpResponse:
    form = ProfileForm(request.POST) if request.method == "POST" else None
    if form and form.is_valid():
        try:
            change_agent(request.agent, **form.cleaned_data, by=request.actor, at=request.received_at)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, _("Your profile is saved."))
            return redirect("accounts:profile")
    return render(request, "accounts/profile.html", profile_page(request.agent, form), status=422 if form else 200)


@require_POST
@agent_required
def signature(request: AgentRequest) -> HttpResponse:
    """The closing lines as customers would get them; nothing is saved."""
    page = profile_page(request.agent, signature=request.POST.get("signature", "")[:2000])
    return render(request, "accounts/profile.html", page, block="preview")


@require_POST
@agent_required
def sessions_ending(request: AgentRequest) -> HttpResponse:
    """Sign out on every other device."""
    end_sessions(request.agent, by=request.actor, at=request.received_at)
    update_session_auth_hash(request, request.agent)
    messages.success(request, _("You are signed out everywhere but here."))
    return redirect("accounts:ways_in")
