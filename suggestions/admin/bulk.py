"""Decide on many suggestions at once, after a look at what that means."""

from functools import partial

from django.contrib import messages
from django.contrib.admin import helpers
from django.db.models import Count, Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jobs.faces import ModelAdmin
from suggestions.actors import Actor
from suggestions.admin.decisions import Outcome, approve_one, decide_many, reject_one
from suggestions.admin.forms import RejectForm
from suggestions.models import Suggestion

SHOWN_REFUSALS = 10
CONFIRMED = "confirmed"


def approve_selected(
    admin: ModelAdmin[Suggestion], request: HttpRequest, chosen: QuerySet[Suggestion]
) -> HttpResponse | None:
    """Ask first, then approve each; the action of the list."""
    if CONFIRMED not in request.POST:
        return _ask(admin, request, chosen, verb="approve_selected", form=None)
    decide = partial(approve_one, actor=Actor.of_user(request.user))
    outcome = decide_many(_rows(request, chosen), decide)
    done = ngettext("%(n)s suggestion approved.", "%(n)s suggestions approved.", outcome.done)
    _tell(request, outcome, done)
    return None


def reject_selected(
    admin: ModelAdmin[Suggestion], request: HttpRequest, chosen: QuerySet[Suggestion]
) -> HttpResponse | None:
    """Ask for the reason, then reject each."""
    form = RejectForm(request.POST if CONFIRMED in request.POST else None)
    if not form.is_valid():
        return _ask(admin, request, chosen, verb="reject_selected", form=form)
    decide = partial(reject_one, actor=Actor.of_user(request.user), note=form.cleaned_data["note"])
    outcome = decide_many(_rows(request, chosen), decide)
    done = ngettext("%(n)s suggestion rejected.", "%(n)s suggestions rejected.", outcome.done)
    _tell(request, outcome, done)
    return None


def _rows(request: HttpRequest, chosen: QuerySet[Suggestion]) -> QuerySet[Suggestion]:
    """The ticked rows, also those that left the list since: their refusal must be told."""
    if request.POST.get("select_across") == "1":
        return chosen
    return Suggestion.objects.filter(pk__in=request.POST.getlist(helpers.ACTION_CHECKBOX_NAME))


def _ask(
    admin: ModelAdmin[Suggestion],
    request: HttpRequest,
    chosen: QuerySet[Suggestion],
    *,
    verb: str,
    form: RejectForm | None,
) -> HttpResponse:
    open_only = Q(state=Suggestion.State.OPEN)
    summary = chosen.order_by().aggregate(
        count=Count("pk", filter=open_only),
        closed=Count("pk", filter=~open_only),
        effect=Sum("effect", filter=open_only),
        risky=Count("pk", filter=open_only & Q(risk=Suggestion.Risk.HIGH)),
    )
    is_approval = verb == "approve_selected"
    context = {
        **admin.admin_site.each_context(request),
        "title": _("Approve suggestions") if is_approval else _("Reject suggestions"),
        "opts": admin.opts,
        "is_approval": is_approval,
        "verb": verb,
        "form": form,
        "summary": summary,
        "selected": request.POST.getlist(helpers.ACTION_CHECKBOX_NAME),
        "select_across": request.POST.get("select_across", "0"),
        "checkbox_name": helpers.ACTION_CHECKBOX_NAME,
    }
    return TemplateResponse(request, "suggestions/bulk.html", context)


def _tell(request: HttpRequest, outcome: Outcome, done: str) -> None:
    if outcome.done:
        messages.success(request, done % {"n": outcome.done})
    for refusal in outcome.refused[:SHOWN_REFUSALS]:
        messages.error(request, refusal)
    hidden = len(outcome.refused) - SHOWN_REFUSALS
    if hidden > 0:
        messages.error(request, _("… and %(n)s more were refused.") % {"n": hidden})
