from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from rung.accounts.access import AgentRequest, permission_required
from rung.core.seen import Overtaken
from rung.fields.access import Field, Kind, Subject, field_for
from rung.fields.pages import fields_page
from rung.fields.verbs import archive_field, change_choices, make_field, move_field, rename_field, restore_field
from rung.ui.pages import render
from rung.ui.stamped import seen_in, theirs_stays


@require_http_methods(["GET", "POST"])
@permission_required("settings.words")
def fields(request: AgentRequest) -> HttpResponse:
    """The fields there are; a POST makes one."""
    said = request.POST
    if request.method == "GET":
        return render(request, "fields/fields.html", fields_page())
    try:
        if said.get("subject") not in Subject.values or said.get("kind") not in Kind.values:
            raise ValidationError(_("Say what it is about and what is entered."))
        make_field(
            said["subject"],
            said.get("name", ""),
            kind=said["kind"],
            choices=said.get("choices", "").splitlines(),
            by=request.actor,
            at=request.received_at,
        )
    except ValidationError as refused:
        entered = {name: said.get(name, "") for name in ("subject", "name", "kind", "choices")}
        page = fields_page(error=" ".join(refused.messages), entered=entered)
        return render(request, "fields/fields.html", page, status=422)
    return redirect("fields:fields")


@require_POST
@permission_required("settings.words")
def field(request: AgentRequest, pk: int) -> HttpResponse:
    """Rename a field and its choices, or with `do` move, archive or restore it."""
    present = field_for(request.agent, pk)
    try:
        _do(request, present)
    except ValidationError as refused:
        page = fields_page(refused=pk, error=" ".join(refused.messages))
        return render(request, "fields/fields.html", page, status=422)
    except Overtaken as overtaken:
        page = fields_page(refused=pk, error=theirs_stays(overtaken))
        return render(request, "fields/fields.html", page, status=409)
    return redirect("fields:fields")


def _do(request: AgentRequest, present: Field) -> None:
    said, by, at = request.POST, request.actor, request.received_at
    match said.get("do", ""):
        case "up" | "down" as way:
            move_field(present, down=way == "down", by=by, at=at)
        case "archive":
            archive_field(present, by=by, at=at)
            messages.success(request, _("“%(name)s” is archived; what it says is kept.") % {"name": present.name})
        case "restore":
            restore_field(present, by=by, at=at)
        case _:
            seen = seen_in(said)
            rename_field(present, said.get("name", ""), seen=seen, by=by, at=at)
            if present.kind == Kind.CHOICE:
                keys = {each["key"]: f"choice-{each['key']}" for each in present.choices}
                labels = {key: said[name] for key, name in keys.items() if name in said}
                change_choices(present, labels, said.get("added", "").splitlines(), seen=seen, by=by, at=at)
            messages.success(request, _("The field is saved."))
