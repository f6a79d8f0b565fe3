"""Products and the two trees they hang in."""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


def in_language(english: str, chinese: str) -> str:
    """The Chinese text for a Chinese reader where there is one, else the English, else either."""
    reads_chinese = (get_language() or "").startswith("zh")
    return (chinese or english) if reads_chinese else (english or chinese)


class Category(models.Model):
    """A node of the category tree; ``path`` spells it out from the root: ``Home > Tea``."""

    name = models.CharField(_("name"), max_length=120)
    name_zh = models.CharField(_("Chinese name"), max_length=120, blank=True)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("parent"),
    )
    path = models.CharField(_("path"), max_length=500, unique=True)

    class Meta:
        ordering = ["path"]
        verbose_name = _("category")
        verbose_name_plural = _("categories")

    def __str__(self) -> str:
        return in_language(self.path, self.name_zh)


class Brand(models.Model):
    name = models.CharField(_("name"), max_length=120, unique=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("brand")
        verbose_name_plural = _("brands")

    def __str__(self) -> str:
        return self.name


class Product(models.Model):
    """Something with a price; postage, fees and the like are kept apart as services."""

    class Kind(models.TextChoices):
        PRODUCT = "product", _("product")
        SERVICE = "service", _("service or fee")

    sku = models.CharField(_("SKU"), max_length=64, unique=True)
    title = models.CharField(_("title"), max_length=300)
    title_zh = models.CharField(_("Chinese title"), max_length=300, blank=True)
    description = models.TextField(_("description"), blank=True)
    description_zh = models.TextField(_("Chinese description"), blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.PRODUCT)
    category = models.ForeignKey(
        Category,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="products",
        verbose_name=_("category"),
    )
    brand = models.ForeignKey(
        Brand,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="products",
        verbose_name=_("brand"),
    )
    price = models.DecimalField(_("price"), max_digits=12, decimal_places=2, null=True, blank=True)
    cost = models.DecimalField(
        _("cost"),
        max_digits=12,
        decimal_places=4,
        null=True,
        blank=True,
        help_text=_("What one unit costs you; empty means unknown, and an assumption is used."),
    )
    gtin = models.CharField(_("GTIN"), max_length=14, blank=True, db_index=True)
    image_url = models.URLField(_("image"), max_length=500, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    launched_on = models.DateField(_("launched on"), null=True, blank=True)
    shelf_life_days = models.PositiveSmallIntegerField(
        _("shelf life in days"), null=True, blank=True, help_text=_("Empty: it does not spoil.")
    )
    storage_units = models.PositiveIntegerField(
        _("room for so many units"),
        null=True,
        blank=True,
        help_text=_("The most that can be stored; empty: no limit."),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        ordering = ["sku"]
        verbose_name = _("product")
        verbose_name_plural = _("products")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(price__isnull=True) | models.Q(price__gte=0),
                name="product_price_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The title in the reader's language."""
        return in_language(self.title, self.title_zh)
