"""What was loaded, and every row that was refused with its reason."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class ImportBatch(models.Model):
    """One file on its way in."""

    class State(models.TextChoices):
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    file_name = models.CharField(_("file"), max_length=300)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    layout = models.CharField(_("layout"), max_length=40)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.RUNNING)
    started_at = models.DateTimeField(_("started"), auto_now_add=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("loaded by"),
    )
    loaded = models.PositiveIntegerField(_("rows loaded"), default=0)
    skipped = models.JSONField(_("rows skipped, by reason"), default=dict)
    refused = models.PositiveIntegerField(_("rows refused"), default=0)
    error = models.TextField(_("error"), blank=True)

    class Meta:
        ordering = ["-started_at"]
        verbose_name = _("import")
        verbose_name_plural = _("imports")

    def __str__(self) -> str:
        return self.file_name


class RefusedRow(models.Model):
    """A row that was not loaded: where it stands, what is wrong, what it said."""

    batch = models.ForeignKey(
        ImportBatch, models.CASCADE, related_name="refused_rows", verbose_name=_("import")
    )
    line = models.PositiveIntegerField(_("line in the file"))
    column = models.CharField(_("column"), max_length=120, blank=True)
    reason = models.CharField(_("reason"), max_length=300)
    values = models.JSONField(_("row"), default=dict)

    class Meta:
        ordering = ["batch_id", "line"]
        verbose_name = _("refused row")
        verbose_name_plural = _("refused rows")

    def __str__(self) -> str:
        return f"{self.line}: {self.reason_in_words}"

    @property
    def cells(self) -> dict[str, Any]:
        """The row's cells by column, in the file's order, which pairs keep in every database."""
        return dict(self.values)

    @property
    def reason_in_words(self) -> str:
        """The reason in the reader's language; the column keeps the English one."""
        return gettext(self.reason)
