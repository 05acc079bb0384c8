"""The keys that a person's signatures are held against."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from rung.accounts.access import AgentRequest, agent_required, permission_required
from rung.channels.email.access.key import person_key_for
from rung.channels.email.pages.keys import keys_page, offers_in
from rung.channels.email.reading.pgp import MAX_KEY
from rung.channels.email.verbs.key import enter_keys, enter_offers, withdraw_key
from rung.core.given import given_key
from rung.customers.access import customer_for
from rung.ui.pages import render


@require_safe
@agent_required
def keys(request: AgentRequest, pk: int) -> HttpResponse:
    person = customer_for(request.agent, pk)
    letter = given_key(request.GET.get("letter", ""))
    return render(request, "email/keys.html", keys_page(person, request.agent, letter=letter, at=request.received_at))


@require_POST
@permission_required("customers.change")
def new_keys(request: AgentRequest, pk: int) -> HttpResponse:
    """A key that was pasted or picked; or with `offered`, its fingerprint, one that a letter brought along."""
    person = customer_for(request.agent, pk)
    letter, given = given_key(request.POST.get("letter", "")), request.POST.get("key", "")
    try:
        if letter is not None and "offered" in request.POST:
            offers = [
                offer
                for offer in offers_in(request.agent, person, letter)
                if offer.fingerprint == request.POST["offered"]
            ]
            entered = enter_offers(person, offers, came_in_letter=True, by=request.actor, at=request.received_at)
        else:
            file = request.FILES.get("file")
            data = file.read(MAX_KEY + 1) if file is not None else given.encode()
            entered = enter_keys(person, data, by=request.actor, at=request.received_at)
    except ValidationError as refused:
        said = " ".join(refused.messages)
        page = keys_page(person, request.agent, letter=letter, at=request.received_at, given=given, error=said)
        return render(request, "email/keys.html", page, status=422)
    if entered:
        messages.success(request, _("The key is entered. The signed letters of this person are being looked at again."))
    else:
        messages.info(request, _("This key was entered already."))
    return redirect("email:keys", person.pk)


@require_POST
@permission_required("customers.change")
def key_withdrawal(request: AgentRequest, pk: int) -> HttpResponse:
    key = person_key_for(request.agent, pk)
    withdraw_key(key, by=request.actor, at=request.received_at)
    messages.success(request, _("The key is removed. The letters it vouched for are being looked at again."))
    return redirect("email:keys", key.customer_id)
