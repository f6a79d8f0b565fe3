"""The job ledger: what runs, ran, failed and is due. The database is the queue of record."""

from datetime import date
from typing import ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jobs.step_names import run_name

MAX_ATTEMPTS = 4


class Run(models.Model):
    """Several jobs started together for one day, such as the nightly run."""

    class Trigger(models.TextChoices):
        SCHEDULE = "schedule", _("schedule")
        COMMAND = "command", _("command line")
        STAFF = "staff", _("staff")

    name = models.CharField(_("name"), max_length=60)
    as_of = models.DateField(
        _("as of"), help_text=_("Facts dated on or after this day are not looked at.")
    )
    trigger = models.CharField(_("started by"), max_length=10, choices=Trigger)
    slot = models.CharField(
        _("slot"),
        max_length=80,
        unique=True,
        help_text=_("Two schedulers asking for the same slot start one run."),
    )
    started_at = models.DateTimeField(_("started"), auto_now_add=True)

    class Meta:
        ordering = ["-started_at"]
        verbose_name = _("run")
        verbose_name_plural = _("runs")

    def __str__(self) -> str:
        return f"{run_name(self.name)} {self.as_of}"


class Job(models.Model):
    """One piece of work; ``kind`` is the name of the Celery task that does it."""

    class State(models.TextChoices):
        QUEUED = "queued", _("queued")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    kind = models.CharField(_("kind"), max_length=80)
    key = models.CharField(
        _("key"),
        max_length=160,
        unique=True,
        help_text=_("The same key is queued only once."),
    )
    run = models.ForeignKey(
        Run, models.CASCADE, null=True, blank=True, related_name="jobs", verbose_name=_("run")
    )
    after: "models.ManyToManyField[Job, Job]" = models.ManyToManyField(
        "self", symmetrical=False, blank=True, related_name="followers", verbose_name=_("after")
    )
    arguments = models.JSONField(_("arguments"), default=dict, encoder=DjangoJSONEncoder)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.QUEUED)
    attempt = models.PositiveSmallIntegerField(_("attempt"), default=0)
    last_attempt = models.PositiveSmallIntegerField(
        _("last attempt"),
        default=MAX_ATTEMPTS,
        help_text=_("The attempt after which the job fails for good."),
    )
    due_at = models.DateTimeField(_("due"))
    sent_at = models.DateTimeField(_("last wake-up"), null=True, blank=True)
    lease_until = models.DateTimeField(_("lease until"), null=True, blank=True)
    progress = models.FloatField(_("progress"), default=0.0, help_text=_("From 0 to 1."))
    note = models.CharField(_("doing"), max_length=200, blank=True)
    result = models.JSONField(_("result"), default=dict, encoder=DjangoJSONEncoder)
    error = models.TextField(_("error"), blank=True)
    peak_mib = models.FloatField(_("peak memory in MiB"), null=True, blank=True)
    retried_by = models.CharField(_("tried again by"), max_length=150, blank=True)
    queued_at = models.DateTimeField(_("queued at"), auto_now_add=True)
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        ordering = ["-queued_at", "-pk"]
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        indexes = [
            models.Index(
                fields=["state", "due_at"],
                name="job_open",
                condition=Q(state__in=["queued", "running"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"

    @property
    def seconds(self) -> float | None:
        """How long the last attempt took, where it ended."""
        if self.started_at is None or self.finished_at is None:
            return None
        return (self.finished_at - self.started_at).total_seconds()

    @property
    def as_of(self) -> date:
        """The day before which facts may be read."""
        return date.fromisoformat(self.arguments["as_of"])


class Score(models.Model):
    """How well a method did on held-back days, beside its naive rival."""

    class Role(models.TextChoices):
        CHOSEN = "chosen", _("in use")
        NAIVE = "naive", _("naive rival")
        CANDIDATE = "candidate", _("also tried")

    UNSCORED: ClassVar[str] = ""

    job = models.ForeignKey(Job, models.CASCADE, related_name="scores", verbose_name=_("job"))
    subject = models.CharField(
        _("what was compared"), max_length=80, help_text=_("Such as demand or for-you list.")
    )
    method = models.CharField(_("method"), max_length=80)
    role = models.CharField(_("role"), max_length=10, choices=Role)
    metric = models.CharField(_("metric"), max_length=40)
    value = models.FloatField(_("value"))
    low = models.FloatField(_("low"), null=True, blank=True)
    high = models.FloatField(_("high"), null=True, blank=True)
    is_higher_better = models.BooleanField(_("higher is better"), default=False)
    held_back_days = models.PositiveSmallIntegerField(_("days held back"))
    cases = models.PositiveIntegerField(
        _("cases"), help_text=_("Products, customers or days the figure rests on.")
    )

    class Meta:
        ordering = ["job_id", "subject", "metric", "pk"]
        verbose_name = _("score")
        verbose_name_plural = _("scores")
        constraints = [
            models.UniqueConstraint(
                fields=["job", "subject", "method", "metric"],
                name="one_score_per_method_and_metric",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.metric} {self.value:.4g}"
