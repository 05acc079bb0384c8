"""Every letter's fate, for leads: what came, what became of it, and another try."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from rung.accounts.access import AgentRequest, permission_required
from rung.channels.email.access.letter import bytes_of, letter_for, visible_letters
from rung.channels.email.pages.letter import letter_page
from rung.channels.email.pages.letters import LetterFilters, found_letters, letters_page
from rung.channels.email.verbs.letter import replay_letter, replay_letters
from rung.core.given import given_key
from rung.ui.pages import render


@require_safe
@permission_required("letters.see")
def letters(request: AgentRequest) -> HttpResponse:
    page = letters_page(request.agent, LetterFilters.read(request.GET))
    block = "rows" if request.headers.get("HX-Request") else None
    return render(request, "email/letters.html", page, block=block)


@require_safe
@permission_required("letters.see")
def letter(request: AgentRequest, pk: int) -> HttpResponse:
    block = "whole" if request.headers.get("HX-Request") else None
    return render(request, "email/letter.html", letter_page(letter_for(request.agent, pk)), block=block)


@require_POST
@permission_required("letters.see")
def replay(request: AgentRequest, pk: int) -> HttpResponse:
    found = letter_for(request.agent, pk)
    address = request.POST.get("treat_as_from", "")
    try:
        replay_letter(found, treat_as_from=address, by=request.actor, at=request.received_at)
    except ValidationError as refused:
        page = letter_page(found, treat_as_from=address, errors=tuple(refused.messages))
        return render(request, "email/letter.html", page, status=422)
    messages.success(request, _("The letter is being read again."))
    return redirect("email:letter", pk)


@require_POST
@permission_required("letters.see")
def replays(request: AgentRequest) -> HttpResponse:
    """Several at once: those that are ticked, or with `all` whatever the filters let through."""
    filters = LetterFilters.read(request.POST)
    if "all" in request.POST:
        chosen = found_letters(request.agent, filters)
    else:
        ticked = [given_key(key) for key in request.POST.getlist("letter")[:1000]]
        chosen = visible_letters(request.agent).filter(pk__in=[key for key in ticked if key is not None])
    count = replay_letters(chosen, by=request.actor, at=request.received_at)
    if count:
        words = ngettext("%(n)d letter is being read again.", "%(n)d letters are being read again.", count)
        messages.success(request, words % {"n": count})
    else:
        messages.warning(request, _("Tick the letters that shall be read again."))
    return redirect(reverse("email:letters") + filters.link())


@require_safe
@permission_required("letters.see")
def original(request: AgentRequest, pk: int) -> HttpResponse:
    """The letter as it came, to keep or to show; never to be opened by the browser itself."""
    found = letter_for(request.agent, pk)
    response = HttpResponse(bytes_of(found), content_type="application/octet-stream")
    response.headers["Content-Disposition"] = f'attachment; filename="letter-{found.pk}.eml"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cache-Control"] = "private, no-store"
    return response
