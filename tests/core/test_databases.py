"""Statements are written down as Django would have written them, on whichever database."""

from typing import Any

import pytest
from django.db import connection
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Lower
from django.db.models.sql.compiler import SQLCompiler

from rung.accounts.models import Agent, Team
from rung.core.databases.compiling import LeanCompiler
from rung.customers.models import Customer
from rung.touchpoints.models import Conversation, Note, Touchpoint

pytestmark = pytest.mark.django_db


def _asked() -> list[QuerySet[Any]]:
    read = Note.objects.filter(conversation=OuterRef("pk"))
    mine = Conversation.objects.filter(Q(assignee=1) | Q(team__in=[1, 2]), state="open")
    return [
        Conversation.objects.all(),
        Conversation.objects.filter(pk=1),
        mine.order_by("-last_touch_at", "pk"),
        mine.order_by(F("last_touch_at").desc(nulls_last=True)),
        mine.order_by(Lower("subject")),
        mine.order_by("customer__name", "-pk").reverse(),
        mine.order_by("?")[:3],
        mine.select_related("customer__company", "team", "assignee").order_by("pk")[5:10],
        mine.select_related("customer").only("subject", "customer__name").order_by("subject"),
        mine.defer("last_snippet"),
        mine.annotate(notes_count=Count("notes")).order_by("-notes_count", "subject"),
        mine.filter(Exists(read)),
        mine.filter(pk__in=Note.objects.filter(text="x").values("conversation")),
        mine.filter(customer__in=Customer.objects.filter(name="Carla").order_by("pk")),
        mine.values("state").annotate(how_many=Count("pk")).order_by("state"),
        mine.values_list("subject", flat=True).order_by("subject").distinct(),
        mine.order_by("customer__name").distinct(),
        mine.extra(select={"one": "1"}, order_by=["one"]),
        mine.union(Conversation.objects.filter(state="spam")).order_by("subject"),
        Touchpoint.objects.filter(conversation__customer=1).exclude(attachments__name="x").order_by("-occurred_at"),
        Team.objects.all(),
        Agent.objects.select_for_update().filter(pk=1)
        if connection.features.has_select_for_update
        else Team.objects.all(),
    ]


def test_each_statement_is_written_as_django_writes_it() -> None:
    for queryset in _asked():
        for _ in range(2):  # once anew, once from what is remembered
            lean = queryset.query.clone().get_compiler("default")
            assert isinstance(lean, LeanCompiler)
            django = SQLCompiler(queryset.query.clone(), connection, "default")
            assert lean.as_sql() == django.as_sql()
            assert _places(lean.klass_info) == _places(django.klass_info)
            assert lean.annotation_col_map == django.annotation_col_map
            assert [type(each) for each, _, _ in lean.select] == [type(each) for each, _, _ in django.select]


def _places(info: Any) -> Any:
    """Which columns make up which model, and of those it leads to."""
    if info is None:
        return None
    return info["model"], info["select_fields"], [_places(each) for each in info.get("related_klass_infos", ())]
