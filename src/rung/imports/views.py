from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from typing import cast

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from rung.accounts.access import AgentRequest, permission_required
from rung.accounts.verbs import note_export
from rung.core.downloads import content_disposition, harmless
from rung.imports.access import Subject, import_for, refused_lines
from rung.imports.days import DAY_FIRST, MONTH_FIRST
from rung.imports.pages import ENCODING_NAMES, import_page, imports_page
from rung.imports.taking import table_of
from rung.imports.verbs import check_import, lay_import, run_import, stop_import, take_back_import
from rung.ui.pages import render


@require_http_methods(["GET", "POST"])
@permission_required("customers.import")
def imports(request: AgentRequest) -> HttpResponse:
    error = ""
    if request.method == "POST":
        uploaded, subject = request.FILES.get("file"), request.POST.get("subject")
        try:
            if uploaded is None or uploaded.file is None or subject not in Subject.values:
                raise ValidationError(_("Choose a file, and say what is in it."))
            laid = lay_import(
                subject,
                uploaded.file,
                name=uploaded.name or "",
                size=uploaded.size or 0,
                by=request.actor,
                at=request.received_at,
            )
            return redirect("imports:import", laid.pk)
        except ValidationError as refused:
            error = " ".join(refused.messages)
    return render(
        request, "imports/imports.html", imports_page(request.agent, error=error), status=422 if error else 200
    )


@require_GET
@permission_required("customers.import")
def one_import(request: AgentRequest, pk: int) -> HttpResponse:
    page = import_page(import_for(request.agent, pk))
    return render(
        request, "imports/import.html", page, block="live" if request.headers.get("HX-Request") == "true" else None
    )


@require_POST
@permission_required("customers.import")
def checking(request: AgentRequest, pk: int) -> HttpResponse:
    """Look at every line, with the columns as they were chosen."""
    listed = import_for(request.agent, pk)
    asked = request.POST
    encoding = asked.get("encoding", "")
    try:
        check_import(
            listed,
            encoding=encoding if encoding in ENCODING_NAMES else listed.encoding,
            separator=asked.get("separator", listed.separator),
            days=days if (days := asked.get("days")) in ("", DAY_FIRST, MONTH_FIRST) else None,
            columns=[asked.get(f"column-{number}", "") for number in range(len(listed.head))],
            by=request.actor,
            at=request.received_at,
        )
    except ValidationError as refused:
        page = import_page(listed, error=" ".join(refused.messages))
        return render(request, "imports/import.html", page, status=422)
    return redirect("imports:import", pk)


@require_POST
@permission_required("customers.import")
def running(request: AgentRequest, pk: int) -> HttpResponse:
    run_import(import_for(request.agent, pk), by=request.actor, at=request.received_at)
    return redirect("imports:import", pk)


@require_POST
@permission_required("customers.import")
def stopping(request: AgentRequest, pk: int) -> HttpResponse:
    stop_import(import_for(request.agent, pk), by=request.actor, at=request.received_at)
    return redirect("imports:import", pk)


@require_POST
@permission_required("customers.import")
def returning(request: AgentRequest, pk: int) -> HttpResponse:
    take_back_import(import_for(request.agent, pk), by=request.actor, at=request.received_at)
    return redirect("imports:import", pk)


_NUMBER = re.compile(r"[+-][\d .,()/-]*")


class _Echo:
    """What the csv writer takes for a file: it hands each line back."""

    def write(self, line: str) -> str:
        return line


@require_GET
@permission_required("customers.import")
def refused(request: AgentRequest, pk: int) -> HttpResponse:
    """The refused lines as a file that can be put right and brought in again."""
    listed = import_for(request.agent, pk)
    answer = StreamingHttpResponse(_csv(refused_lines(listed)), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = content_disposition(f"refused-{listed.name}", inline=False)
    answer.headers["Cache-Control"] = "private, no-store"
    # The gates speak of the answer that is there at once; one that streams goes through them alike.
    return cast(HttpResponse, answer)


@require_GET
@permission_required("customers.import", "exports.take")
def table(request: AgentRequest) -> HttpResponse:
    """Everybody, or everything of a kind, as a list."""
    subject = request.GET.get("of", "")
    if subject not in Subject.values:
        raise Http404
    note_export(f"imports/{subject}", by=request.actor, at=request.received_at)
    answer = StreamingHttpResponse(_csv(table_of(subject, request.agent)), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = content_disposition(f"{subject}.csv", inline=False)
    answer.headers["Cache-Control"] = "private, no-store"
    return cast(HttpResponse, answer)


def _csv(lines: Iterable[list[str]]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    piece = ["\ufeff"]
    for cells in lines:
        # What a spreadsheet would take for a formula is no formula of ours; numbers to call come back as they were.
        piece.append(writer.writerow([cell if _NUMBER.fullmatch(cell) else harmless(cell) for cell in cells]))
        # Each piece is handed over by itself, which takes longer than a line does.
        if len(piece) == 1000:
            yield "".join(piece)
            piece = []
    yield "".join(piece)
