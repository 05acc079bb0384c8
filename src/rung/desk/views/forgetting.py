from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from rung.accounts.access import AgentRequest, permission_required
from rung.customers.access import customer_for
from rung.customers.verbs import forget_customer
from rung.desk.pages.forgetting import forgetting_page
from rung.ui.pages import render


@require_http_methods(["GET", "POST"])
@permission_required("customers.forget")
def forgetting(request: AgentRequest, pk: int) -> HttpResponse:
    """Say what goes and what stays; then, once that is confirmed, forget."""
    person = customer_for(request.agent, pk)
    error = ""
    if request.method == "POST" and request.POST.get("sure") != "yes":
        error = _("Say that you have read it: it cannot be taken back.")
    elif request.method == "POST":
        try:
            forget_customer(person, by=request.actor, at=request.received_at)
            messages.success(
                request, _("Forgotten. The search follows within seconds, the numbers' files within the hour.")
            )
            return redirect("desk:customer", pk)
        except ValidationError as refused:
            error = " ".join(refused.messages)
    return render(request, "desk/forgetting.html", forgetting_page(person, error=error), status=422 if error else 200)
