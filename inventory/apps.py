from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InventoryConfig(AppConfig):
    name = "inventory"
    verbose_name = _("Stock")

    def ready(self) -> None:
        """Make the kinds of advice known to the inbox."""
        import_module("inventory.kinds")
        import_module("inventory.kinds_adjust")
