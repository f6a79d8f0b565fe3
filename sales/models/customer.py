"""Customers are facts, never logins."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Customer(models.Model):
    class Gender(models.TextChoices):
        FEMALE = "female", _("female")
        MALE = "male", _("male")
        OTHER = "other", _("other")

    number = models.CharField(
        _("customer number"), max_length=64, unique=True, help_text=_("As the shop knows them.")
    )
    name = models.CharField(_("name"), max_length=200, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    birth_year = models.PositiveSmallIntegerField(_("year of birth"), null=True, blank=True)
    gender = models.CharField(_("gender"), max_length=10, choices=Gender, blank=True)
    country = models.CharField(_("country"), max_length=80, blank=True)
    region = models.CharField(_("region"), max_length=80, blank=True)
    city = models.CharField(_("city"), max_length=80, blank=True)
    joined_at = models.DateTimeField(_("joined"), null=True, blank=True)
    segment = models.CharField(
        _("segment"), max_length=40, blank=True, help_text=_("Set by an approved suggestion.")
    )
    accepts_email = models.BooleanField(_("accepts e-mail"), default=False)
    is_personalised = models.BooleanField(
        _("personalised"),
        default=True,
        help_text=_("Off: this customer sees lists that do not rest on their own history."),
    )

    class Meta:
        ordering = ["number"]
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        indexes = [models.Index(fields=["segment"], name="customer_segment")]

    def __str__(self) -> str:
        return self.name or self.number
