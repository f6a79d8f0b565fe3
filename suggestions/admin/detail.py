"""One suggestion in full: why, what for, how sure, and what was decided."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from jobs.faces import ModelAdmin
from jobs.scoreboard import duels_of_job
from suggestions import selectors
from suggestions.actors import Actor
from suggestions.admin import columns
from suggestions.admin.decisions import RefusedError, approve_one, reject_one
from suggestions.admin.forms import ApproveForm, RejectForm
from suggestions.kinds import InvalidValueError
from suggestions.models import Suggestion
from suggestions.money import signed_money

DECIDE = "suggestions.decide_suggestion"


def show(
    admin: ModelAdmin[Suggestion],
    request: HttpRequest,
    suggestion: Suggestion,
    *,
    approve_form: ApproveForm | None = None,
    reject_form: RejectForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page; forms are given back filled in where they were refused."""
    context = {
        **admin.admin_site.each_context(request),
        **_facts(suggestion),
        "opts": admin.opts,
        "title": columns.subject(suggestion),
        "suggestion": suggestion,
        "may_decide": request.user.has_perm(DECIDE),
        "is_open": suggestion.state == Suggestion.State.OPEN,
        "approve_form": approve_form or ApproveForm(suggestion=suggestion),
        "reject_form": reject_form or RejectForm(),
        "next": selectors.next_open(after=suggestion),
    }
    return TemplateResponse(request, "suggestions/detail.html", context, status=status)


def _facts(suggestion: Suggestion) -> dict[str, Any]:
    kind = columns.kind_of(suggestion)
    return {
        "kind": kind,
        "kind_badge": columns.kind_badge(suggestion.kind),
        "risk_badge": columns.risk_badge(suggestion),
        "state_badge": columns.state_badge(suggestion.state),
        "subject": columns.subject(suggestion),
        "subject_url": columns.subject_url(suggestion),
        "current": columns.value_text(suggestion, suggestion.current_value),
        "suggested": columns.value_text(suggestion, suggestion.suggested_value),
        "chosen": columns.value_text(suggestion, suggestion.chosen_value),
        "interval": _interval(suggestion),
        "charts": kind.charts(suggestion) if kind else [],
        "facts": kind.facts(suggestion) if kind else [],
        "duels": duels_of_job(_compared_in(suggestion)),
        "decisions": [
            {
                "badge": columns.state_badge(decision.state),
                "decision": decision,
                "value": columns.value_text(suggestion, decision.value),
            }
            for decision in suggestion.decisions.all()
        ],
    }


def _compared_in(suggestion: Suggestion) -> int:
    """The job that compared the methods: an earlier one, where the evidence names it."""
    return int(suggestion.evidence.get("compared_in_job", suggestion.job_id))


def _interval(suggestion: Suggestion) -> dict[str, float]:
    """Where interval, estimate and zero lie on a bar, in percent of its width."""
    low, high = float(suggestion.effect_low), float(suggestion.effect_high)
    left, right = min(low, 0.0), max(high, 0.0)
    width = (right - left) or 1.0
    return {
        "low": 100 * (low - left) / width,
        "width": 100 * (high - low) / width,
        "effect": 100 * (float(suggestion.effect) - left) / width,
        "zero": 100 * (0.0 - left) / width,
    }


def decide(
    admin: ModelAdmin[Suggestion], request: HttpRequest, suggestion: Suggestion
) -> HttpResponse:
    """Take the decision in the request; on any refusal nothing has changed and the page says so."""
    if not request.user.has_perm(DECIDE):
        messages.error(
            request, _("You may look at suggestions, not decide on them. Nothing was changed.")
        )
        return show(admin, request, suggestion, status=403)
    if request.POST.get("verb") == "reject":
        return _reject(admin, request, suggestion)
    return _approve(admin, request, suggestion)


def _approve(
    admin: ModelAdmin[Suggestion], request: HttpRequest, suggestion: Suggestion
) -> HttpResponse:
    form = ApproveForm(suggestion=suggestion, data=request.POST)
    if not form.is_valid():
        return show(admin, request, suggestion, approve_form=form)
    try:
        approve_one(
            suggestion,
            actor=Actor.of_user(request.user),
            value=form.chosen(),
            note=form.cleaned_data["note"],
        )
    except RefusedError as error:
        if isinstance(error.__cause__, InvalidValueError):
            form.add_error("value", str(error))
            return show(admin, request, suggestion, approve_form=form)
        return _back(request, suggestion, refused=error)
    text = _("Approved and applied: %(value)s for %(subject)s (%(effect)s expected).")
    if suggestion.chosen_value is not None:  # the effect was computed for another value
        text = _("Approved and applied: %(value)s for %(subject)s.")
    words = {
        "value": columns.value_text(suggestion, columns.new_value(suggestion)),
        "subject": columns.subject(suggestion),
        "effect": signed_money(suggestion.effect),
    }
    return _back(request, suggestion, done=text % words)


def _reject(
    admin: ModelAdmin[Suggestion], request: HttpRequest, suggestion: Suggestion
) -> HttpResponse:
    form = RejectForm(request.POST)
    if not form.is_valid():
        return show(admin, request, suggestion, reject_form=form)
    try:
        reject_one(suggestion, actor=Actor.of_user(request.user), note=form.cleaned_data["note"])
    except RefusedError as error:
        return _back(request, suggestion, refused=error)
    text = _("Rejected: %(subject)s stays as it is.")
    return _back(request, suggestion, done=text % {"subject": columns.subject(suggestion)})


def _back(
    request: HttpRequest,
    suggestion: Suggestion,
    *,
    done: str = "",
    refused: RefusedError | None = None,
) -> HttpResponse:
    if refused is not None:
        messages.error(request, str(refused))
    else:
        messages.success(request, done)
    return HttpResponseRedirect(
        reverse("admin:suggestions_suggestion_change", args=[suggestion.pk])
    )


def check(request: HttpRequest, suggestion: Suggestion) -> HttpResponse:
    """What the guardrails say to a value that is being typed; a fragment of the page."""
    form = ApproveForm(suggestion=suggestion, data=request.GET)
    problems: list[str] = []
    if not form.is_valid():
        problems = [str(error) for error in form.errors.get("value", [])]
    elif (kind := columns.kind_of(suggestion)) and (value := form.chosen()) is not None:
        try:
            kind.check_value(suggestion, value)
        except InvalidValueError as error:
            problems = [str(error)]
    return TemplateResponse(request, "suggestions/check.html", {"problems": problems})
