"""How much caution the merchant wants."""

from datetime import date
from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models import Category, Product


class Balancing(models.TextChoices):
    """How a surplus is shared between locations."""

    NONE = "none", _("do not balance")
    FIXED = "fixed", _("fixed: fill up to a set cover")
    RELATIVE = "relative", _("relative: the same cover everywhere")


class OrderMethod(models.TextChoices):
    """The rule that says when to order how much; `algorithms.order_methods` computes them."""

    PERIODIC_REVIEW = "periodic_review", _("periodic review, order up to")
    BASE_STOCK = "base_stock", _("base stock")
    NEWSVENDOR = "newsvendor", _("newsvendor")
    EOQ = "eoq", _("economic order quantity")
    REORDER_POINT = "reorder_point", _("reorder point and quantity (r, Q)")
    MIN_MAX = "min_max", _("minimum and maximum (s, S)")
    WAGNER_WHITIN = "wagner_whitin", _("Wagner–Whitin")
    JOINT_REPLENISHMENT = "joint_replenishment", _("joint replenishment per supplier")


class RestockPolicy(models.Model):
    """Settings of the restock advice; the row without a category is the shop's default."""

    class LevelBy(models.TextChoices):
        POLICY = "policy", _("this policy, or margin and holding cost")
        CLASS = "class", _("ABC/XYZ class")
        LEARNED = "learned", _("what cost least in the shop's own past, by ABC/XYZ class")

    category = models.OneToOneField(
        Category,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="restock_policy",
        verbose_name=_("category"),
        help_text=_("Empty: for every category without a row of its own."),
    )
    service_level = models.DecimalField(
        _("service level"),
        max_digits=4,
        decimal_places=3,
        null=True,
        blank=True,
        default=Decimal("0.950"),
        validators=[MinValueValidator(0.5), MaxValueValidator(0.999)],
        help_text=_(
            "Chance that an order lasts until the next one arrives. "
            "Empty: weighed from the margin lost and the cost of holding stock."
        ),
    )
    method = models.CharField(
        _("method"),
        max_length=20,
        choices=OrderMethod,
        default=OrderMethod.PERIODIC_REVIEW,
        help_text=_("When to order how much."),
    )
    level_by = models.CharField(
        _("service level set by"),
        max_length=10,
        choices=LevelBy,
        default=LevelBy.LEARNED,
        help_text=_("As long as too little past is there to learn from, this policy's counts."),
    )
    order_cost = models.DecimalField(
        _("cost of an order line"),
        max_digits=10,
        decimal_places=2,
        default=Decimal("10.00"),
        validators=[MinValueValidator(0)],
        help_text=_("Work and freight that do not depend on the quantity."),
    )
    budget = models.DecimalField(
        _("budget per night"),
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text=_(
            "What all suggested orders may cost together; empty: no limit. "
            "Read from the shop's default row."
        ),
    )
    capacity = models.PositiveIntegerField(
        _("room for units per night"),
        null=True,
        blank=True,
        help_text=_(
            "The most units all suggested orders may bring together; empty: no limit. "
            "Read from the shop's default row."
        ),
    )
    balancing = models.CharField(
        _("balancing between locations"),
        max_length=10,
        choices=Balancing,
        default=Balancing.RELATIVE,
        help_text=_("Read from the shop's default row."),
    )
    keep_days = models.PositiveSmallIntegerField(
        _("days of stock worth keeping"),
        default=180,
        validators=[MinValueValidator(1)],
        help_text=_("Counted stock beyond so many days of expected demand is to be cleared."),
    )
    review_days = models.PositiveSmallIntegerField(
        _("days between orders"), default=7, validators=[MinValueValidator(1)]
    )
    holding_share = models.DecimalField(
        _("cost of holding stock, per year"),
        max_digits=4,
        decimal_places=3,
        default=Decimal("0.250"),
        validators=[MinValueValidator(0), MaxValueValidator(2)],
        help_text=_("As a share of what the stock cost: capital, space, ageing."),
    )
    least_effect = models.DecimalField(
        _("least effect worth a suggestion"),
        max_digits=10,
        decimal_places=2,
        default=Decimal("5.00"),
        validators=[MinValueValidator(0)],
        help_text=_("Lost margin avoided, in the shop's currency."),
    )
    most_suggestions = models.PositiveSmallIntegerField(
        _("most suggestions per night"),
        default=200,
        help_text=_("Those with the greatest effect; read from the shop's default row."),
    )

    class Meta:
        verbose_name = _("restock policy")
        verbose_name_plural = _("restock policies")
        constraints = [
            models.UniqueConstraint(
                models.functions.Coalesce("category", 0), name="one_restock_policy_per_category"
            ),
        ]

    def __str__(self) -> str:
        return str(self.category) if self.category_id else str(_("every other category"))


class ClassServiceLevel(models.Model):
    """The service level of an ABC/XYZ class, where it is not the built-in one."""

    class Abc(models.TextChoices):
        A = "A", _("A: the most turnover")
        B = "B", _("B: middling turnover")
        C = "C", _("C: little turnover")

    class Xyz(models.TextChoices):
        X = "X", _("X: steady")
        Y = "Y", _("Y: uneven")
        Z = "Z", _("Z: erratic")

    abc = models.CharField(_("turnover"), max_length=1, choices=Abc)
    xyz = models.CharField(_("steadiness"), max_length=1, choices=Xyz)
    service_level = models.DecimalField(
        _("service level"),
        max_digits=4,
        decimal_places=3,
        validators=[MinValueValidator(0.5), MaxValueValidator(0.999)],
    )

    class Meta:
        ordering = ["abc", "xyz"]
        verbose_name = _("service level of a class")
        verbose_name_plural = _("service levels of classes")
        constraints = [
            models.UniqueConstraint(fields=["abc", "xyz"], name="one_service_level_per_class"),
        ]

    def __str__(self) -> str:
        return f"{self.abc}{self.xyz}"


class LearnedQuerySet(models.QuerySet["LearnedLevels"]):
    def live(self, *, as_of: date) -> "LearnedLevels | None":
        """Return the newest levels that knew nothing after ``as_of``."""
        return self.filter(as_of__lte=as_of).order_by("-as_of", "-pk").first()


class LearnedLevels(models.Model):
    """The service level at which each class cost least in a replay of the shop's own past.

    ``levels`` maps each of the nine ABC/XYZ classes to a level. Written whole by one job.
    """

    job = models.OneToOneField(
        "jobs.Job", models.CASCADE, related_name="learned_levels", verbose_name=_("computed by")
    )
    as_of = models.DateField(_("as of"))
    since = models.DateField(_("since"))
    days = models.PositiveSmallIntegerField(_("days"))
    products = models.PositiveIntegerField(_("products"))
    levels = models.JSONField(_("levels"))

    objects = LearnedQuerySet.as_manager()

    class Meta:
        ordering = ["-as_of", "-pk"]
        verbose_name = _("learned service levels")
        verbose_name_plural = _("learned service levels")

    def __str__(self) -> str:
        return f"{self.since} – {self.as_of}"


class StockRule(models.Model):
    """A product's own service level, set by an approved suggestion; it beats every policy."""

    product = models.OneToOneField(
        Product, models.CASCADE, related_name="stock_rule", verbose_name=_("product")
    )
    service_level = models.DecimalField(
        _("service level"),
        max_digits=4,
        decimal_places=3,
        validators=[MinValueValidator(0.5), MaxValueValidator(0.999)],
    )
    set_on = models.DateField(_("set on"))
    set_by = models.CharField(_("set by"), max_length=150)
    suggestion = models.ForeignKey(
        "suggestions.Suggestion",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("suggestion"),
    )

    class Meta:
        ordering = ["product_id"]
        verbose_name = _("rule of a product's stock")
        verbose_name_plural = _("rules of products' stock")

    def __str__(self) -> str:
        return f"{self.product_id}: {self.service_level}"
