from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from rung.accounts.access import AgentRequest, permission_required
from rung.accounts.verbs import note_export
from rung.core.seen import Overtaken
from rung.patterns.access import own_period_for, study_for, topic_for
from rung.patterns.filters import filters_from
from rung.patterns.forms import MergingForm, NameForm, StudyForm
from rung.patterns.pages import (
    pattern_page,
    pattern_paper,
    pattern_rows,
    patterns_page,
    patterns_paper,
    patterns_rows,
    topic_page,
    topic_paper,
    topic_rows,
    topics_page,
    topics_paper,
    topics_rows,
)
from rung.patterns.verbs import (
    ask_period,
    ask_study,
    hide_topic,
    merge_topic,
    note_look,
    part_topic,
    rename_topic,
    show_topic,
    stop_study,
)
from rung.ui.pages import render
from rung.ui.stamped import seen_in, theirs_stays
from rung.ui.tables import table_answer
from rung.ui.typesetting import pdf_answer


@require_GET
@permission_required("numbers.see")
def patterns(request: AgentRequest) -> HttpResponse:
    """Both sides; a fragment while a study is under way."""
    block = "study" if request.headers.get("HX-Request") == "true" else None
    page = patterns_page(request.agent, filters_from(request.GET, request.agent), at=request.received_at)
    response = render(request, "patterns/patterns.html", page, block=block)
    if block and page.under_way is None:  # it has ended: what was found stands all over the page
        response.headers["HX-Refresh"] = "true"
    return response


@require_GET
@permission_required("numbers.see")
def pattern(request: AgentRequest, side: str, key: str) -> HttpResponse:
    """One pattern, and that it was looked at (R56)."""
    filters = filters_from(request.GET, request.agent)
    everything = request.GET.get("show") == "all"
    page = pattern_page(request.agent, side, key, filters, at=request.received_at, everything=everything)
    note_look(side, key, by=request.actor, at=request.received_at)
    return render(request, "patterns/pattern.html", page)


@require_GET
@permission_required("numbers.see")
def topics(request: AgentRequest) -> HttpResponse:
    filters = filters_from(request.GET, request.agent)
    return render(request, "patterns/topics.html", topics_page(request.agent, filters, at=request.received_at))


@require_GET
@permission_required("numbers.see", "exports.take")
def patterns_file(request: AgentRequest, kind: str) -> HttpResponse:
    """Both sides as CSV, Parquet or PDF."""
    filters = filters_from(request.GET, request.agent)
    note_export("patterns", by=request.actor, at=request.received_at)
    if kind == "pdf":
        return pdf_answer(patterns_paper(request.agent, filters, at=request.received_at), "patterns")
    return table_answer(patterns_rows(filters, at=request.received_at), "patterns", kind)


@require_GET
@permission_required("numbers.see", "exports.take")
def topics_file(request: AgentRequest, kind: str) -> HttpResponse:
    """All topics, likewise."""
    filters = filters_from(request.GET, request.agent)
    note_export("topics", by=request.actor, at=request.received_at)
    if kind == "pdf":
        return pdf_answer(topics_paper(request.agent, filters, at=request.received_at), "topics")
    return table_answer(topics_rows(request.agent, filters, at=request.received_at), "topics", kind)


@require_GET
@permission_required("numbers.see", "exports.take")
def pattern_file(request: AgentRequest, side: str, key: str, kind: str) -> HttpResponse:
    """One pattern, likewise. It is looked at as on screen (R56)."""
    filters = filters_from(request.GET, request.agent)
    asked = (request.agent, side, key, filters)
    if kind == "pdf":
        answer = pdf_answer(pattern_paper(*asked, at=request.received_at), "pattern")
    else:
        answer = table_answer(pattern_rows(*asked, at=request.received_at), "pattern", kind)
    note_export(f"patterns/{side}/{key}", by=request.actor, at=request.received_at)
    note_look(side, key, by=request.actor, at=request.received_at)
    return answer


@require_GET
@permission_required("numbers.see", "exports.take")
def topic_file(request: AgentRequest, pk: int, kind: str) -> HttpResponse:
    """One topic, likewise."""
    filters = filters_from(request.GET, request.agent)
    asked = topic_for(request.agent, pk)
    note_export(f"topics/{pk}", by=request.actor, at=request.received_at)
    if kind == "pdf":
        return pdf_answer(topic_paper(request.agent, asked, filters, at=request.received_at), "topic")
    return table_answer(topic_rows(request.agent, asked, filters, at=request.received_at), "topic", kind)


@require_GET
@permission_required("numbers.see")
def topic(request: AgentRequest, pk: int) -> HttpResponse:
    filters = filters_from(request.GET, request.agent)
    page = topic_page(request.agent, topic_for(request.agent, pk), filters, at=request.received_at)
    return render(request, "patterns/topic.html", page)


@require_POST
@permission_required("settings.ladder")
def ask(request: AgentRequest) -> HttpResponse:
    form = StudyForm(request.POST)
    if form.is_valid():
        anew = form.cleaned_data["topics"] != "keep"
        ask_study(finds_topics=anew, wanted=form.cleaned_data["wanted"], by=request.actor, at=request.received_at)
    else:
        messages.error(request, _("Between 2 and 40 topics can be looked for."))
    return HttpResponseRedirect(reverse("patterns:patterns"), status=303)


@require_POST
@permission_required("settings.ladder")
def stop(request: AgentRequest, pk: int) -> HttpResponse:
    if stop_study(study_for(request.agent, pk), by=request.actor, at=request.received_at):
        messages.success(request, _("Stopped. What was worked out before stays."))
    return HttpResponseRedirect(reverse("patterns:patterns"), status=303)


@require_POST
@permission_required("numbers.see")
def period(request: AgentRequest) -> HttpResponse:
    """Have the days of the address worked out whole."""
    filters = filters_from(request.POST, request.agent)
    if filters.since is None or filters.until is None:
        raise Http404
    asked = ask_period(
        filters.since,
        filters.until,
        team=filters.team,
        channel=filters.channel,
        by=request.actor,
        at=request.received_at,
    )
    if asked is None:
        messages.error(request, _("Others wait to be worked out. Please try again in some minutes."))
    return HttpResponseRedirect(reverse("patterns:patterns") + filters.query(page=""), status=303)


@require_POST
@permission_required("numbers.see")
def period_end(request: AgentRequest, pk: int) -> HttpResponse:
    """Stop what one has asked for oneself."""
    if stop_study(own_period_for(request.agent, pk), by=request.actor, at=request.received_at):
        messages.success(request, _("Stopped."))
    return HttpResponseRedirect(reverse("patterns:patterns"), status=303)


@require_POST
@permission_required("settings.words")
def name(request: AgentRequest, pk: int) -> HttpResponse:
    form = NameForm(request.POST)
    named = topic_for(request.agent, pk)
    try:
        if not form.is_valid():
            raise ValidationError(_("A name has at most 80 characters."))
        seen = seen_in(request.POST)
        rename_topic(named, form.cleaned_data["name"], seen=seen, by=request.actor, at=request.received_at)
    except ValidationError as refused:
        filters, typed, wrong = filters_from(request.GET, request.agent), form.data.get("name", ""), refused.messages[0]
        page = topic_page(request.agent, named, filters, at=request.received_at, typed=typed, wrong=wrong)
        return render(request, "patterns/topic.html", page, status=422)
    except Overtaken as overtaken:
        messages.error(request, theirs_stays(overtaken))
    else:
        messages.success(request, _("The topic has its name."))
    return _back(request, pk)


@require_POST
@permission_required("settings.words")
def merging(request: AgentRequest, pk: int) -> HttpResponse:
    form = MergingForm(request.POST)
    merged = topic_for(request.agent, pk)
    if not form.is_valid():
        messages.error(request, _("Choose the topic that this one is to be merged into."))
        return _back(request, pk)
    into = topic_for(request.agent, form.cleaned_data["into"])
    refused = merge_topic(merged, into, by=request.actor, at=request.received_at)
    if refused:
        messages.error(request, refused)
        return _back(request, pk)
    said = _("“%(topic)s” counts as this topic now. It can be parted again here. Drivers follow with the next study.")
    messages.success(request, said % {"topic": merged.name})
    return _back(request, into.pk)


@require_POST
@permission_required("settings.words")
def parting(request: AgentRequest, pk: int) -> HttpResponse:
    if part_topic(topic_for(request.agent, pk), by=request.actor, at=request.received_at):
        messages.success(request, _("The topic stands by itself again. Drivers follow with the next study."))
    return _back(request, pk)


@require_POST
@permission_required("settings.words")
def hiding(request: AgentRequest, pk: int) -> HttpResponse:
    """Hide a topic, or list it again with `show`."""
    asked = topic_for(request.agent, pk)
    change = show_topic if request.POST.get("show") else hide_topic
    if change(asked, by=request.actor, at=request.received_at):
        messages.success(request, _("Listed again.") if change is show_topic else _("No longer listed."))
    return _back(request, pk)


def _back(request: AgentRequest, pk: int) -> HttpResponse:
    """To a topic, with the period and the part that were being looked at."""
    query = filters_from(request.GET, request.agent).query(page="")
    return HttpResponseRedirect(reverse("patterns:topic", args=[pk]) + query, status=303)
