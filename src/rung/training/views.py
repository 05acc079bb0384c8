from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from rung.accounts.access import AgentRequest, agent_required, permission_required
from rung.accounts.verbs import note_export
from rung.core.given import given_page
from rung.core.seen import Overtaken
from rung.training.access import LEADS, led_by, opportunity_for, round_for, training_for
from rung.training.forms import AgreementForm, ReplyForm, TrainingForm
from rung.training.pages import (
    funnel_page,
    funnel_paper,
    funnel_rows,
    my_page,
    my_paper,
    opportunities_page,
    opportunities_paper,
    opportunities_rows,
    opportunity_page,
    opportunity_paper,
    opportunity_rows,
)
from rung.training.verbs import (
    ask_round,
    change_agreement,
    log_training,
    name_cause,
    note_seen,
    reply_to_opportunity,
    stop_round,
    withdraw_training,
)
from rung.ui.pages import render
from rung.ui.stamped import seen_in, theirs_stays
from rung.ui.tables import table_answer
from rung.ui.typesetting import pdf_answer


@require_GET
@permission_required(LEADS)
def opportunities(request: AgentRequest) -> HttpResponse:
    """For those who lead; a fragment while a round is under way."""
    block = "round" if request.headers.get("HX-Request") == "true" else None
    page = opportunities_page(request.agent, at=request.received_at)
    response = render(request, "training/opportunities.html", page, block=block)
    if block and page.under_way is None:  # it has ended: what was found stands all over the page
        response.headers["HX-Refresh"] = "true"
    return response


@require_GET
@agent_required
def mine(request: AgentRequest) -> HttpResponse:
    """One's own; what is on it counts as seen from now on."""
    page = my_page(request.agent, at=request.received_at)
    note_seen(by=request.actor, at=request.received_at)
    return render(request, "training/mine.html", page)


@require_GET
@permission_required(LEADS, "exports.take")
def opportunities_file(request: AgentRequest, kind: str) -> HttpResponse:
    """What those who lead see, as CSV, Parquet or PDF."""
    note_export("training", by=request.actor, at=request.received_at)
    if kind == "pdf":
        return pdf_answer(opportunities_paper(request.agent, at=request.received_at), "training")
    return table_answer(opportunities_rows(request.agent, at=request.received_at), "training", kind)


@require_GET
@agent_required
def mine_pdf(request: AgentRequest) -> HttpResponse:
    """One's own on paper, and seen by that. What is about oneself is one's own to take, so it asks for no permission."""
    paper = my_paper(request.agent, at=request.received_at)
    note_seen(by=request.actor, at=request.received_at)
    note_export("training/mine", by=request.actor, at=request.received_at)
    return pdf_answer(paper, "my-training")


@require_GET
@agent_required
def opportunity(request: AgentRequest, pk: int) -> HttpResponse:
    row = opportunity_for(request.agent, pk, at=request.received_at)
    everything = request.GET.get("show") == "all"
    page = opportunity_page(request.agent, row, number=given_page(request.GET.get("page", "")), everything=everything)
    if page.is_own:
        note_seen(by=request.actor, at=request.received_at, only=row)
    return render(request, "training/opportunity.html", page)


@require_GET
@agent_required
def opportunity_file(request: AgentRequest, pk: int, kind: str) -> HttpResponse:
    """One of them as CSV, Parquet or PDF, without the conversations behind it. One's own is one's own to take, and seen by
    that; another's takes the permission."""
    row = opportunity_for(request.agent, pk, at=request.received_at)
    if row.agent_id != request.agent.pk and not request.agent.may("exports.take"):
        raise PermissionDenied
    if kind == "pdf":
        answer = pdf_answer(opportunity_paper(request.agent, row, at=request.received_at), "opportunity")
    else:
        answer = table_answer(opportunity_rows(row), "opportunity", kind)
    if row.agent_id == request.agent.pk:
        note_seen(by=request.actor, at=request.received_at, only=row)
    note_export(f"training/opportunities/{pk}", by=request.actor, at=request.received_at)
    return answer


@require_GET
@permission_required("exports.take")
def funnel_file(request: AgentRequest, topic: int, outcome: str, kind: str) -> HttpResponse:
    """The dots of a funnel as CSV, Parquet or PDF, as nameless as on screen."""
    page = funnel_page(request.agent, topic, outcome)
    note_export(f"training/funnels/{topic}/{outcome}", by=request.actor, at=request.received_at)
    if kind == "pdf":
        here = reverse("training:funnel", args=[topic, outcome])
        return pdf_answer(funnel_paper(page, here, at=request.received_at), "funnel")
    return table_answer(funnel_rows(page), "funnel", kind)


@require_GET
@agent_required
def funnel(request: AgentRequest, topic: int, outcome: str) -> HttpResponse:
    return render(request, "training/funnel.html", funnel_page(request.agent, topic, outcome))


@require_POST
@permission_required("settings.ladder")
def ask(request: AgentRequest) -> HttpResponse:
    ask_round(by=request.actor, at=request.received_at)
    return _to("training:opportunities")


@require_POST
@permission_required("settings.ladder")
def stop(request: AgentRequest, pk: int) -> HttpResponse:
    if stop_round(round_for(request.agent, pk), by=request.actor, at=request.received_at):
        messages.success(request, _("Stopped. What was worked out before stays."))
    return _to("training:opportunities")


@require_POST
@permission_required("settings.team")
def agreement(request: AgentRequest) -> HttpResponse:
    form = AgreementForm(request.POST)
    try:
        if not form.is_valid():
            raise ValidationError(_("How many days?"))
        change_agreement(
            is_on=form.cleaned_data["is_on"],
            days_alone=form.cleaned_data["days_alone"],
            seen=seen_in(request.POST),
            by=request.actor,
            at=request.received_at,
        )
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    except Overtaken as overtaken:
        messages.error(request, theirs_stays(overtaken))
    else:
        messages.success(request, _("That is agreed now."))
    return _to("training:opportunities")


@require_POST
@agent_required
def reply(request: AgentRequest, pk: int) -> HttpResponse:
    row = opportunity_for(request.agent, pk, at=request.received_at)
    form = ReplyForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose what you make of it."))
    elif reply_to_opportunity(
        row, form.cleaned_data["reply"], form.cleaned_data["words"], by=request.actor, at=request.received_at
    ):
        messages.success(request, _("Said. Those who lead see it beside the opportunity."))
    else:
        raise PermissionDenied
    return _to("training:opportunity", pk)


@require_POST
@permission_required(LEADS)
def cause(request: AgentRequest, pk: int) -> HttpResponse:
    row = opportunity_for(request.agent, pk, at=request.received_at)
    if not name_cause(row, request.POST.get("cause", ""), by=request.actor, at=request.received_at):
        raise PermissionDenied
    messages.success(request, _("It stands there from now on."))
    return _to("training:opportunity", pk)


@require_POST
@agent_required
def trainings(request: AgentRequest, pk: int) -> HttpResponse:
    """Log one. Of the house's whoever leads chooses who took part, anybody logs their own."""
    row = opportunity_for(request.agent, pk, at=request.received_at)
    form = TrainingForm(row, request.agent, led_by(request.agent), request.POST)
    if form.is_valid():
        try:
            log_training(row, form.plan(), by=request.actor, at=request.received_at)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, _("Logged. The same pattern is measured again with every round."))
            return _to("training:opportunity", pk)
    page = opportunity_page(request.agent, row, form=form)
    return render(request, "training/opportunity.html", page, status=422)


@require_POST
@agent_required
def withdrawal(request: AgentRequest, pk: int) -> HttpResponse:
    training = training_for(request.agent, pk)
    if training.logged_by_id != request.agent.pk:
        raise PermissionDenied
    if withdraw_training(training, by=request.actor, at=request.received_at):
        messages.success(request, _("Taken back."))
    return _to("training:opportunities" if request.agent.may(LEADS) else "training:mine")


def _to(name: str, *args: int) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse(name, args=args), status=303)
