"""What each role sees and may do, and changing it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rung.accounts.access import AgentRequest, Role, permission_required, role_for
from rung.accounts.forms import RoleForm
from rung.accounts.pages import role_page, roles_page
from rung.accounts.verbs import change_role, end_role, form_role
from rung.ui.pages import render


@require_safe
@permission_required("settings.team")
def roles(request: AgentRequest) -> HttpResponse:
    return render(request, "accounts/roles.html", roles_page(request.agent))


@require_http_methods(["GET", "POST"])
@permission_required("settings.team")
def new_role(request: AgentRequest) -> HttpResponse:
    form = RoleForm(request.POST or None, agent=request.agent)
    if form.is_valid():
        said = form.cleaned_data
        try:
            form_role(
                said["name"],
                scope=said["scope"],
                permissions=said["permissions"],
                by=request.actor,
                at=request.received_at,
            )
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, _("The role is made. Give it to somebody on their seat."))
            return redirect("accounts:roles")
    page = role_page(request.agent, form)
    return render(request, "accounts/role.html", page, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@permission_required("settings.team")
def role(request: AgentRequest, key: str) -> HttpResponse:
    held = role_for(request.agent, key)
    if held.key == Role.ADMINISTRATOR:
        raise PermissionDenied
    present = {"name": held.label, "scope": held.scope, "permissions": held.permissions}
    form = RoleForm(request.POST or None, initial=present, agent=request.agent)
    if form.is_valid():
        said = form.cleaned_data
        with form.refusals():
            change_role(
                key,
                name=None if held.is_built_in else said["name"],
                scope=said["scope"],
                permissions=said["permissions"],
                seen=form.seen,
                by=request.actor,
                at=request.received_at,
            )
            messages.success(request, form.what_stayed() or _("The role is saved. It holds from the next click on."))
            return redirect("accounts:roles")
    return render(request, "accounts/role.html", role_page(request.agent, form, held), status=form.status)


@require_POST
@permission_required("settings.team")
def ending(request: AgentRequest, key: str) -> HttpResponse:
    held = role_for(request.agent, key)
    try:
        end_role(held.key, by=request.actor, at=request.received_at)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    return redirect("accounts:roles")
