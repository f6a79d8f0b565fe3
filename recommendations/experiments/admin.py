"""Experiments: what is asked, what runs, and what it says so far."""

import json
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import JSONField, QuerySet
from django.forms import JSONField as FormJSONField
from django.forms.models import BaseInlineFormSet, ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.widgets import UnfoldAdminTextareaWidget

from jobs.badges import Tone, badge
from jobs.faces import ModelAdmin, TabularInline
from recommendations.experiments import services
from recommendations.experiments.page import page_of
from recommendations.models import Arm, Experiment
from suggestions.actors import Actor

TONES: dict[str, Tone] = {"draft": "accent", "running": "busy", "stopped": "plain"}
RUN = "recommendations.run_experiment"
MOVES = {"start": services.start_experiment, "stop": services.stop_experiment}


def _is_draft(experiment: Experiment | None) -> bool:
    return experiment is None or experiment.state == Experiment.State.DRAFT


class RecipeField(FormJSONField):
    """No recipe is an empty box, not the word null."""

    def prepare_value(self, value: Any) -> Any:
        return "" if value is None else super().prepare_value(value)


class ArmForm(ModelForm):  # type: ignore[type-arg]
    """Django skips a new row that was left as offered; the first two arms are right as offered."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None and str(self.prefix).endswith("-1"):
            self.initial = {"position": 1, "strategy": Arm.Strategy.POPULAR, **self.initial}

    def has_changed(self) -> bool:
        return super().has_changed() or str(self.prefix).endswith(("-0", "-1"))


class ArmInline(TabularInline[Arm, Experiment]):
    """Arms may be changed as long as the experiment is a draft."""

    model = Arm
    form = ArmForm
    extra = 0
    raw_id_fields = ("version",)
    readonly_fields = ("made_by",)
    formfield_overrides = {
        **TabularInline.formfield_overrides,
        JSONField: {
            "form_class": RecipeField,
            "widget": UnfoldAdminTextareaWidget(attrs={"rows": 2}),
        },
    }

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Of arms that ran, what makes the list is one column."""
        own = ["version", "recipe"] if _is_draft(obj) else ["made_by"]
        return ["position", "strategy", *own]

    @admin.display(description=_("made by"))
    def made_by(self, arm: Arm) -> str:
        if arm.version is not None:
            return str(arm.version)
        return json.dumps(arm.recipe, ensure_ascii=False) if arm.recipe else "–"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Arm]:
        return super().get_queryset(request).select_related("version").defer("version__blob")

    def get_formset(
        self, request: HttpRequest, obj: Experiment | None = None, **kwargs: Any
    ) -> "type[BaseInlineFormSet[Any, Any, Any]]":
        """A new experiment begins with two arms."""
        formset: Any = super().get_formset(request, obj, **kwargs)
        formset.extra = 2 if obj is None else 0
        return formset  # type: ignore[no-any-return]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_draft(obj) and super().has_add_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_draft(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_draft(obj) and super().has_delete_permission(request, obj)


@admin.register(Experiment)
class ExperimentAdmin(ModelAdmin[Experiment]):
    """The form is a draft's; of one that ran, the page shows what it found."""

    list_display = ["name", "placement_column", "kind", "share", "state_column", "started_at"]
    list_filter = [("placement", ChoicesDropdownFilter), ("state", ChoicesDropdownFilter)]
    search_fields = ["name", "note"]
    fields = ["name", "placement", "kind", "share", "planned_visitors", "note"]
    inlines = [ArmInline]
    change_form_outer_before_template = "recommendations/experiment.html"

    def has_change_permission(self, request: HttpRequest, obj: Experiment | None = None) -> bool:
        return _is_draft(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Experiment | None = None) -> bool:
        """What ran is kept."""
        return _is_draft(obj) and super().has_delete_permission(request, obj)

    @admin.display(description=_("list"), ordering="placement")
    def placement_column(self, experiment: Experiment) -> str:
        return experiment.get_placement_display()

    @admin.display(description=_("state"), ordering="state")
    def state_column(self, experiment: Experiment) -> SafeString:
        return badge(experiment.get_state_display(), TONES[experiment.state])

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """With what the experiment says, for those who may see orders."""
        experiment = self.get_object(request, object_id)
        context = dict(extra_context or {})
        if experiment is not None and self.has_view_permission(request, experiment):
            may_see_money = request.user.has_perm("sales.view_order")
            context["page"] = page_of(experiment) if may_see_money else None
            context["may_run"] = request.user.has_perm(RUN)
        return super().change_view(request, object_id, form_url, context)

    def get_urls(self) -> list[URLPattern]:
        move = self.admin_site.admin_view(self.move_view)
        own = path("<int:pk>/move/", move, name="recommendations_move_experiment")
        return [own, *super().get_urls()]

    def move_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Start or stop; refused in words where it cannot be done."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not request.user.has_perm(RUN):
            raise PermissionDenied
        experiment = self.get_object(request, str(pk))
        move = MOVES.get(request.POST.get("move", ""))
        if experiment is None or move is None:
            return HttpResponseRedirect(reverse("admin:recommendations_experiment_changelist"))
        try:
            move(experiment=experiment, actor=Actor.of_user(request.user))
        except services.ExperimentError as error:
            messages.error(request, str(error))
        else:
            text = gettext("The experiment is %(state)s now.")
            messages.success(request, text % {"state": experiment.get_state_display()})
        return HttpResponseRedirect(reverse("admin:recommendations_experiment_change", args=[pk]))
