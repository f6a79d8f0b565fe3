"""What the shop is advised to do, and what became of the advice."""

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


def say(message: dict[str, object]) -> str:
    """Render a stored message ``{"text": msgid, "params": {…}}`` in the reader's language."""
    text = gettext(str(message["text"]))
    params = message.get("params")
    return text % params if params else text


class Suggestion(models.Model):
    """One piece of advice: complete or absent.

    What every kind has in common stands here, so that one list shows them all; each app keeps
    its typed columns in a table of its own with this row as primary key.
    """

    class State(models.TextChoices):
        OPEN = "open", _("open")
        APPROVED = "approved", _("approved")
        APPLIED = "applied", _("applied")
        MEASURED = "measured", _("measured")
        REJECTED = "rejected", _("rejected")
        EXPIRED = "expired", _("expired")
        SUPERSEDED = "superseded", _("superseded")

    class Risk(models.IntegerChoices):
        LOW = 1, _("low")
        MEDIUM = 2, _("medium")
        HIGH = 3, _("high")

    kind = models.CharField(_("kind"), max_length=20)
    subject_key = models.CharField(_("subject key"), max_length=80)
    subject = models.CharField(_("subject"), max_length=300)
    subject_zh = models.CharField(_("subject in Chinese"), max_length=300, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    job = models.ForeignKey(
        "jobs.Job", models.PROTECT, related_name="+", verbose_name=_("computed by")
    )
    as_of = models.DateField(_("as of"))
    expires_on = models.DateField(_("expires on"))
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    unit = models.CharField(_("unit"), max_length=20, blank=True)
    current_value = models.DecimalField(
        _("current"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    suggested_value = models.DecimalField(_("suggested"), max_digits=14, decimal_places=2)
    chosen_value = models.DecimalField(
        _("chosen"),
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        help_text=_("What staff chose; empty until the suggestion is approved."),
    )
    effect = models.DecimalField(
        _("expected effect"),
        max_digits=14,
        decimal_places=2,
        help_text=_("Profit gained or loss avoided over the period, in the shop's currency."),
    )
    effect_low = models.DecimalField(_("effect, low"), max_digits=14, decimal_places=2)
    effect_high = models.DecimalField(_("effect, high"), max_digits=14, decimal_places=2)
    effect_days = models.PositiveSmallIntegerField(_("effect over days"))
    risk = models.PositiveSmallIntegerField(_("risk"), choices=Risk)

    reason = models.JSONField(_("reason"), encoder=DjangoJSONEncoder)
    evidence = models.JSONField(_("evidence"), encoder=DjangoJSONEncoder)
    guardrails = models.JSONField(_("guardrails"), default=list, encoder=DjangoJSONEncoder)
    assumptions = models.JSONField(_("assumptions"), default=list, encoder=DjangoJSONEncoder)

    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.CharField(_("decided by"), max_length=150, blank=True)
    applied_at = models.DateTimeField(_("applied"), null=True, blank=True)

    class Meta:
        ordering = ["-effect", "pk"]
        verbose_name = _("suggestion")
        verbose_name_plural = _("suggestions")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject_key"],
                condition=Q(state="open"),
                name="one_open_suggestion_per_subject_and_kind",
            ),
            models.CheckConstraint(
                condition=Q(effect_low__lte=models.F("effect"))
                & Q(effect__lte=models.F("effect_high")),
                name="effect_within_its_interval",
            ),
        ]
        indexes = [models.Index(fields=["state", "-effect"], name="suggestion_inbox")]
        permissions = [("decide_suggestion", _("Can approve and reject suggestions"))]

    def __str__(self) -> str:
        return f"{self.kind}: {self.subject}"

    @property
    def value(self) -> object:
        """What is to be applied: the value staff chose, else the computed one."""
        return self.suggested_value if self.chosen_value is None else self.chosen_value

    @property
    def reason_in_words(self) -> str:
        return " ".join(say(message) for message in self.reason)


class Decision(models.Model):
    """One step in a suggestion's life: who moved it, when, and why. Rows are only ever added."""

    suggestion = models.ForeignKey(
        Suggestion, models.CASCADE, related_name="decisions", verbose_name=_("suggestion")
    )
    state = models.CharField(_("new state"), max_length=10, choices=Suggestion.State)
    at = models.DateTimeField(_("time"), auto_now_add=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("user"),
    )
    actor = models.CharField(
        _("who"), max_length=150, help_text=_("The user, the API key or the rule that acted.")
    )
    value = models.DecimalField(_("value"), max_digits=14, decimal_places=2, null=True, blank=True)
    note = models.CharField(_("reason"), max_length=500, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")

    def __str__(self) -> str:
        return f"{self.suggestion_id}: {self.state}"
