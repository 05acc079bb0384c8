from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from rung.accounts.access import AgentRequest, permission_required
from rung.core.given import given_key
from rung.customers.access import customer_for, merge_for
from rung.customers.verbs import distinguish_customers, merge_customers, part_customers
from rung.desk.pages.merging import merging_page
from rung.desk.pages.naming import name_of
from rung.ui.pages import render


@require_http_methods(["GET", "POST"])
@permission_required("customers.merge")
def merging(request: AgentRequest, pk: int) -> HttpResponse:
    """Choose another record of this person, look at both, and make them one; `keep` says which is kept."""
    person = customer_for(request.agent, pk)
    key = given_key((request.POST or request.GET).get("other", ""))
    other = customer_for(request.agent, key) if key is not None else None
    error = ""
    if request.method == "POST" and other is not None:
        kept, merged = (other, person) if request.POST.get("keep") == str(other.pk) else (person, other)
        name = name_of(merged)
        try:
            merge_customers(kept, merged, by=request.actor, at=request.received_at)
            messages.success(
                request, _("%(name)s was merged into this person. It can be undone here.") % {"name": name}
            )
            return redirect("desk:customer", kept.pk)
        except ValidationError as refused:
            error = " ".join(refused.messages)
    page = merging_page(person, request.agent, other=other, wanted=request.GET.get("q", ""), error=error)
    return render(request, "desk/merging.html", page, status=422 if error else 200)


@require_POST
@permission_required("customers.merge")
def distinction(request: AgentRequest, pk: int) -> HttpResponse:
    """These are two people."""
    person = customer_for(request.agent, pk)
    key = given_key(request.POST.get("other", ""))
    other = customer_for(request.agent, key) if key is not None else person
    if other.pk != person.pk:  # somebody may have merged the two meanwhile
        distinguish_customers(person, other, by=request.actor, at=request.received_at)
        messages.success(request, _("%(name)s is another person; nobody is asked again.") % {"name": name_of(other)})
    return redirect("desk:customer", person.pk)


@require_POST
@permission_required("customers.merge")
def parting(request: AgentRequest, pk: int) -> HttpResponse:
    """Take a merge back."""
    merge = merge_for(request.agent, pk)
    try:
        part_customers(merge, by=request.actor, at=request.received_at)
        messages.success(request, _("Taken back: they are two people again."))
        return redirect("desk:customer", merge.merged_id)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
        return redirect("desk:customer", merge.kept_id)
