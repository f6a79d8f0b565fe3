"""The forecast editor, and the list of all that staff ever said and how near it came."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter

from catalog.models import Category, Product
from inventory.charts import forecast_beside_plan
from inventory.editor import (
    Outcome,
    editor_of,
    last_whole_day,
    outcome,
    track_record,
    with_sold,
)
from inventory.models import ForecastOverride
from inventory.services.overrides import (
    OverrideError,
    Wish,
    override_forecast,
    withdraw_override,
)
from jobs.badges import badge
from jobs.faces import LedgerAdmin
from suggestions.actors import Actor
from suggestions.money import number

ADD, CHANGE = "inventory.add_forecastoverride", "inventory.change_forecastoverride"
LONGEST_KEY = 19  # digits of what no database key reaches
Subject = Product | Category


class OverrideForm(forms.Form):
    """What staff expect; the service has the last word on what may stand."""

    starts_on = forms.DateField(label=_("First day"))
    ends_on = forms.DateField(label=_("Last day"))
    mode = forms.ChoiceField(
        label=_("Kind of change"),
        choices=ForecastOverride.Mode.choices,
        initial=ForecastOverride.Mode.RELATIVE,
    )
    value = forms.DecimalField(label=_("Value"), max_digits=12, decimal_places=2)
    comment = forms.CharField(label=_("What you know that the forecast does not"), max_length=500)
    replaces = forms.ModelChoiceField(
        ForecastOverride.objects.standing(), required=False, widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            kind = {"starts_on": "date", "ends_on": "date", "value": "number"}.get(name)
            field.widget.attrs["class"] = "zg-input"
            if kind and isinstance(field.widget, forms.TextInput | forms.NumberInput):
                field.widget.input_type = kind
        for name in ("starts_on", "ends_on"):
            self.fields[name].widget.format = "%Y-%m-%d"
        self.fields["value"].widget.attrs["step"] = "any"

    def wish(self, subject: Subject) -> Wish:
        """Return the cleaned wish about a subject."""
        said = {name: value for name, value in self.cleaned_data.items() if name != "replaces"}
        return Wish(subject=subject, **said)


@admin.register(ForecastOverride)
class ForecastOverrideAdmin(LedgerAdmin[ForecastOverride]):
    empty_hint = _("Nobody has overridden a forecast: the computed ones stand.")
    list_display = [
        "subject_column",
        "days_column",
        "change_column",
        "comment",
        "created_by",
        "state_column",
        "computed_column",
        "said_column",
        "sold_column",
        "nearer_column",
    ]
    list_filter = [("mode", ChoicesDropdownFilter)]
    list_select_related = ["product", "category"]
    search_fields = ["product__sku", "product__title", "category__path", "comment"]
    change_list_template = "inventory/overrides.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[ForecastOverride]:
        self._known_until = last_whole_day()
        return with_sold(super().get_queryset(request))

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        record = track_record(last_whole_day())
        return super().changelist_view(request, {"record": record, **(extra_context or {})})

    def change_view(
        self, request: HttpRequest, object_id: str, *_args: object, **_kwargs: object
    ) -> HttpResponse:
        """An override is seen where it is made."""
        override = self.get_object(request, object_id)
        if override is None:
            return self.not_found(request, object_id)
        return HttpResponseRedirect(editor_url(override.subject))

    @admin.display(description=_("product or category"))
    def subject_column(self, override: ForecastOverride) -> str:
        return name_of(override.subject)

    @admin.display(description=_("days"), ordering="starts_on")
    def days_column(self, override: ForecastOverride) -> str:
        return f"{override.starts_on.isoformat()} – {override.ends_on.isoformat()}"

    @admin.display(description=_("change"))
    def change_column(self, override: ForecastOverride) -> str:
        return change_of(override)

    @admin.display(description=_("state"))
    def state_column(self, override: ForecastOverride) -> SafeString:
        return state_of(override, self._known_until)

    @admin.display(description=_("computed"))
    def computed_column(self, override: ForecastOverride) -> str:
        return number(override.baseline_units)

    @admin.display(description=_("staff"))
    def said_column(self, override: ForecastOverride) -> str:
        return number(override.units)

    @admin.display(description=_("sold"))
    def sold_column(self, override: ForecastOverride) -> str:
        found = outcome(override, known_until=self._known_until)
        return "–" if found is None else number(found.sold)

    @admin.display(description=_("nearer"))
    def nearer_column(self, override: ForecastOverride) -> SafeString | str:
        found = outcome(override, known_until=self._known_until)
        return "–" if found is None else nearer(found)

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        own = [
            path("editor/", wrap(self.editor_view), name="inventory_forecast_editor"),
            path("<int:pk>/withdraw/", wrap(self.withdraw_view), name="inventory_withdraw"),
        ]
        return [*own, *super().get_urls()]

    def editor_view(self, request: HttpRequest) -> HttpResponse:
        """Show a subject's forecast, or take an override of it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        subject = subject_named(request.GET)
        if request.method != "POST":
            return self._show(request, subject, _first_form(request, subject))
        if not request.user.has_perm(ADD):
            raise PermissionDenied
        form = OverrideForm(request.POST)
        if subject is None or not form.is_valid():
            return self._show(request, subject, form)
        replaces = form.cleaned_data["replaces"]
        if replaces is not None and replaces.subject != subject:
            raise PermissionDenied
        try:
            override_forecast(
                wish=form.wish(subject), actor=Actor.of_user(request.user), replaces=replaces
            )
        except OverrideError as error:
            form.add_error(error.field or None, str(error))
            return self._show(request, subject, form)
        messages.success(request, gettext("Noted. Orders go by it from the next night on."))
        return HttpResponseRedirect(editor_url(subject))

    def _show(
        self, request: HttpRequest, subject: Subject | None, form: OverrideForm
    ) -> HttpResponse:
        editor = editor_of(subject) if subject is not None else None
        said = editor.said if editor else []
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Forecast editor"),
            "content_title": gettext("Forecast editor"),
            "subject": subject,
            "subject_name": name_of(subject) if subject else "",
            "asked": request.GET.get("q", ""),
            "matches": matches(request.GET.get("q", "")) if subject is None else [],
            "editor": editor,
            "chart": forecast_beside_plan(editor.past, editor.days) if editor else None,
            "said": [
                (
                    one,
                    change_of(one),
                    state_of(one, newest),
                    found,
                    found and nearer(found),
                )
                for newest in [last_whole_day()]
                for one, found in said
            ],
            "form": form,
            "may_add": request.user.has_perm(ADD),
            "may_change": request.user.has_perm(CHANGE),
        }
        status = 422 if form.is_bound and form.errors else 200
        return TemplateResponse(request, "inventory/editor.html", context, status=status)

    def withdraw_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take an override back; refused where it is gone already."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not request.user.has_perm(CHANGE):
            raise PermissionDenied
        override = self.get_object(request, str(pk))
        if override is None:
            return self.not_found(request, str(pk))
        try:
            withdraw_override(override=override, actor=Actor.of_user(request.user))
        except OverrideError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, gettext("Withdrawn. The computed forecast stands again."))
        return HttpResponseRedirect(editor_url(override.subject))


def _first_form(request: HttpRequest, subject: Subject | None) -> OverrideForm:
    """Return an empty form, or one filled from the override to be changed."""
    chosen = request.GET.get("replaces", "")
    if subject is None or not _is_key(chosen):
        return OverrideForm()
    old = ForecastOverride.objects.standing().filter(pk=chosen).first()
    if old is None or old.subject != subject:
        return OverrideForm()
    names = ("starts_on", "ends_on", "mode", "value", "comment")
    return OverrideForm(initial={name: getattr(old, name) for name in names} | {"replaces": old.pk})


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < LONGEST_KEY


def subject_named(asked: Any) -> Subject | None:
    """Return the product or category that a query string names, None where there is none."""
    for name, model in (("product", Product), ("category", Category)):
        pk = asked.get(name, "")
        if _is_key(pk):
            found: Subject | None = model.objects.filter(pk=pk).first()
            return found
    return None


def matches(words: str) -> list[tuple[str, str]]:
    """Return names and links of categories and products that a search names."""
    if not words.strip():
        return [
            (name_of(one), editor_url(one)) for one in Category.objects.filter(parent=None)[:20]
        ]
    text = words.strip()
    categories = Category.objects.filter(path__icontains=text)[:10]
    named = Product.objects.filter(title__icontains=text) | Product.objects.filter(
        title_zh__icontains=text
    )
    found: list[Subject] = [*categories]
    found += (named | Product.objects.filter(sku__icontains=text))[:20]
    return [(name_of(one), editor_url(one)) for one in found]


def editor_url(subject: Subject) -> str:
    kind = "product" if isinstance(subject, Product) else "category"
    return f"{reverse('admin:inventory_forecast_editor')}?{kind}={subject.pk}"


def name_of(subject: Subject) -> str:
    """Return a product's title with its SKU, or a category's path."""
    return f"{subject.name} ({subject.sku})" if isinstance(subject, Product) else str(subject)


def change_of(override: ForecastOverride) -> str:
    """Return ``+20 %`` or ``500 units``."""
    if override.mode == ForecastOverride.Mode.RELATIVE:
        return f"{override.value:+.0f} %" if override.value % 1 == 0 else f"{override.value:+} %"
    return gettext("%(units)s units") % {"units": number(float(override.value))}


def state_of(override: ForecastOverride, known_until: date | None) -> SafeString:
    """Return whether it stands, has passed, or was withdrawn."""
    if override.withdrawn_at is not None:
        return badge(_("withdrawn"), "plain")
    if known_until is not None and override.ends_on <= known_until:
        return badge(_("passed"), "good")
    return badge(_("stands"), "accent")


def nearer(found: Outcome) -> SafeString:
    """Return who came nearer to what sold."""
    if found.staff_were_nearer is None:
        return badge(_("both alike"), "plain")
    return badge(_("staff"), "good") if found.staff_were_nearer else badge(_("computed"), "warn")


__all__ = ["ForecastOverrideAdmin"]
