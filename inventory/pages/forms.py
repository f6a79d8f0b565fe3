"""What staff write down in the stock room."""

import re
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from catalog.models import Location, Product, StockMovement
from inventory.services.movements import BY_HAND, FIRST_YEAR, MOST_UNITS

FIELD = {"class": "zg-input"}
LONGEST_COUNT = 20  # leading zeros and all; int() refuses thousands of digits
MOST_LINES = 5000
_LINE = re.compile(r"^(?P<sku>.+?)[\t,;，；\s]+(?P<units>\S+)$")
Kind = StockMovement.Kind


def _of_our_era(at: datetime) -> None:
    if at.year < FIRST_YEAR:
        raise forms.ValidationError(gettext("The year is out of range: check it."))


def moment_field(label: Any, help_text: Any = "") -> forms.DateTimeField:
    """A time to the minute, as the browser's own picker writes it."""
    widget = forms.DateTimeInput(attrs={**FIELD, "type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(
        label=label,
        required=False,
        widget=widget,
        help_text=help_text,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
        validators=[_of_our_era],
    )


def place_field(**more: Any) -> "forms.ModelChoiceField[Location]":
    return forms.ModelChoiceField(
        Location.objects.all(), label=_("location"), widget=forms.Select(attrs=FIELD), **more
    )


def text_field(label: Any, length: int, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=length, widget=forms.TextInput(attrs=FIELD), **more
    )


class ReceiveForm(forms.Form):
    """One number per line; the delivery note's number makes a second telling harmless."""

    key = text_field(_("delivery note"), 120)
    location = place_field(required=False, empty_label=_("as ordered"))
    received_at = moment_field(_("received at"), _("Empty: now."))
    note = text_field(_("note"), 200, required=False)
    accept_surplus = forms.BooleanField(label=_("accept more than was ordered"), required=False)

    def __init__(self, lines: Any, data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        self.line_names = {line.pk: f"units-{line.pk}" for line in lines}
        for line in lines:
            self.fields[self.line_names[line.pk]] = forms.IntegerField(
                label=str(line.product),
                required=False,
                max_value=MOST_UNITS,
                initial=line.outstanding,
                widget=forms.NumberInput(attrs={**FIELD, "inputmode": "numeric"}),
            )

    def units(self) -> dict[int, int]:
        """What came, by line id."""
        return {pk: self.cleaned_data[name] or 0 for pk, name in self.line_names.items()}


class ExpectedForm(forms.Form):
    expected_on = forms.DateField(
        label=_("expected on"),
        widget=forms.DateInput(attrs={**FIELD, "type": "date"}, format="%Y-%m-%d"),
    )
    note = text_field(_("note"), 200, required=False)


class MovementForm(forms.Form):
    """Goods in without an order, sent back, broken, corrected."""

    kind = forms.ChoiceField(
        label=_("kind"),
        choices=[(kind.value, kind.label) for kind in BY_HAND],
        widget=forms.Select(attrs=FIELD),
    )
    location = place_field()
    units = forms.IntegerField(
        label=_("units"),
        min_value=-MOST_UNITS,
        max_value=MOST_UNITS,
        widget=forms.NumberInput(attrs={**FIELD, "inputmode": "numeric"}),
    )
    note = text_field(_("note"), 200, required=False)
    key = forms.CharField(max_length=120, widget=forms.HiddenInput)

    def offer(self, locations: dict[int, str]) -> None:
        """Show these locations, read already, in the list."""
        widget = forms.Select(attrs=FIELD, choices=list(locations.items()))
        widget.attrs["id"] = "id_location"
        self.fields["location"].widget = widget


class StocktakeForm(forms.Form):
    """Counts as they are read off: a SKU and its units a line, also pasted from a spreadsheet."""

    location = place_field()
    counted_at = moment_field(_("counted at"), _("Empty: now."))
    counts = forms.CharField(
        label=_("counts"),
        widget=forms.Textarea(attrs={**FIELD, "rows": 12, "placeholder": "TEA-001 24"}),
        help_text=_("A SKU and the units found on each line; products not named stay as they are."),
    )
    note = text_field(_("note"), 200, required=False)
    key = forms.CharField(max_length=120, widget=forms.HiddenInput)

    def clean_counted_at(self) -> Any:
        return self.cleaned_data["counted_at"] or timezone.now()

    def clean_counts(self) -> dict[int, int]:
        """Units by product id; every line that cannot be read is named."""
        counts: dict[str, int] = {}
        problems: list[str] = []
        lines = self.cleaned_data["counts"].splitlines()[: MOST_LINES + 1]
        if len(lines) > MOST_LINES:
            raise forms.ValidationError(
                gettext("Enter at most %(most)s lines at once.") % {"most": MOST_LINES}
            )
        for number, text in enumerate(lines, start=1):
            if text.strip():
                _read_line(number, text.strip(), counts, problems)
        known = dict(Product.objects.filter(sku__in=counts).values_list("sku", "pk"))
        problems += [
            gettext("There is no product with the SKU %(sku)s.") % {"sku": sku}
            for sku in counts
            if sku not in known
        ]
        if problems:
            raise forms.ValidationError(problems[:20])
        return {known[sku]: units for sku, units in counts.items()}


def _is_count(text: str) -> bool:
    return text.isdecimal() and len(text) <= LONGEST_COUNT and int(text) <= MOST_UNITS


def _read_line(number: int, text: str, counts: dict[str, int], problems: list[str]) -> None:
    found = _LINE.match(text)
    units = found["units"] if found else ""
    if found is None or not _is_count(units):
        problems.append(
            gettext("Line %(line)s: write a SKU and a number from 0 up, such as “TEA-001 24”.")
            % {"line": number}
        )
    elif found["sku"] in counts:
        problems.append(
            gettext("Line %(line)s: %(sku)s stands there twice.")
            % {"line": number, "sku": found["sku"]}
        )
    else:
        counts[found["sku"]] = int(units)
