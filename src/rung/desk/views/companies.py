from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from rung.accounts.access import AgentRequest, agent_required, may, permission_required
from rung.core.given import given_key
from rung.core.seen import Overtaken
from rung.customers.access import Company, company_for, customer_for
from rung.customers.verbs import create_company, describe_company, describe_customer
from rung.desk.forms.company import CompanyForm
from rung.desk.pages.companies import companies_page, company_page
from rung.fields.access import fields_of
from rung.fields.pages import entered_values
from rung.fields.verbs import set_value
from rung.ui.pages import render


@require_http_methods(["GET", "POST"])
@agent_required
def companies(request: AgentRequest) -> HttpResponse:
    form = CompanyForm(request.POST if request.method == "POST" and may(request.agent, "customers.change") else None)
    if form.is_bound and form.is_valid():
        by, at = request.actor, request.received_at
        try:
            with transaction.atomic():
                company = create_company(form.cleaned_data["name"], by=by, at=at)
                describe_company(company, name=form.cleaned_data["name"], domains=form.written_domains(), by=by, at=at)
            return redirect("desk:company", company.pk)
        except ValidationError as refused:
            form.add_error(None, " ".join(refused.messages))
    page = companies_page(request.agent, form, request.GET)
    block = "found" if request.headers.get("HX-Request") == "true" else None
    return render(request, "desk/companies.html", page, block=block, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@agent_required
def company(request: AgentRequest, pk: int) -> HttpResponse:
    firm = company_for(request.agent, pk)
    form = CompanyForm(request.POST) if request.method == "POST" and may(request.agent, "customers.change") else None
    status = 200
    if form is not None:
        try:
            if form.is_valid() and _described(request, firm, form):
                return redirect("desk:company", pk)
            status = 422
        except Overtaken as overtaken:
            form.come_back(overtaken)
            status = 409
    asked = request.GET
    page = company_page(firm, request.agent, before=asked.get("before", ""), wanted=asked.get("q", ""), form=form)
    block = "live" if request.headers.get("HX-Request") == "true" else None
    return render(request, "desk/company.html", page, block=block, status=status)


def _described(request: AgentRequest, firm: Company, form: CompanyForm) -> bool:
    try:
        describe_company(
            firm,
            name=form.cleaned_data["name"],
            domains=form.written_domains(),
            seen=form.seen,
            by=request.actor,
            at=request.received_at,
        )
    except ValidationError as refused:
        form.add_error(None, " ".join(refused.messages))
        return False
    messages.success(request, form.what_stayed() or _("Kept."))
    return True


@require_POST
@permission_required("customers.change")
def joining(request: AgentRequest, pk: int) -> HttpResponse:
    """Put people into a company."""
    firm = company_for(request.agent, pk)
    for key in request.POST.getlist("customer")[:200]:
        number = given_key(key)
        if number is not None:
            person = customer_for(request.agent, number)
            describe_customer(person, company=firm, by=request.actor, at=request.received_at)
            messages.success(request, _("%(name)s belongs to %(company)s now.") % {"name": person, "company": firm})
    return redirect("desk:company", pk)


@require_POST
@permission_required("customers.change")
def leaving(request: AgentRequest, pk: int, customer: int) -> HttpResponse:
    firm, person = company_for(request.agent, pk), customer_for(request.agent, customer)
    if person.company_id == firm.pk:
        describe_customer(person, company=None, by=request.actor, at=request.received_at)
        messages.success(request, _("%(name)s belongs to no company now.") % {"name": person})
    return redirect("desk:company", pk)


@require_POST
@permission_required("customers.change")
def company_fields(request: AgentRequest, pk: int) -> HttpResponse:
    company_for(request.agent, pk)
    keep_fields(request, "company", pk)
    return redirect("desk:company", pk)


@require_POST
@permission_required("customers.change")
def customer_fields(request: AgentRequest, pk: int) -> HttpResponse:
    person = customer_for(request.agent, pk)
    keep_fields(request, "customer", person.pk)
    return redirect("desk:customer", person.pk)


def keep_fields(request: AgentRequest, subject: str, key: int) -> None:
    """Keep what was entered, each field by itself: what cannot be meant, or was changed by another, is told and left."""
    for field, value, was in entered_values(fields_of(subject), request.POST):
        try:
            if value != was:
                set_value(field, key, value, was=was, by=request.actor, at=request.received_at)
        except ValidationError as told:
            messages.error(request, " ".join(told.messages))
