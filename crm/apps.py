from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CrmConfig(AppConfig):
    name = "crm"
    verbose_name = _("Customers")

    def ready(self) -> None:
        """Tell the inbox about segment suggestions."""
        from crm.kinds import SEGMENT  # noqa: PLC0415
        from suggestions.kinds import register  # noqa: PLC0415

        register(SEGMENT)
