import random
from collections.abc import Callable
from datetime import datetime
from functools import wraps

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from rung.accounts.access import AgentRequest, permission_required
from rung.core import clock
from rung.core.seen import Overtaken
from rung.surveys.access import OpenedLink, has_refused, opened_link
from rung.surveys.forms import CommentForm, PolicyForm, WaveForm
from rung.surveys.pages import ClosedPage, StopPage, link_for, question_page, settings_page, why_page
from rung.surveys.rules import values
from rung.surveys.speaking import language_for, language_for_stranger
from rung.surveys.tokens import is_proof
from rung.surveys.verbs import (
    allow_surveys,
    answer_invitation,
    change_policy,
    comment_answer,
    invite_customers,
    refuse_surveys,
)
from rung.ui.pages import render


def behind_link(view: Callable[[HttpRequest, OpenedLink, datetime], HttpResponse]) -> Callable[..., HttpResponse]:
    """For a page behind a link of a letter: hands over what it leads to, and speaks the customer's language."""

    @wraps(view)
    def opened(request: HttpRequest, token: str) -> HttpResponse:
        at = clock.now()
        try:
            link = opened_link(token, at=at)
        except Http404:
            link = None
        language = language_for(link.invitation.customer, request) if link else language_for_stranger(request)
        with translation.override(language):
            response = view(request, link, at) if link else _closed(request, "unknown", status=404)
        # The address is a key: neither kept by a cache nor found by a search engine.
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        response.headers.setdefault("Content-Language", language)
        return response

    return opened


# Exempt because the form carries a signed proof of its own: a customer's browser need not take our cookie, and whoever
# could forge the post would have to hold the customer's link already.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@behind_link
def question(request: HttpRequest, opened: OpenedLink, at: datetime) -> HttpResponse:
    """The page behind a link of the letter. Looking at it records nothing; its form does."""
    if not opened.is_open:
        return _closed(request, "over", status=410)
    if request.method != "POST":
        if opened.answer is not None and opened.value == opened.answer.value:
            return HttpResponseRedirect(_address("surveys:why", opened, opened.value))
        return _asked(request, opened, opened.value, at)
    if request.user.is_authenticated:
        return _for_colleague(request)
    if not is_proof(request.POST.get("proof", ""), opened.invitation.nonce, at=at):
        again = _address("surveys:question", opened, opened.value)
        return _closed(request, "stale_form", again=again, status=403)
    value = _number(request.POST.get("value", ""))
    if value not in values(opened.invitation.question):
        return _asked(request, opened, None, at, status=422)
    try:
        answer_invitation(opened.invitation, value=value, by=opened.invitation.customer.actor, at=at)
    except ValidationError:
        return _closed(request, "over", status=410)
    return HttpResponseRedirect(_address("surveys:why", opened, value), status=303)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@behind_link
def why(request: HttpRequest, opened: OpenedLink, at: datetime) -> HttpResponse:
    """The one open question, after the answer."""
    if opened.answer is None:
        return HttpResponseRedirect(_address("surveys:question", opened, opened.value))
    if request.method != "POST":
        form = CommentForm(initial={"comment": opened.answer.comment})
        return render(request, "surveys/why.html", _why(opened, form))
    if request.user.is_authenticated:
        return _for_colleague(request)
    if not opened.is_open:
        return _closed(request, "over", status=410)
    form = CommentForm(request.POST)
    if not form.is_valid():
        return render(request, "surveys/why.html", _why(opened, form), status=422)
    comment_answer(opened.answer, comment=form.cleaned_data["comment"], by=opened.invitation.customer.actor, at=at)
    return HttpResponseRedirect(_address("surveys:thanks", opened, opened.value), status=303)


@require_safe
@behind_link
def thanks(request: HttpRequest, opened: OpenedLink, at: datetime) -> HttpResponse:
    if opened.answer is None:
        return HttpResponseRedirect(_address("surveys:question", opened, opened.value))
    return render(request, "surveys/thanks.html", _why(opened, CommentForm()))


# Exempt because mail programs post here by themselves when somebody clicks "unsubscribe" (RFC 8058), without any page of
# ours before it. The link is the key; a plain visit, as scanners make it, changes nothing.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@behind_link
def stop(request: HttpRequest, opened: OpenedLink, at: datetime) -> HttpResponse:
    """No more questions, with one click; and back again. The link works for ever: a "no" has no last day."""
    invitation = opened.invitation
    if request.method == "POST":
        change = allow_surveys if request.POST.get("again") else refuse_surveys
        change(invitation, by=invitation.customer.actor, at=at)
    return render(request, "surveys/stop.html", StopPage(has_refused(invitation.customer)))


@require_GET
@permission_required("settings.surveys")
def settings(request: AgentRequest) -> HttpResponse:
    """Policy and figures; with `size`, how many a wave of that size would reach."""
    wave = WaveForm(request.GET) if "size" in request.GET else None
    return render(request, "surveys/settings.html", settings_page(wave=wave, at=request.received_at))


@require_POST
@permission_required("settings.surveys")
def policy(request: AgentRequest) -> HttpResponse:
    form = PolicyForm(request.POST)
    if not form.is_valid():
        return render(request, "surveys/settings.html", settings_page(form=form, at=request.received_at), status=422)
    try:
        change_policy(**form.cleaned_data, seen=form.seen, by=request.actor, at=request.received_at)
    except Overtaken as overtaken:
        form.come_back(overtaken)
        return render(request, "surveys/settings.html", settings_page(form=form, at=request.received_at), status=409)
    messages.success(request, form.what_stayed() or _("Saved."))
    return HttpResponseRedirect(reverse("surveys:settings"), status=303)


@require_POST
@permission_required("settings.surveys")
def waves(request: AgentRequest) -> HttpResponse:
    """Ask a number of customers, drawn by lot, how likely they would recommend us."""
    form = WaveForm(request.POST)
    if not form.is_valid():
        return render(request, "surveys/settings.html", settings_page(wave=form, at=request.received_at), status=422)
    invited = invite_customers(
        size=form.cleaned_data["size"], lot=random.SystemRandom(), by=request.actor, at=request.received_at
    )
    said = ngettext("%(n)s customer is being asked.", "%(n)s customers are being asked.", len(invited))
    messages.success(request, said % {"n": len(invited)})
    return HttpResponseRedirect(reverse("surveys:settings"), status=303)


def _asked(
    request: HttpRequest, opened: OpenedLink, chosen: int | None, at: datetime, status: int = 200
) -> HttpResponse:
    action = _address("surveys:question", opened, opened.value)
    page = question_page(opened, chosen=chosen, action=action, at=at)
    return render(request, "surveys/question.html", page, status=status)


def _why(opened: OpenedLink, form: CommentForm) -> object:
    action = _address("surveys:why", opened, opened.value)
    change = _address("surveys:question", opened, None)
    return why_page(opened, form=form, action=action, change=change)


def _closed(request: HttpRequest, reason: str, *, again: str = "", status: int) -> HttpResponse:
    return render(request, "surveys/closed.html", ClosedPage(reason, again), status=status)


def _for_colleague(request: HttpRequest) -> HttpResponse:
    """One of us at a customer's link: told so in their own language, not the customer's."""
    language = getattr(request.user, "language", "") or translation.get_language()
    with translation.override(language):
        response = _closed(request, "colleague", status=403)
    response.headers["Content-Language"] = language or ""
    return response


def _address(name: str, opened: OpenedLink, value: int | None) -> str:
    return reverse(name, args=[link_for(opened, value)])


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 3 else -1
