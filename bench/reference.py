"""The addresses of the product and one more: a page that says nothing, through the same gate, frame and middleware."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path
from jinja2 import ChoiceLoader, DictLoader

from rung.accounts.access import agent_required
from rung.config.urls import urlpatterns as rooms
from rung.ui.pages import render

TEMPLATE = """{% extends "ui/base.html" %}
{% block title %}Bench{% endblock %}
{% block main %}<h1>{{ page.text }}</h1>{% endblock %}
"""

environment = engines["rooms"].env  # type: ignore[attr-defined]  # BaseEngine does not declare it
environment.loader = ChoiceLoader([environment.loader, DictLoader({"bench/reference.html": TEMPLATE})])


@dataclass(frozen=True)
class ReferencePage:
    text: str


@agent_required
def reference(request: HttpRequest) -> HttpResponse:
    return render(request, "bench/reference.html", ReferencePage("Nothing but the frame."))


urlpatterns = [*rooms, path("bench/reference", reference)]
