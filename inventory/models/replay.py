"""Replays of restock policies over the shop's past, and what each would have cost."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from jobs.models import Job


class StockReplay(models.Model):
    """What one job found; ``results`` holds a row of figures per policy and setting.

    ``results`` is a list of objects: ``policy``, ``label``, and the fields of
    `algorithms.replay.Result`. Written whole when the job is done.
    """

    job = models.OneToOneField(
        Job, models.CASCADE, related_name="stock_replay", verbose_name=_("computed by")
    )
    as_of = models.DateField(_("as of"))
    since = models.DateField(_("since"))
    days = models.PositiveSmallIntegerField(_("days"))
    products = models.PositiveIntegerField(_("products"))
    results = models.JSONField(_("results"), encoder=DjangoJSONEncoder)

    class Meta:
        ordering = ["-as_of", "-pk"]
        verbose_name = _("stock replay")
        verbose_name_plural = _("stock replays")

    def __str__(self) -> str:
        return f"{self.since} – {self.as_of}"
