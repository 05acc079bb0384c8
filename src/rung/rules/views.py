from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rung.accounts.access import AgentRequest, permission_required
from rung.core.seen import Overtaken
from rung.rules.access import Rule, rule_for
from rung.rules.forms import read_plan, with_part
from rung.rules.pages import log_page, rule_page, rules_page, trial_page
from rung.rules.plans import Plan
from rung.rules.verbs import change_rule, delete_rule, make_rule, move_rule, switch_rule
from rung.rules.verbs.rule import as_rule
from rung.ui.pages import render
from rung.ui.stamped import seen_in


@require_safe
@permission_required("settings.rules")
def rules(request: AgentRequest) -> HttpResponse:
    return render(request, "rules/rules.html", rules_page(request.agent, at=request.received_at))


@require_http_methods(["GET", "POST"])
@permission_required("settings.rules")
def new_rule(request: AgentRequest) -> HttpResponse:
    return _entered(request, None)


@require_http_methods(["GET", "POST"])
@permission_required("settings.rules")
def rule(request: AgentRequest, pk: int) -> HttpResponse:
    return _entered(request, rule_for(request.agent, pk))


def _entered(request: AgentRequest, present: Rule | None) -> HttpResponse:
    """Keep what was entered; other buttons change the form, or try the rule as it stands in it."""
    if request.method == "GET":
        return render(
            request, "rules/rule.html", rule_page(Plan.of(present) if present else Plan(name=""), rule=present)
        )
    plan, do = read_plan(request.POST), request.POST.get("do", "save")
    stamp = request.POST.get("shown", "")
    if do.partition("-")[0] in ("add", "drop"):
        page = rule_page(with_part(plan, do, request.POST), rule=present, stamp=stamp)
        return render(request, "rules/rule.html", page)
    # Chosen and not added: kept without it, a rule would act on all that the condition was to spare.
    whole = with_part(with_part(plan, "add-if", request.POST), "add-then", request.POST)
    if whole != plan:
        missed = {"": _("What you chose last was not in it yet. It stands there now: fill it in, or take it out.")}
        return render(
            request, "rules/rule.html", rule_page(whole, rule=present, stamp=stamp, errors=missed), status=422
        )
    try:
        if do == "try":
            tried = trial_page(as_rule(plan, of=present), request.agent, at=request.received_at)
            return render(request, "rules/rule.html", rule_page(plan, rule=present, stamp=stamp, trial=tried))
        if present is None:
            present = make_rule(plan, by=request.actor, at=request.received_at)
            messages.success(
                request, _("The rule is kept, and switched off. See what it would have done, then switch it on.")
            )
            return redirect("rules:trial", present.pk)
        change_rule(present, plan, seen=seen_in(request.POST), by=request.actor, at=request.received_at)
    except ValidationError as refused:
        page = rule_page(plan, rule=present, stamp=stamp, errors=_by_field(refused))
        return render(request, "rules/rule.html", page, status=422)
    except Overtaken as overtaken:
        assert present is not None
        told = _("Somebody else changed this while you were here. Save again to keep yours.")
        page = rule_page(plan, rule=present, stamped=Plan.of(present), errors=dict.fromkeys(overtaken.present, told))
        return render(request, "rules/rule.html", page, status=409)
    messages.success(request, _("The rule is saved."))
    return redirect("rules:rules")


def _by_field(refused: ValidationError) -> dict[str, str]:
    if hasattr(refused, "error_dict"):
        return {name: " ".join(said) for name, said in refused.message_dict.items()}
    return {"": " ".join(refused.messages)}


@require_safe
@permission_required("settings.rules")
def trial(request: AgentRequest, pk: int) -> HttpResponse:
    """What a rule would have done; nothing is changed."""
    page = trial_page(rule_for(request.agent, pk), request.agent, at=request.received_at)
    return render(request, "rules/trial.html", page)


@require_POST
@permission_required("settings.rules")
def switch(request: AgentRequest, pk: int) -> HttpResponse:
    present = rule_for(request.agent, pk)
    on = request.POST.get("on") == "1"
    switch_rule(present, on=on, by=request.actor, at=request.received_at)
    said = _("“%(name)s” is on, for what happens from now on.") if on else _("“%(name)s” is off.")
    messages.success(request, said % {"name": present.name})
    return redirect("rules:rules")


@require_POST
@permission_required("settings.rules")
def place(request: AgentRequest, pk: int) -> HttpResponse:
    present = rule_for(request.agent, pk)
    move_rule(present, up=request.POST.get("do") == "up", by=request.actor, at=request.received_at)
    return redirect("rules:rules")


@require_POST
@permission_required("settings.rules")
def deletion(request: AgentRequest, pk: int) -> HttpResponse:
    present = rule_for(request.agent, pk)
    delete_rule(present, by=request.actor, at=request.received_at)
    messages.success(request, _("“%(name)s” is gone. What it did stays in the log.") % {"name": present.name})
    return redirect("rules:rules")


@require_safe
@permission_required("settings.rules")
def log(request: AgentRequest) -> HttpResponse:
    return render(request, "rules/log.html", log_page(request.agent, request.GET.dict()))
