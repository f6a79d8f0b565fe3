"""Forms of our own admin pages."""

from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from config.models import ApiKey, Scope

if TYPE_CHECKING:
    ApiKeyModelForm = forms.ModelForm[ApiKey]
else:
    ApiKeyModelForm = forms.ModelForm


class ApiKeyForm(ApiKeyModelForm):
    """Scopes are ticked, not typed as JSON."""

    scopes = forms.MultipleChoiceField(
        label=_("May"),
        choices=Scope.choices,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        initial=[Scope.READ],
    )

    class Meta:
        model = ApiKey
        fields = ["name", "scopes", "expiry_date", "revoked"]
        labels = {"name": _("Name"), "expiry_date": _("Expires"), "revoked": _("Revoked")}
        help_texts = {
            "name": _("Which program holds the key, such as “storefront”."),
            "expiry_date": _("Empty: never. Afterwards the key opens nothing."),
            "revoked": _("Revoked at once and for good."),
        }
