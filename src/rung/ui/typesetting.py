"""From a paper to a PDF that screen readers can read too (PDF/UA-1)."""

import json
import logging
from functools import cache
from pathlib import Path
from typing import Any

from django.http import HttpResponse

from rung.ui.paper import Paper

log = logging.getLogger(__name__)

PAGE = Path(__file__).parent / "templates" / "ui" / "paper.typ"
# The first is part of the typesetter, so that a report looks alike everywhere; what it has no letters for is taken from
# the fonts of the machine.
FONTS = ("Libertinus Serif", "Noto Serif", "Noto Sans", "DejaVu Sans")


@cache
def _fonts() -> Any:
    """Which fonts there are: looking through the machine's takes longer than setting a page."""
    import typst

    return typst.Fonts()


def pdf_of(paper: Paper) -> bytes:
    # Some 30 MB that nobody needs who makes no report.
    import typst

    asked: dict[str, Any] = {
        "format": "pdf",
        "sys_inputs": {"paper": json.dumps(paper.plain() | {"fonts": FONTS})},
        "font_paths": _fonts(),
    }
    try:
        made = typst.compile(PAGE, pdf_standards=["ua-1"], **asked)
    except typst.TypstError as refused:
        # A name in letters that no font of this machine has. The standard forbids the box that stands for them; whoever
        # waits for the numbers would rather have it.
        log.warning("a report does not keep to PDF/UA: %s", refused)
        made = typst.compile(PAGE, **asked)
    assert isinstance(made, bytes)
    return made


def pdf_answer(paper: Paper, name: str) -> HttpResponse:
    """The PDF to be kept as a file; `name` without its ending, plain letters."""
    response = HttpResponse(pdf_of(paper), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    response.headers["Cache-Control"] = "private, no-store"
    return response
