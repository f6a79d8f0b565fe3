from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConfigConfig(AppConfig):
    name = "config"
    verbose_name = _("Zhanggui")

    def ready(self) -> None:
        """Tell the API's description how clients show who they are."""
        from config.api import schema  # noqa: F401, PLC0415
