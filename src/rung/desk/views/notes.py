"""A note by itself: put right by whoever wrote it, and how it read before."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from rung.accounts.access import AgentRequest, agent_required
from rung.core.seen import Overtaken
from rung.desk.pages.notes import note_page
from rung.desk.pages.rows import conversation_href
from rung.touchpoints.access import conversation_for, names_blind_to
from rung.touchpoints.noted import note_in
from rung.touchpoints.verbs import correct_note
from rung.ui.pages import render
from rung.ui.stamped import seen_in


@require_http_methods(["GET", "POST"])
@agent_required
def note(request: AgentRequest, number: int, pk: int) -> HttpResponse:
    matter = conversation_for(request.agent, number)
    written = note_in(matter, pk)
    if request.method == "GET":
        return render(request, "desk/note.html", note_page(written, request.agent))
    text = request.POST.get("text", "")
    try:
        correct_note(written, text, seen=seen_in(request.POST), by=request.actor, at=request.received_at)
    except ValidationError as refused:
        page = note_page(written, request.agent, typed=text, error=" ".join(refused.messages))
        return render(request, "desk/note.html", page, status=422)
    except Overtaken:
        error = _("You changed it in another window meanwhile, as it stands below. Save again to keep this instead.")
        return render(request, "desk/note.html", note_page(written, request.agent, typed=text, error=error), status=409)
    for name in names_blind_to(matter, written.pk):
        messages.warning(
            request, _("%(name)s does not see this conversation: assign it to them or to their team.") % {"name": name}
        )
    return redirect(f"{conversation_href(matter.number)}#n{written.pk}")
