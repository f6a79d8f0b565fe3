"""What visitors did in the storefront."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models import Product
from sales.models.customer import Customer


class Event(models.Model):
    class Kind(models.TextChoices):
        VIEW = "view", _("view")
        CART = "cart", _("put in the cart")
        PURCHASE = "purchase", _("purchase")
        REMOVE = "remove", _("taken out of the cart")
        RATING = "rating", _("rating")
        IMPRESSION = "impression", _("shown")
        CLICK = "click", _("click")

    event_id = models.CharField(_("event id"), max_length=64, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    at = models.DateTimeField(_("time"))
    customer = models.ForeignKey(
        Customer,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="events",
        verbose_name=_("customer"),
    )
    session = models.CharField(_("session"), max_length=64, blank=True)
    product = models.ForeignKey(
        Product,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="events",
        verbose_name=_("product"),
    )
    value = models.FloatField(_("value"), null=True, blank=True)
    recommendation_id = models.CharField(
        _("recommendation"),
        max_length=128,
        blank=True,
        help_text=_("Of the list that showed the product; it says which version made it."),
    )

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("event")
        verbose_name_plural = _("events")
        indexes = [
            models.Index(fields=["at"], name="event_at"),
            models.Index(fields=["session", "at"], name="event_session_at"),
            models.Index(fields=["customer", "at"], name="event_customer_at"),
            models.Index(
                fields=["at"], condition=~models.Q(recommendation_id=""), name="event_of_list_at"
            ),
        ]

    def __str__(self) -> str:
        return self.event_id
