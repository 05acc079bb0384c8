from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rung.accounts.access import AgentRequest, permission_required
from rung.promises.access import Target, target_for
from rung.promises.forms import TargetForm
from rung.promises.pages import target_page, targets_page
from rung.promises.verbs import change_target, end_target, make_target
from rung.ui.pages import render


@require_safe
@permission_required("settings.business")
def targets(request: AgentRequest) -> HttpResponse:
    return render(request, "promises/targets.html", targets_page())


@require_http_methods(["GET", "POST"])
@permission_required("settings.business")
def new_target(request: AgentRequest) -> HttpResponse:
    return _written(request, None)


@require_http_methods(["GET", "POST"])
@permission_required("settings.business")
def target(request: AgentRequest, pk: int) -> HttpResponse:
    known = target_for(request.agent, pk)
    return _written(request, known) if known.ended_at is None else _ended(request, known)


@require_POST
@permission_required("settings.business")
def ending(request: AgentRequest, pk: int) -> HttpResponse:
    known = target_for(request.agent, pk)
    if known.ended_at is not None:
        return _ended(request, known)
    end_target(known, by=request.actor, at=request.received_at)
    messages.success(
        request, _("“%(name)s” is off the list; what was open by it is owed no longer.") % {"name": known.name}
    )
    return redirect("promises:targets")


def _ended(request: AgentRequest, known: Target) -> HttpResponse:
    messages.info(request, _("“%(name)s” is off the list already.") % {"name": known.name})
    return redirect("promises:targets")


def _written(request: AgentRequest, known: Target | None) -> HttpResponse:
    form = TargetForm(known, request.POST if request.method == "POST" else None)
    if form.is_valid():
        with form.refusals():
            if known is None:
                make_target(form.aim(), by=request.actor, at=request.received_at)
            else:
                change_target(known, form.aim(), seen=form.seen, by=request.actor, at=request.received_at)
            messages.success(request, form.what_stayed() or _("The target is saved."))
            return redirect("promises:targets")
    return render(request, "promises/target.html", target_page(form, known), status=form.status)
