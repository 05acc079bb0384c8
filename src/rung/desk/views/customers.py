from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from rung.accounts.access import AgentRequest, agent_required, permission_required
from rung.core.addresses import reverse
from rung.core.given import given_key
from rung.core.seen import Overtaken
from rung.customers.access import address_for, customer_for
from rung.customers.verbs import add_address, create_company, describe_customer, label_address, remove_address
from rung.desk.forms.customer import AddressForm, DescriptionForm
from rung.desk.pages.contact import description_page
from rung.desk.pages.customers import customer_page, customers_page
from rung.desk.pages.past import past_page
from rung.ui.pages import render


@require_GET
@agent_required
def customers(request: AgentRequest) -> HttpResponse:
    page = customers_page(request.agent, wanted=request.GET.get("q", ""), after=request.GET.get("after", ""))
    is_refresh = request.headers.get("HX-Request") == "true"
    return render(request, "desk/customers.html", page, block="people" if is_refresh else None)


@require_GET
@agent_required
def customer(request: AgentRequest, pk: int) -> HttpResponse:
    person = customer_for(request.agent, pk)
    if person.pk != pk:
        return redirect("desk:customer", person.pk)
    asked = request.GET
    page = customer_page(
        person,
        request.agent,
        at=request.received_at,
        before=asked.get("before", ""),
        with_all_orders=asked.get("orders") == "all",
    )
    is_refresh = request.headers.get("HX-Request") == "true"
    return render(request, "desk/customer.html", page, block="live" if is_refresh else None)


@require_GET
@agent_required
def past(request: AgentRequest, pk: int) -> HttpResponse:
    person = customer_for(request.agent, pk)
    return render(request, "desk/past.html", past_page(person, before=request.GET.get("before", "")))


@require_http_methods(["GET", "POST"])
@permission_required("customers.change")
def description(request: AgentRequest, pk: int) -> HttpResponse:
    person = customer_for(request.agent, pk)
    present = {
        "name": person.name,
        "role_title": person.role_title,
        "company": person.company.name if person.company else "",
        "language": person.language,
        "time_zone": person.time_zone,
        "captive": person.captive,
        "about": person.about,
        "decision_role": person.decision_role,
        "avoid": person.avoid,
    }
    form = DescriptionForm(request.POST or None, initial=present, agent=request.agent)
    status = 422 if form.errors else 200
    if request.method == "POST" and form.is_valid():
        said = dict(form.cleaned_data)
        company = form.known_company()
        if company is None and said["company"]:
            company = create_company(said["company"], by=request.actor, at=request.received_at)
        told = {**said, "company": company}
        try:
            describe_customer(person, seen=form.seen, by=request.actor, at=request.received_at, **told)
        except Overtaken as overtaken:
            form.come_back(overtaken)
            status = 409
        else:
            messages.success(request, form.what_stayed() or _("Kept."))
            return back_to(request, pk)
    page = description_page(
        person, request.agent, form, AddressForm(), at=request.received_at, beside=beside_what(request)
    )
    return render(request, "desk/description.html", page, status=status)


def beside_what(request: AgentRequest) -> int | None:
    """The number of the conversation beside which a person is being changed; None on their own page."""
    return given_key(request.POST.get("conversation") or request.GET.get("conversation", ""))


def back_to(request: AgentRequest, pk: int) -> HttpResponse:
    """To where a person was changed: beside a conversation, or on their own page."""
    number = beside_what(request)
    if number is None:
        return redirect("desk:customer", pk)
    return redirect(reverse("desk:conversation", args=[number]) + "#beside")


def _to_description(request: AgentRequest, pk: int) -> HttpResponse:
    number = beside_what(request)
    place = reverse("desk:customer_description", args=[pk])
    return redirect(place if number is None else f"{place}?conversation={number}")


@require_POST
@permission_required("customers.change")
def addresses(request: AgentRequest, pk: int) -> HttpResponse:
    person = customer_for(request.agent, pk)
    form = AddressForm(request.POST)
    if form.is_valid():
        try:
            said = form.cleaned_data
            add_address(
                person, said["value"], kind=said["kind"], label=said["label"], by=request.actor, at=request.received_at
            )
            return back_to(request, pk)
        except ValidationError as refused:
            form.add_error("value", refused)
    description_form = DescriptionForm(initial={"name": person.name}, agent=request.agent)
    page = description_page(
        person, request.agent, description_form, form, at=request.received_at, beside=beside_what(request)
    )
    return render(request, "desk/description.html", page, status=422)


@require_POST
@permission_required("customers.change")
def address_label(request: AgentRequest, pk: int) -> HttpResponse:
    address = address_for(request.agent, pk)
    label_address(address, request.POST.get("label", ""), by=request.actor, at=request.received_at)
    return _to_description(request, address.customer_id)


@require_POST
@permission_required("customers.change")
def address_removal(request: AgentRequest, pk: int) -> HttpResponse:
    address = address_for(request.agent, pk)
    remove_address(address, by=request.actor, at=request.received_at)
    messages.success(request, _("%(address)s is removed.") % {"address": address})
    return _to_description(request, address.customer_id)
