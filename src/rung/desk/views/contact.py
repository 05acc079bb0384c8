from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from rung.accounts.access import AgentRequest, agent_required, permission_required
from rung.core.addresses import reverse
from rung.core.given import given_key
from rung.customers.access import Customer, customer_for, email_of
from rung.customers.verbs import add_address, describe_customer, meet_customer, recognise_customer
from rung.desk.forms.contact import NEW, LogForm, PersonForm, WriteForm
from rung.desk.forms.files import files_of
from rung.desk.forms.promises import Promised
from rung.desk.forms.sent import form_key
from rung.desk.pages.contact import Finder, correspondents, finder, log_page, write_page
from rung.promises.verbs import make_promise
from rung.touchpoints.access import Touchpoint, conversation_for
from rung.touchpoints.incoming import Party
from rung.touchpoints.verbs import TakenAlready, log_touchpoint, once, resolve_conversation, start_conversation
from rung.ui.pages import render


@require_GET
@agent_required
def suggestions(request: AgentRequest) -> HttpResponse:
    page = finder(request.agent, chosen=None, wanted=request.GET.get("find", ""), at=request.received_at)
    return render(request, "desk/suggestions.html", page)


@require_GET
@agent_required
def recipients(request: AgentRequest) -> HttpResponse:
    """People to write to, for a line of recipients: each as it would stand there."""
    return JsonResponse({"people": correspondents(request.agent, request.GET.get("find", ""))})


@require_http_methods(["GET", "POST"])
@agent_required
def log_contact(request: AgentRequest) -> HttpResponse:
    form = LogForm(
        request.POST or None,
        agent=request.agent,
        at=request.received_at,
        person=_known(request),
        initial=_asked(request),
    )
    said = ""
    if request.method == "POST" and "look" not in request.POST and form.is_valid():
        try:
            with once(form_key(request), by=request.actor, at=request.received_at) as taking:
                touchpoint = log_touchpoint(
                    _person(request, form),
                    form.logged(),
                    conversation=form.matter(),
                    to_settle=bool(form.resolved_as()),
                    by=request.actor,
                    at=request.received_at,
                )
                if form.promised is not None:
                    _promise(touchpoint, form.promised, request)
                if form.resolved_as():
                    resolve_conversation(
                        touchpoint.conversation, outcome=form.resolved_as(), by=request.actor, at=request.received_at
                    )
                taking.leads_to = reverse("desk:conversation", args=[touchpoint.conversation_id])
            messages.success(request, _("Logged."))
            return redirect(taking.leads_to)
        except TakenAlready as taken:
            messages.info(request, _("This was logged already; it is not logged twice."))
            return redirect(taken.leads_to)
        except ValidationError as refused:
            said = " ".join(refused.messages)
    page = log_page(form, _finder(request), back_href=_back(request), error=said)
    return render(request, "desk/log.html", page, status=_status(request, form, said))


@require_http_methods(["GET", "POST"])
@permission_required("answers.write")
def new_conversation(request: AgentRequest) -> HttpResponse:
    form = WriteForm(request.POST or None, agent=request.agent, person=_known(request), initial=_asked(request))
    said = ""
    if request.method == "POST" and "look" not in request.POST and form.is_valid():
        try:
            files = files_of(request.FILES.getlist("files"))
            with once(form_key(request), by=request.actor, at=request.received_at) as taking:
                person, undo_s = _person(request, form), request.agent.undo_s
                first = [Party(address, person.name)] if (address := email_of(person)) else []
                touchpoint = start_conversation(
                    person,
                    to=(*first, *(party for party in form.others.to if party.address != address)) or None,
                    cc=form.others.cc,
                    bcc=form.others.bcc,
                    subject=form.cleaned_data["subject"],
                    text=form.cleaned_data["text"],
                    team=form.chosen_team(),
                    files=files,
                    due_at=request.received_at + timedelta(seconds=undo_s) if undo_s else None,
                    by=request.actor,
                    at=request.received_at,
                )
                taking.leads_to = reverse("desk:conversation", args=[touchpoint.conversation_id])
            return redirect(taking.leads_to)
        except TakenAlready as taken:
            messages.info(request, _("This was written already; it is not written twice."))
            return redirect(taken.leads_to)
        except ValidationError as refused:
            said = " ".join(refused.messages)
    page = write_page(form, _finder(request), request.agent, back_href=_back(request), error=said)
    return render(request, "desk/write.html", page, status=_status(request, form, said))


def _promise(touchpoint: Touchpoint, said: Promised, request: AgentRequest) -> None:
    """What was promised in what is logged."""
    make_promise(
        touchpoint.conversation.customer,
        said.what,
        due_at=said.due_at,
        is_day=said.is_day,
        conversation=touchpoint.conversation,
        letter=touchpoint.pk,
        by=request.actor,
        at=request.received_at,
    )


def _known(request: AgentRequest) -> Customer | None:
    """The person the form was opened for."""
    key = request.GET.get("customer", "") if request.method == "GET" else request.POST.get("customer", "")
    wanted = given_key(key)
    return customer_for(request.agent, wanted) if wanted is not None else None


def _asked(request: AgentRequest) -> dict[str, str]:
    names = ("customer", "channel", "conversation", "direction", "subject", "phone")
    return {name: request.GET[name] for name in names if name in request.GET}


def _back(request: AgentRequest) -> str:
    number = given_key(request.GET.get("conversation", "") or request.POST.get("conversation", ""))
    if number is not None:
        conversation_for(request.agent, number)
        return reverse("desk:conversation", args=[number])
    person = _known(request)
    return reverse("desk:customer", args=[person.pk]) if person else ""


def _finder(request: AgentRequest) -> Finder:
    given = request.POST or request.GET
    return finder(
        request.agent,
        chosen=_known(request),
        wanted=given.get("find", ""),
        at=request.received_at,
        is_new=given.get("customer") == NEW or any(given.get(name) for name in ("name", "email", "phone")),
    )


def _person(request: AgentRequest, form: PersonForm) -> Customer:
    """The person chosen, or the newcomer described: recognised by an address, where one is given."""
    if form.person is not None:
        return form.person
    said, by, at = form.cleaned_data, request.actor, request.received_at
    name, email, phone = said.get("name", ""), said.get("email", ""), said.get("phone", "")
    if not email and not phone:
        return meet_customer(name=name, by=by, at=at)
    person = recognise_customer(email or phone, kind="email" if email else "phone", name=name, by=by, at=at)
    # Of somebody who was known before, a number is a change like any other: whoever calls by it is taken for them.
    if email and phone and (person.first_seen_at == at or request.agent.may("customers.change")):
        add_address(person, phone, kind="phone", by=by, at=at)
    if name and not person.name:
        describe_customer(person, name=name, by=by, at=at)
    return person


def _status(request: AgentRequest, form: PersonForm, said: str) -> int:
    return 422 if said or (request.method == "POST" and "look" not in request.POST and form.errors) else 200
