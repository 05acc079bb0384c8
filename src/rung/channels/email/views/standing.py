"""What leads see and do about how our letters are received elsewhere."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from rung.accounts.access import AgentRequest, permission_required
from rung.channels.email.access.standing import domain_for, signing_key_for
from rung.channels.email.errands.standing import look_at
from rung.channels.email.pages.standing import deliverability_page
from rung.channels.email.resolving import system_resolver
from rung.channels.email.verbs.standing import begin_signing, end_signing, note_standing, prepare_signing
from rung.ui.pages import render


@require_safe
@permission_required("letters.see")
def deliverability(request: AgentRequest) -> HttpResponse:
    return render(request, "email/deliverability.html", deliverability_page())


@require_POST
@permission_required("letters.see")
def look(request: AgentRequest, domain: str) -> HttpResponse:
    """Ask DNS now."""
    known, hosts = domain_for(request.agent, domain)
    facts = look_at(known, hosts, system_resolver())
    note_standing(known, facts, by=request.actor, at=request.received_at)
    return _back(known)


@require_POST
@permission_required("letters.see")
def keys(request: AgentRequest, domain: str) -> HttpResponse:
    known, _hosts = domain_for(request.agent, domain)
    try:
        prepare_signing(known, algorithm=request.POST.get("algorithm", ""), by=request.actor, at=request.received_at)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, _("The key is made. Publish its record; signing begins when it is found."))
    return _back(known)


@require_POST
@permission_required("letters.see")
def beginning(request: AgentRequest, pk: int) -> HttpResponse:
    key = signing_key_for(request.agent, pk)
    begin_signing(key, by=request.actor, at=request.received_at)
    messages.success(request, _("Letters from %(domain)s are signed from now on.") % {"domain": key.domain})
    return _back(key.domain)


@require_POST
@permission_required("letters.see")
def end(request: AgentRequest, pk: int) -> HttpResponse:
    key = signing_key_for(request.agent, pk)
    end_signing(key, by=request.actor, at=request.received_at)
    messages.success(request, _("The key is out of use. Leave its record in DNS for another week."))
    return _back(key.domain)


def _back(domain: str) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('email:deliverability')}#{domain}", status=303)
