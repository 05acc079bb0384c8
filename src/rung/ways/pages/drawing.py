"""Drawing a journey: its name and its steps, as a form."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from rung.ways.built_in import Drawn
from rung.ways.forms import JourneyForm


@dataclass(frozen=True, slots=True)
class DrawingPage:
    form: JourneyForm
    is_new: bool
    action: str
    back_href: str
    end_href: str


def drawing_page(form: JourneyForm, drawn: Drawn | None = None) -> DrawingPage:
    """``drawn``: the journey that is changed; None for a new one."""
    return DrawingPage(
        form=form,
        is_new=drawn is None,
        action=reverse("ways:drawing", args=[drawn.key]) if drawn else reverse("ways:new"),
        back_href=reverse("ways:journey", args=[drawn.key]) if drawn else reverse("ways:journeys"),
        end_href=reverse("ways:end", args=[drawn.key]) if drawn else "",
    )
