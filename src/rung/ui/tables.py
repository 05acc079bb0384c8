"""Rows as a file to be kept: CSV for a spreadsheet, Parquet for those who go on reckoning."""

import csv
from collections.abc import Iterable, Mapping, Sequence

from django.http import Http404, HttpResponse

from rung.core.downloads import harmless
from rung.core.parquet import parquet_of

_TYPES = {"csv": "text/csv; charset=utf-8", "parquet": "application/vnd.apache.parquet"}


def table_answer(
    rows: Iterable[Sequence[object]], name: str, kind: str, *, types: Mapping[str, str] | None = None
) -> HttpResponse:
    """A head and rows as the file ``name`` of ``kind`` "csv" or "parquet". Raises Http404 for another. ``types``: see
    `parquet_of`."""
    if kind not in _TYPES:
        raise Http404
    response = HttpResponse(content_type=_TYPES[kind])
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    response.headers["Cache-Control"] = "private, no-store"
    if kind == "parquet":
        response.write(parquet_of(rows, types))
        return response
    response.write("\ufeff")  # or Excel takes it for Latin-1
    csv.writer(response).writerows([harmless(cell) for cell in row] for row in rows)
    return response
