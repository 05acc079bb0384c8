from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from rung.accounts.access import AgentRequest, permission_required
from rung.desk.pages.unfinished import left_undone, unfinished_page
from rung.journal.verbs import react_again
from rung.ui.pages import render


@require_safe
@permission_required("settings.repair")
def unfinished(request: AgentRequest) -> HttpResponse:
    return render(request, "desk/unfinished.html", unfinished_page(request.agent, at=request.received_at))


@require_POST
@permission_required("settings.repair")
def another_try(request: AgentRequest, pk: int) -> HttpResponse:
    undelivered = left_undone(request.agent).filter(pk=pk).first()
    if undelivered is None:
        raise Http404
    react_again(undelivered, by=request.actor, at=request.received_at)
    messages.success(request, _("It is being tried again. If it fails once more, it comes back here."))
    return redirect("desk:unfinished")
