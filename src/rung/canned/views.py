from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rung.accounts.access import AgentRequest, agent_required
from rung.canned.access import CannedAnswer, changeable_for
from rung.canned.forms import CannedForm
from rung.canned.pages import answer_page, answers_page
from rung.canned.verbs import change_canned, delete_canned, make_canned
from rung.ui.pages import render


@require_safe
@agent_required
def answers(request: AgentRequest) -> HttpResponse:
    return render(request, "canned/answers.html", answers_page(request.agent))


@require_http_methods(["GET", "POST"])
@agent_required
def new_answer(request: AgentRequest) -> HttpResponse:
    return _written(request, None)


@require_http_methods(["GET", "POST"])
@agent_required
def answer(request: AgentRequest, pk: int) -> HttpResponse:
    return _written(request, changeable_for(request.agent, pk))


@require_POST
@agent_required
def deletion(request: AgentRequest, pk: int) -> HttpResponse:
    canned = changeable_for(request.agent, pk)
    delete_canned(canned, by=request.actor, at=request.received_at)
    messages.success(request, _("“%(title)s” is gone.") % {"title": canned.title})
    return redirect("canned:answers")


def _written(request: AgentRequest, canned: CannedAnswer | None) -> HttpResponse:
    """Keep what was entered; with `do=preview` only show what it would say."""
    form = CannedForm(request.agent, canned, request.POST if request.method == "POST" else None)
    is_kept = request.method == "POST" and request.POST.get("do") != "preview"
    if is_kept and form.is_valid():
        with form.refusals():
            if canned is None:
                make_canned(form.wording(), by=request.actor, at=request.received_at)
            else:
                change_canned(canned, form.wording(), seen=form.seen, by=request.actor, at=request.received_at)
            messages.success(request, form.what_stayed() or _("The canned answer is saved."))
            return redirect("canned:answers")
    return render(request, "canned/answer.html", answer_page(form, canned), status=form.status if is_kept else 200)
