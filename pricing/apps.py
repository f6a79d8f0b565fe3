from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PricingConfig(AppConfig):
    name = "pricing"
    verbose_name = _("Pricing")

    def ready(self) -> None:
        """Make the kind ``price`` known to the inbox."""
        import_module("pricing.kinds")
