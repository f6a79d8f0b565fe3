"""What staff may say about a suggestion."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from suggestions.admin.columns import kind_of
from suggestions.models import Decision, Suggestion

NOTE_LENGTH = Decision._meta.get_field("note").max_length  # noqa: SLF001
FIELD = "zg-input"


class ApproveForm(forms.Form):
    """The value to apply, with the decimals of the kind, and a remark."""

    value = forms.DecimalField(label=_("Value to apply"), max_digits=14, required=False)
    note = forms.CharField(
        label=_("Remark (optional)"),
        max_length=NOTE_LENGTH,
        required=False,
        widget=forms.TextInput(attrs={"class": FIELD}),
    )

    def __init__(self, *, suggestion: Suggestion, data: object = None) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        self.suggestion = suggestion
        kind = kind_of(suggestion)
        decimals = kind.decimals if kind else 2
        field = forms.DecimalField(
            label=_("Value to apply"),
            max_digits=14,
            decimal_places=decimals,
            required=False,
            min_value=Decimal(0),
            initial=f"{suggestion.suggested_value:.{decimals}f}",
            widget=forms.NumberInput(
                attrs={
                    "class": FIELD,
                    "step": f"{Decimal(1).scaleb(-decimals):f}",
                    "inputmode": "decimal",
                }
            ),
        )
        self.fields["value"] = field
        if kind is None or not kind.is_editable:
            del self.fields["value"]

    def chosen(self) -> Decimal | None:
        """The value staff typed where it differs from the computed one."""
        value: Decimal | None = self.cleaned_data.get("value")
        return None if value == self.suggestion.suggested_value else value


class RejectForm(forms.Form):
    """A refusal says why: the next models, and the next colleague, learn from it."""

    note = forms.CharField(
        label=_("Reason"),
        max_length=NOTE_LENGTH,
        widget=forms.Textarea(attrs={"class": FIELD, "rows": 3}),
    )
