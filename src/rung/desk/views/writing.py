"""What is done in the composer: send, note, keep as a draft, ask somebody else, take back."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from rung.accounts.access import AgentRequest, agent_required, colleagues, permission_required
from rung.core.given import given_key
from rung.desk.forms.files import files_of
from rung.desk.forms.promises import promise_in
from rung.desk.forms.sent import form_key
from rung.desk.forms.writing import Said, is_often_refused, said_in, speaks_of_a_file
from rung.desk.pages.composer import Composer, kept_composer, news_of, writers_in
from rung.desk.views.conversations import address_of, remind_of_promises, show
from rung.desk.views.onward import onward_from
from rung.promises.verbs import make_promise
from rung.touchpoints.access import (
    Conversation,
    Draft,
    DraftKind,
    Touchpoint,
    conversation_for,
    draft_of,
    names_blind_to,
    reply_recipients,
    touchpoint_for,
)
from rung.touchpoints.doors import writing_door
from rung.touchpoints.incoming import IncomingFile, KeptFile
from rung.touchpoints.linked import open_requests
from rung.touchpoints.planned import passed_on_with, planned_in, taken_back_already
from rung.touchpoints.verbs import (
    DraftChanged,
    MovedOn,
    TakenAlready,
    answer_conversation,
    ask_beside,
    attach_to_draft,
    detach_from_draft,
    discard_draft,
    once,
    rewrite_answer,
    save_draft,
    send_again,
    send_now,
    take_back_answer,
    write_note,
)
from rung.ui.moments import size


@require_POST
@permission_required("answers.write")
def answers(request: AgentRequest, number: int) -> HttpResponse:
    matter = conversation_for(request.agent, number)
    said = said_in(request.POST)
    if request.POST.get("do") == "draft":
        return _keep_as_draft(request, matter, said)
    try:
        recipients = said.recipients()
        # Whoever took everybody out is not to write to them all: a line that is shown empty is no wish for the usual ones.
        is_emptied = "to" in request.POST and bool(reply_recipients(matter))
        if not recipients.to and (recipients.cc or recipients.bcc or is_emptied):
            raise ValidationError(_("Say in To: whom it goes to first."))
        promised = promise_in(request.POST, request.agent.zone, at=request.received_at)
        with once(form_key(request), by=request.actor, at=request.received_at):
            files, kept = _files(request, matter, said)
            letter = answer_conversation(
                matter,
                text=said.text,
                to=recipients.to or None,
                cc=recipients.cc,
                bcc=recipients.bcc,
                files=files,
                kept=kept,
                forwards=passed_on_with(draft_of(matter, request.agent), request.agent),
                resolve=said.resolves,
                outcome=said.outcome,
                due_at=said.due_at(request.agent.zone, at=request.received_at, undo_s=request.agent.undo_s),
                stops_if_they_write=said.is_later and said.stops,
                seen=said.seen,
                by=request.actor,
                at=request.received_at,
            )
            if promised is not None:
                make_promise(
                    matter.customer,
                    promised.what,
                    due_at=promised.due_at,
                    is_day=promised.is_day,
                    conversation=matter,
                    letter=letter.pk,
                    by=request.actor,
                    at=request.received_at,
                )
    except TakenAlready:
        return _is_there(request, matter)
    except ValidationError as refused:
        return _refuse(request, matter, said, refused)
    except MovedOn as moved:
        names = {each.pk: each.name for each in colleagues(request.agent)}
        news = news_of(moved.changes, matter, names)
        words = _("This happened while you were writing. Nothing is sent yet, and what you have written is kept.")
        return _keep(request, matter, said, status=409, error=words, news=news)
    if said.resolves:
        remind_of_promises(request, matter)
    if said.resolves and (waits_for := open_requests(matter)):
        numbers = ", ".join(f"#{each}" for each in waits_for)
        messages.warning(request, _("It is resolved although it waits for %(numbers)s.") % {"numbers": numbers})
    onward = onward_from(request, matter) if said.resolves else None
    return redirect(onward or address_of(request, matter) + "#latest")


@require_POST
@agent_required
def notes(request: AgentRequest, number: int) -> HttpResponse:
    matter = conversation_for(request.agent, number)
    said = said_in(request.POST, kind=DraftKind.NOTE)
    try:
        with once(form_key(request), by=request.actor, at=request.received_at):
            note = write_note(matter, said.text, by=request.actor, at=request.received_at)
    except TakenAlready:
        return _is_there(request, matter)
    except ValidationError as refused:
        return _refuse(request, matter, said, refused)
    for name in names_blind_to(matter, note.pk):
        messages.warning(
            request, _("%(name)s does not see this conversation: assign it to them or to their team.") % {"name": name}
        )
    return redirect(address_of(request, matter) + "#latest")


@require_POST
@permission_required("answers.write")
def asides(request: AgentRequest, number: int) -> HttpResponse:
    """A letter to somebody else, for the sake of this conversation."""
    matter = conversation_for(request.agent, number)
    said = said_in(request.POST, kind=DraftKind.FORWARD)
    if request.POST.get("do") == "draft":
        return _keep_as_draft(request, matter, said)
    try:
        recipients = said.recipients()
        passed_on = touchpoint_for(request.agent, said.forwards) if said.forwards is not None else None
        if passed_on is not None and passed_on.conversation_id != matter.pk:
            passed_on = None
        with once(form_key(request), by=request.actor, at=request.received_at):
            files, kept = _files(request, matter, said, passed_on=_passed_on(passed_on, said))
            touchpoint = ask_beside(
                matter,
                to=recipients.to,
                cc=recipients.cc,
                bcc=recipients.bcc,
                subject=said.subject,
                text=said.text,
                forwards=passed_on,
                files=files,
                kept=kept,
                due_at=said.due_at(request.agent.zone, at=request.received_at, undo_s=request.agent.undo_s),
                by=request.actor,
                at=request.received_at,
            )
    except TakenAlready:
        return _is_there(request, matter)
    except ValidationError as refused:
        return _refuse(request, matter, said, refused)
    asked = ", ".join(party.name or party.address for party in recipients.to)
    messages.success(request, _("%(whom)s is asked; the answer will stand here too.") % {"whom": asked})
    if touchpoint.due_at is not None:  # it can be taken back there
        return redirect(address_of(request, touchpoint.conversation) + "#latest")
    return redirect(address_of(request, matter))


@require_POST
@agent_required
def draft(request: AgentRequest, number: int) -> HttpResponse:
    """Keep what is being written: its new version and when, and who else is at it; 409 when another window was faster."""
    matter = conversation_for(request.agent, number)
    said = said_in(request.POST)
    is_aside = said.kind == DraftKind.FORWARD
    if request.POST.get("do") == "discard":
        discard_draft(matter, is_aside=is_aside, by=request.actor, at=request.received_at)
        return redirect("desk:queue_mine" if matter.touch_count == 0 else address_of(request, matter))
    try:
        kept = save_said(request, matter, said, said.version or 0)
    except DraftChanged as changed:
        return JsonResponse({"version": changed.present.version}, status=409)
    except ValidationError as refused:
        return JsonResponse({"error": " ".join(refused.messages)}, status=422)
    saved = date_format(request.received_at.astimezone(request.agent.zone), "H:i") if kept else ""
    writing = writers_in(matter, request.agent, at=request.received_at)
    return JsonResponse({"version": kept.version if kept else 0, "saved": saved, "writing": writing})


@require_POST
@agent_required
def draft_files(request: AgentRequest, number: int) -> HttpResponse:
    """Lay files beside the draft as soon as they are chosen; or with `drop` take one away."""
    matter = conversation_for(request.agent, number)
    is_aside = request.POST.get("kind") == DraftKind.FORWARD
    by, at = request.actor, request.received_at
    if (dropped := given_key(request.POST.get("drop", ""))) is not None:
        detach_from_draft(matter, dropped, by=by, at=at)
        return HttpResponse(status=204)
    uploaded = request.FILES.getlist("files")
    try:
        _weigh(request, matter, is_aside, [file.size or 0 for file in uploaded])
        laid = [attach_to_draft(matter, file, is_aside=is_aside, by=by, at=at) for file in files_of(uploaded)]
    except ValidationError as refused:
        return JsonResponse({"error": " ".join(refused.messages)}, status=422)
    present = draft_of(matter, request.agent, is_aside=is_aside)
    shown = [
        {"pk": file.pk, "name": file.name, "weight": size(file.size), "isRefused": is_often_refused(file.name)}
        for file in laid
    ]
    return JsonResponse({"files": shown, "version": present.version if present else 0})


@require_POST
@permission_required("answers.write")
def taking_back(request: AgentRequest, pk: int) -> HttpResponse:
    try:
        touchpoint = touchpoint_for(request.agent, pk)
    except Http404:
        return _is_back(request, pk)
    return _back(request, touchpoint, lambda: take_back_answer(touchpoint, by=request.actor, at=request.received_at))


@require_POST
@permission_required("answers.write")
def posting(request: AgentRequest, pk: int) -> HttpResponse:
    try:
        touchpoint = touchpoint_for(request.agent, pk)
    except Http404:
        return _is_back(request, pk)
    send_now(touchpoint, by=request.actor, at=request.received_at)
    return redirect(address_of(request, touchpoint.conversation) + f"#t{touchpoint.pk}")


@require_POST
@permission_required("answers.write")
def rewriting(request: AgentRequest, pk: int) -> HttpResponse:
    """What could not be delivered lies in the composer again."""
    touchpoint = touchpoint_for(request.agent, pk)
    return _back(request, touchpoint, lambda: rewrite_answer(touchpoint, by=request.actor, at=request.received_at))


@require_POST
@permission_required("answers.write")
def other_address(request: AgentRequest, pk: int) -> HttpResponse:
    """What could not be delivered goes to another address."""
    touchpoint = touchpoint_for(request.agent, pk)
    try:
        recipients = said_in(request.POST).recipients()
        send_again(touchpoint, to=recipients.to, by=request.actor, at=request.received_at)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    return redirect(address_of(request, touchpoint.conversation) + f"#t{touchpoint.pk}")


def _is_there(request: AgentRequest, matter: Conversation) -> HttpResponse:
    """The same form once more: a double click, or a page that was loaded again."""
    messages.info(request, _("This was written already; it is not written twice."))
    return redirect(address_of(request, matter) + "#latest")


def _is_back(request: AgentRequest, pk: int) -> HttpResponse:
    """A letter that is there no more, as when "Undo" was pressed twice, or in two windows."""
    matter = planned_in(request.agent, pk, at=request.received_at)
    messages.info(request, taken_back_already())
    return redirect(address_of(request, matter) + "#composer")


def _back(request: AgentRequest, touchpoint: Touchpoint, act: Callable[[], object]) -> HttpResponse:
    try:
        act()
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    return redirect(address_of(request, touchpoint.conversation) + "#composer")


def _files(
    request: AgentRequest, matter: Conversation, said: Said, *, passed_on: tuple[KeptFile, ...] = ()
) -> tuple[tuple[IncomingFile, ...], tuple[KeptFile, ...]]:
    """The files that go along: those chosen now; and those that lie beside the draft and were left ticked, with those of a
    letter that is passed on.

    Raises ValidationError when they weigh too much, or when the text speaks of one and there is none.
    """
    uploaded = request.FILES.getlist("files")
    present = draft_of(matter, request.agent, is_aside=said.kind == DraftKind.FORWARD)
    laid = [file for file in present.files.all() if file.pk in said.files] if present is not None else []
    sizes = [*(file.size or 0 for file in uploaded), *(file.size for file in laid), *(file.size for file in passed_on)]
    _check_weight(matter, request, sizes)
    word = "" if uploaded or laid or passed_on or said.is_sure else speaks_of_a_file(said.text)
    if word:
        words = _("You wrote “%(word)s”, but nothing is attached. Attach it, or send it again as it is.")
        raise ValidationError(words % {"word": word}, code="attachment")
    kept = (KeptFile(name=f.name, media_type=f.media_type, size=f.size, digest=f.digest) for f in laid)
    return files_of(uploaded), (*kept, *passed_on)


def _passed_on(touchpoint: Touchpoint | None, said: Said) -> tuple[KeptFile, ...]:
    if touchpoint is None:
        return ()
    chosen = touchpoint.attachments.filter(pk__in=said.passed_on).order_by("pk")
    return tuple(KeptFile(name=f.name, media_type=f.media_type, size=f.size, digest=f.digest) for f in chosen)


def _weigh(request: AgentRequest, matter: Conversation, is_aside: bool, sizes: list[int]) -> None:
    present = draft_of(matter, request.agent, is_aside=is_aside)
    laid = [file.size for file in present.files.all()] if present is not None else []
    _check_weight(matter, request, [*laid, *sizes])


def _check_weight(matter: Conversation, request: AgentRequest, sizes: list[int]) -> None:
    through = writing_door(matter.channel)
    letterhead = through.letterhead(matter, request.agent) if through and sizes else None
    if letterhead is not None and sum(sizes) > letterhead.max_file_bytes:
        words = _("These files are %(size)s together, and a letter of ours takes %(limit)s.")
        said = {"size": size(sum(sizes)), "limit": size(letterhead.max_file_bytes)}
        raise ValidationError(words % said)


def save_said(request: AgentRequest, matter: Conversation, said: Said, version: int | None) -> Draft | None:
    return save_draft(
        matter,
        kind=said.kind,
        text=said.text,
        subject=said.subject,
        to="" if said.is_as_proposed else said.to,
        cc="" if said.is_as_proposed else said.cc,
        bcc=said.bcc,
        forwards=said.forwards if said.kind == DraftKind.FORWARD else None,
        send_at=said.draft_moment(request.agent.zone),
        version=version,
        by=request.actor,
        at=request.received_at,
    )


def _keep_as_draft(request: AgentRequest, matter: Conversation, said: Said) -> HttpResponse:
    """Without JavaScript: the button that saves."""
    try:
        save_said(request, matter, said, said.version or 0)
        _lay_aside(request, matter, said)
    except DraftChanged:
        words = _(
            "Another window of yours has saved something else here since. What you see is what you wrote in this one."
        )
        return _keep(request, matter, said, status=409, error=words)
    except ValidationError as refused:
        return _refuse(request, matter, said, refused)
    messages.success(request, _("Kept as a draft."))
    return redirect(address_of(request, matter) + "#composer")


def _lay_aside(request: AgentRequest, matter: Conversation, said: Said) -> None:
    """Keep the files that came with a form which was not taken: a browser forgets them."""
    is_aside = said.kind == DraftKind.FORWARD
    for file in files_of(request.FILES.getlist("files")):
        attach_to_draft(matter, file, is_aside=is_aside, by=request.actor, at=request.received_at)


def _refuse(request: AgentRequest, matter: Conversation, said: Said, refused: ValidationError) -> HttpResponse:
    words = " ".join(refused.messages)
    if getattr(refused, "code", "") == "attachment":
        return _keep(request, matter, said, status=422, question=words)
    return _keep(request, matter, said, status=422, error=words)


def _keep(request: AgentRequest, matter: Conversation, said: Said, *, status: int, **why: object) -> HttpResponse:
    """The page again with what was written, as a draft, and why it was not taken."""
    has_lost = False
    with suppress(DraftChanged, ValidationError):
        save_said(request, matter, said, None)
    try:
        _lay_aside(request, matter, said)
    except ValidationError:  # too large to be kept: it has to be chosen again, or something smaller
        has_lost = bool(request.FILES)

    def keep(composer: Composer) -> Composer:
        return kept_composer(composer, said, lost_files=has_lost, **why)

    return show(request, matter, keep=keep, status=status)
