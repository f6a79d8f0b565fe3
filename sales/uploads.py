"""A file given in the browser: what may be given, and its way into the importers."""

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminSelectWidget

from sales.importers.batches import Account
from sales.services import CANONICAL, KINDS, ONLINE_RETAIL, LoadOptions, load_files
from suggestions.actors import Actor

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

MOST_MEGABYTES = 50
NAMES = {
    "": _("as its name says"),
    "products": _("products"),
    "suppliers": _("suppliers"),
    "customers": _("customers"),
    "prices": _("prices"),
    "promotions": _("promotions"),
    "stock": _("stock counts"),
    "orders": _("orders"),
    "events": _("storefront events"),
    "reviews": _("reviews"),
    "competitors": _("competitors' offers"),
    ONLINE_RETAIL: "Online Retail II",
}


class UploadForm(forms.Form):
    """One table, and what it holds where its name does not tell."""

    file = forms.FileField(label=_("file"), widget=UnfoldAdminFileFieldWidget)
    kind = forms.ChoiceField(
        label=_("what it holds"),
        choices=list(NAMES.items()),
        required=False,
        widget=UnfoldAdminSelectWidget,
    )

    def clean_file(self) -> "UploadedFile[Any]":
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if (file.size or 0) > MOST_MEGABYTES * 10**6:
            text = _("Larger than %(most)s MB: load it on the server with manage.py load_data.")
            raise forms.ValidationError(text % {"most": MOST_MEGABYTES})
        return file

    def clean(self) -> dict[str, Any]:
        """The kind is chosen, or the name begins with one."""
        given = super().clean() or {}
        file = given.get("file")
        if file and not given.get("kind") and not (file.name or "").lower().startswith(KINDS):
            self.add_error("kind", _("Choose what the file holds: its name does not tell."))
        return given

    def load(self, actor: Actor) -> Account:
        """Load the file and return its account; call when valid."""
        kind, file = self.cleaned_data["kind"], self.cleaned_data["file"]
        is_retail = kind == ONLINE_RETAIL
        options = LoadOptions(
            layout=ONLINE_RETAIL if is_retail else CANONICAL,
            kind="" if is_retail else kind,
            actor=actor,
        )
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / Path(file.name).name
            with path.open("wb") as stream:
                stream.writelines(file.chunks())
            (account,) = load_files([path], options)
        return account
