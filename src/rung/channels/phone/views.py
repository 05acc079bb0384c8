from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from rung.accounts.access import AgentRequest, colleague_for, permission_required
from rung.channels.phone.access import telephone_for, telephone_with
from rung.channels.phone.announcements import Unreadable, bearer_token, fields_of
from rung.channels.phone.forms import AnnouncementForm, TelephoneForm
from rung.channels.phone.pages import Wanted, telephones_page
from rung.channels.phone.verbs import add_telephone, announce_call, end_telephone, set_extensions
from rung.core import clock
from rung.core.actor import SYSTEM
from rung.core.seen import Overtaken
from rung.ui.pages import render
from rung.ui.stamped import seen_in, theirs_stays


# Exempt because a telephone system has no page of ours to take a token from; it shows its own, which no browser sends by
# itself.
@csrf_exempt
@require_POST
def announcements(request: HttpRequest) -> HttpResponse:
    """Take in what a telephone system says of a call: 201 for a new one, 200 for one known already."""
    telephone = telephone_with(bearer_token(request))
    if telephone is None:
        answer = _refused(401, {"error": _("Send the token of your telephone system: “Authorization: Bearer …”.")})
        answer.headers["WWW-Authenticate"] = 'Bearer realm="Rung"'
        return answer
    try:
        form = AnnouncementForm(fields_of(request))
    except Unreadable as unreadable:
        return _refused(unreadable.status, {"error": unreadable.said})
    if not form.is_valid():
        return _refused(422, {"error": _("Something about it is wrong."), "fields": dict(form.errors)})
    at = clock.now()
    try:
        call = announce_call(telephone, form.announced(), by=SYSTEM, at=at)
    except IntegrityError:
        # Announced for the first time twice at once; by now it is known.
        call = announce_call(telephone, form.announced(), by=SYSTEM, at=at)
    return JsonResponse({"call": call.pk, "state": call.state}, status=201 if call.added_at == at else 200)


def _refused(status: int, said: dict[str, object]) -> HttpResponse:
    return JsonResponse(said, status=status)


@require_http_methods(["GET", "POST"])
@permission_required("settings.mailboxes")
def telephones(request: AgentRequest) -> HttpResponse:
    form = TelephoneForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            _telephone, token = add_telephone(
                form.cleaned_data["name"], team=form.chosen_team(), by=request.actor, at=request.received_at
            )
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            # No redirect: the token is shown on this answer, and on no other.
            return render(
                request, "phone/telephones.html", telephones_page(request.agent, TelephoneForm(), token=token)
            )
    status = 422 if form.errors else 200
    page = telephones_page(request.agent, form, wanted=_wanted(request.GET))
    return render(request, "phone/telephones.html", page, status=status)


def _wanted(said: QueryDict) -> Wanted:
    after = said.get("after", "")
    return Wanted(
        said.get("q", "")[:100].strip(), int(after) if after.isascii() and after.isdecimal() and len(after) < 7 else 0
    )


@require_POST
@permission_required("settings.mailboxes")
def silence(request: AgentRequest, pk: int) -> HttpResponse:
    telephone = telephone_for(request.agent, pk)
    end_telephone(telephone, by=request.actor, at=request.received_at)
    messages.success(request, _("%(name)s announces no calls any more.") % {"name": telephone})
    return redirect("phone:telephones")


@require_POST
@permission_required("settings.mailboxes")
def extensions(request: AgentRequest, pk: int) -> HttpResponse:
    colleague, wanted = colleague_for(request.agent, pk), _wanted(request.POST)
    written = request.POST.get("numbers", "")[:400]
    try:
        seen = seen_in(request.POST)
        set_extensions(colleague, written.split(","), seen=seen, by=request.actor, at=request.received_at)
    except ValidationError as refused:
        wrong = (colleague.pk, written, " ".join(refused.messages))
        page = telephones_page(request.agent, TelephoneForm(), wanted=wanted, wrong=wrong)
        return render(request, "phone/telephones.html", page, status=422)
    except Overtaken as overtaken:
        messages.error(request, theirs_stays(overtaken))
    else:
        messages.success(request, _("The extensions of %(name)s are kept.") % {"name": colleague.name})
    return redirect(reverse("phone:telephones") + wanted.asked)
