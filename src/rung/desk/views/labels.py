"""Tags, priority and custom fields of a conversation, and the tags there are."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from rung.accounts.access import AgentRequest, agent_required, permission_required
from rung.core.given import given_key
from rung.core.seen import Overtaken
from rung.core.text import folded
from rung.desk.pages.tags import tags_page
from rung.desk.views.conversations import change
from rung.fields.access import fields_of
from rung.fields.pages import entered_values
from rung.fields.verbs import set_value
from rung.touchpoints.access import Priority, Tag, TagColour, conversation_for, tag_for
from rung.touchpoints.access import all_tags as tags_in_use
from rung.touchpoints.verbs import (
    change_tag,
    create_tag,
    delete_tag,
    merge_tags,
    set_priority,
    tag_conversation,
    untag_conversation,
)
from rung.ui.pages import render
from rung.ui.stamped import seen_in


@require_POST
@agent_required
def tags(request: AgentRequest, number: int) -> HttpResponse:
    """Put on the tag of a key, or of a typed name, which is made where there is none; with `off`, take that one off."""
    matter = conversation_for(request.agent, number)
    by, at = request.actor, request.received_at
    off, given = given_key(request.POST.get("off", "")), given_key(request.POST.get("tag", ""))

    def act() -> None:
        if off is not None:
            untag_conversation(matter, tag_for(request.agent, off), by=by, at=at)
            return
        name = request.POST.get("name", "")
        tag = tag_for(request.agent, given) if given is not None else create_tag(name, by=by, at=at)
        tag_conversation(matter, tag, by=by, at=at)

    return change(request, matter, act)


@require_POST
@agent_required
def priority(request: AgentRequest, number: int) -> HttpResponse:
    matter = conversation_for(request.agent, number)
    wanted = request.POST.get("priority", "")

    def act() -> None:
        if wanted not in Priority.values:
            raise ValidationError(_("That is no priority."))
        set_priority(matter, wanted, by=request.actor, at=request.received_at)

    return change(request, matter, act)


@require_POST
@agent_required
def fields(request: AgentRequest, number: int) -> HttpResponse:
    """Keep what was entered, each field by itself: what cannot be meant, or was changed by another, is told and left."""
    matter = conversation_for(request.agent, number)

    def act() -> None:
        refused: list[str] = []
        for field, value, was in entered_values(fields_of("conversation"), request.POST):
            try:
                if value != was:
                    set_value(field, matter.pk, value, was=was, by=request.actor, at=request.received_at)
            except ValidationError as told:
                refused += told.messages
        if refused:
            raise ValidationError(refused)

    return change(request, matter, act)


@require_http_methods(["GET", "POST"])
@permission_required("settings.words")
def all_tags(request: AgentRequest) -> HttpResponse:
    error = ""
    if request.method == "POST":
        try:
            create_tag(request.POST.get("name", ""), colour=_colour(request), by=request.actor, at=request.received_at)
        except ValidationError as refused:
            error = " ".join(refused.messages)
        else:
            return redirect("desk:tags_there_are")
    return render(request, "desk/tags.html", tags_page(error=error), status=422 if error else 200)


@require_POST
@permission_required("settings.words")
def tag(request: AgentRequest, pk: int) -> HttpResponse:
    """Change a tag: its name and colour, or with `do` make it one with another, or do away with it."""
    present = tag_for(request.agent, pk)
    wanted = request.POST.get("do", "")
    by, at = request.actor, request.received_at
    try:
        if wanted == "merge":
            other = _meant(request, present)
            merge_tags(present, into=other, by=by, at=at)
            messages.success(request, _("“%(name)s” is “%(into)s” now.") % {"name": present.name, "into": other.name})
        elif wanted == "delete":
            delete_tag(present, by=by, at=at)
            messages.success(request, _("The tag “%(name)s” is gone.") % {"name": present.name})
        else:
            name, seen = request.POST.get("name", ""), seen_in(request.POST)
            change_tag(present, name=name, colour=_colour(request), seen=seen, by=by, at=at)
            messages.success(request, _("The tag is saved."))
    except ValidationError as refused:
        typed = (request.POST.get("name", ""), _colour(request))
        page = tags_page(refused=pk, error=" ".join(refused.messages), typed=None if wanted else typed)
        return render(request, "desk/tags.html", page, status=422)
    except Overtaken as overtaken:
        theirs = ", ".join(str(dict(TagColour.choices).get(each, each)) for each in overtaken.present.values())
        error = _("Somebody else made it “%(theirs)s” while you were here. Save again to keep yours.") % {
            "theirs": theirs
        }
        page = tags_page(refused=pk, error=error, typed=(request.POST.get("name", ""), _colour(request)))
        return render(request, "desk/tags.html", page, status=409)
    return redirect("desk:tags_there_are")


def _meant(request: AgentRequest, present: Tag) -> Tag:
    """The tag that is named by its number, or in words. Raises ValidationError where none is called so."""
    if "into_name" not in request.POST:
        into = given_key(request.POST.get("into", ""))
        return tag_for(request.agent, into if into is not None else present.pk)
    name = folded(request.POST["into_name"])
    named = next((each for each in tags_in_use() if folded(each.name) == name), None)
    if named is None:
        raise ValidationError(_("There is no tag of that name."))
    return named


def _colour(request: AgentRequest) -> str:
    wanted = request.POST.get("colour", "")
    return wanted if wanted in TagColour.values else TagColour.GREY.value
