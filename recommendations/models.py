"""Trained recommenders: what is served where, and since when."""

from typing import TYPE_CHECKING, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalog.models import Category, Product
from jobs.models import Job

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class RecommenderVersion(models.Model):
    """One trained model for one placement; the live one of each placement is served.

    ``recipe`` says how scores are made of the arrays in ``blob`` (``algorithms.artefact``) and the
    customer's history: ``{"parts": [{"kind": "neighbours", "weight": 1, "half_life_days": 60}]}``.
    """

    class Placement(models.TextChoices):
        FOR_YOU = "for_you", _("for you: new to the customer")
        BUY_AGAIN = "buy_again", _("buy again: repeats count")
        SIMILAR = "similar", _("similar products")
        POPULAR = "popular", _("popular products")
        TOGETHER = "together", _("bought together")
        TRENDING = "trending", _("trending products")
        NEW = "new", _("new arrivals")

    OBJECTIVES: ClassVar = {"discover": Placement.FOR_YOU, "all": Placement.BUY_AGAIN}

    placement = models.CharField(_("placement"), max_length=20, choices=Placement)
    model = models.CharField(_("model"), max_length=80)
    recipe = models.JSONField(_("recipe"), default=dict)
    as_of = models.DateField(_("as of"))
    job = models.ForeignKey(Job, models.PROTECT, related_name="+", verbose_name=_("computed by"))
    products = models.PositiveIntegerField(_("products known"))
    format = models.PositiveSmallIntegerField(_("format"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    blob = models.BinaryField(_("arrays"))
    is_live = models.BooleanField(_("live"), default=False)
    held = models.JSONField(
        _("held back because"),
        default=list,
        blank=True,
        help_text=_("Checks its lists failed; the version before stays live."),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("trained recommender")
        verbose_name_plural = _("trained recommenders")
        constraints = [
            models.UniqueConstraint(
                fields=["placement"],
                condition=Q(is_live=True),
                name="one_live_recommender_per_placement",
            ),
            models.UniqueConstraint(
                fields=["job", "placement"], name="one_recommender_per_job_and_placement"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_placement_display()} · {self.as_of}"


class CoCounts(models.Model):
    """How many customers share each pair of products: counted by the night, kept up by the hour.

    There is at most one row. ``blob`` holds whole numbers (``algorithms.incremental``); purchases
    from ``since`` on count, and those of the days before ``as_of`` are in.
    """

    only = models.BooleanField(default=True, unique=True, editable=False)
    lists = models.CharField(_("lists"), max_length=80)
    since = models.DateField(_("first day"))
    as_of = models.DateField(_("as of"))
    job = models.ForeignKey(Job, models.PROTECT, related_name="+", verbose_name=_("computed by"))
    blob = models.BinaryField(_("arrays"))

    class Meta:
        verbose_name = _("co-counts")
        verbose_name_plural = _("co-counts")

    def __str__(self) -> str:
        return f"{self.lists} {self.since} – {self.as_of}"


class PlacementRule(models.Model):
    """What the merchant wants in a list, whatever the models say.

    A pin puts a product at a place; a block keeps products out; a boost multiplies their scores (0
    buries them); a cap limits how many products of one category a list holds; margin raises
    products by the share of their price that is left to the shop; variety puts products that are
    like those above them lower. Stock, activity and what the customer has bought still count: a
    rule never shows what cannot be sold.
    """

    class Place(models.TextChoices):
        EVERYWHERE = "", _("every list")
        FOR_YOU = "for_you", _("for you")
        BUY_AGAIN = "buy_again", _("buy again")
        SIMILAR = "similar", _("similar products")
        SESSION = "session", _("during a visit")
        TOGETHER = "together", _("bought together")
        CART = "cart", _("cart add-ons")
        TRENDING = "trending", _("trending products")
        NEW = "new", _("new arrivals")
        POPULAR = "popular", _("popular products")
        EMAIL = "email", _("e-mail")

    class Kind(models.TextChoices):
        PIN = "pin", _("pin to a place")
        BLOCK = "block", _("keep out")
        BOOST = "boost", _("raise or lower")
        CAP = "cap", _("limit per category")
        MARGIN = "margin", _("raise by margin")
        VARIETY = "variety", _("more variety")

    placement = models.CharField(_("list"), max_length=20, choices=Place, blank=True)
    kind = models.CharField(_("rule"), max_length=10, choices=Kind)
    product = models.ForeignKey(
        Product,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("product"),
    )
    category = models.ForeignKey(
        Category,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("category"),
        help_text=_("Products below it are included."),
    )
    number = models.FloatField(
        _("number"),
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
        help_text=_(
            "Pin: the place, 1 is the first. Boost: the factor, such as 1.5; 0 buries. Limit: the"
            " most products of one category. Margin: 1 doubles the score of a product that is all"
            " margin. Variety: from 0 (none) to 1 (nothing else counts)."
        ),
    )
    starts_on = models.DateField(_("first day"), null=True, blank=True)
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        ordering = ["placement", "kind", "number", "pk"]
        verbose_name = _("placement rule")
        verbose_name_plural = _("placement rules")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="block") | Q(number__isnull=False),
                name="placement_rule_has_its_number",
            ),
            models.CheckConstraint(
                condition=Q(number__isnull=True) | Q(number__gte=0),
                name="placement_rule_number_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.product or self.category or self.number}"

    def clean(self) -> None:
        """Refuse, with the field, what a rule of this kind cannot mean."""
        wrong = self._wrong_subject() | self._wrong_number()
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            wrong["ends_on"] = _("The last day is before the first: swap them.")
        if wrong:
            raise ValidationError(wrong)

    def _wrong_subject(self) -> "dict[str, StrOrPromise]":
        has_product, has_category = self.product is not None, self.category is not None
        if self.kind == self.Kind.CAP and (has_product or has_category):
            return {"kind": _("A limit holds for every category: leave both fields empty.")}
        if self.kind in (self.Kind.MARGIN, self.Kind.VARIETY) and (has_product or has_category):
            return {"kind": _("This rule holds for the whole list: leave both fields empty.")}
        if self.kind == self.Kind.PIN and not (has_product and not has_category):
            return {"product": _("A pin needs a product, and no category.")}
        if self.kind in (self.Kind.BLOCK, self.Kind.BOOST) and has_product == has_category:
            return {"product": _("Name either a product or a category.")}
        return {}

    def _wrong_number(self) -> "dict[str, StrOrPromise]":
        if self.kind != self.Kind.BLOCK and self.number is None:
            return {"number": _("This rule needs a number.")}
        if self.kind in (self.Kind.PIN, self.Kind.CAP) and not self._is_count():
            return {"number": _("Give a whole number from 1.")}
        if self.kind == self.Kind.VARIETY and self.number is not None and self.number > 1:
            return {"number": _("Give a number from 0 to 1.")}
        return {}

    def _is_count(self) -> bool:
        return self.number is not None and self.number >= 1 and self.number == int(self.number)


class Experiment(models.Model):
    """A question put to visitors: which list earns more, or what a list earns as it is.

    A/B: each visitor sees one arm, always the same; money per visitor decides. Interleaving: two
    arms share each list and clicks decide, with far fewer visitors. Exploration: a small share of
    lists is drawn at random from the best products, so that what other rankings would earn can be
    estimated from the clicks.
    """

    class Kind(models.TextChoices):
        AB = "ab", _("A/B: each visitor sees one list")
        INTERLEAVING = "interleaving", _("interleaving: two lists share one")
        EXPLORATION = "exploration", _("exploration: a few lists are drawn at random")

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        RUNNING = "running", _("running")
        STOPPED = "stopped", _("stopped")

    class Place(models.TextChoices):
        FOR_YOU = "for_you", _("for you")
        BUY_AGAIN = "buy_again", _("buy again")
        SIMILAR = "similar", _("similar products")
        SESSION = "session", _("during a visit")
        TOGETHER = "together", _("bought together")
        CART = "cart", _("cart add-ons")
        TRENDING = "trending", _("trending products")
        NEW = "new", _("new arrivals")
        POPULAR = "popular", _("popular products")

    MOST_EXPLORED: ClassVar = 0.2

    name = models.CharField(_("name"), max_length=120)
    placement = models.CharField(_("list"), max_length=20, choices=Place)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.AB)
    share = models.FloatField(
        _("share"),
        default=1.0,
        validators=[MinValueValidator(0.001), MaxValueValidator(1)],
        help_text=_(
            "A/B and interleaving: the share of visitors who take part, 1 for all. Exploration: the"
            " share of lists drawn at random, at most 0.2."
        ),
    )
    planned_visitors = models.PositiveIntegerField(
        _("planned visitors"),
        default=10_000,
        validators=[MinValueValidator(100)],
        help_text=_("Intervals are tightest when so many have come; they hold at any number."),
    )
    note = models.TextField(_("what is asked"), blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    stopped_at = models.DateTimeField(_("stopped"), null=True, blank=True)
    decided_by = models.CharField(_("started or stopped by"), max_length=150, blank=True)
    reading = models.JSONField(_("what was known when it was stopped"), null=True, editable=False)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("experiment")
        verbose_name_plural = _("experiments")
        permissions = [("run_experiment", _("Can start and stop experiments"))]
        constraints = [
            models.UniqueConstraint(
                fields=["placement"],
                condition=Q(state="running"),
                name="one_running_experiment_per_placement",
            ),
            models.CheckConstraint(
                condition=Q(share__gt=0) & Q(share__lte=1), name="experiment_share_is_a_share"
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(started_at__isnull=False),
                name="experiment_that_ran_has_its_start",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """An exploration shows random lists to few."""
        if self.kind == self.Kind.EXPLORATION and self.share > self.MOST_EXPLORED:
            text = _("Draw at most 0.2 of the lists at random: each of them costs sales.")
            raise ValidationError({"share": text})


class Arm(models.Model):
    """One way to make the list of an experiment; the first is what the others are compared with."""

    class Strategy(models.TextChoices):
        LIVE = "live", _("as it is live")
        VERSION = "version", _("a trained recommender")
        RECIPE = "recipe", _("the live arrays by another recipe")
        POPULAR = "popular", _("what is popular, the same for all")
        TRENDING = "trending", _("what is trending, the same for all")
        NEW = "new", _("new arrivals, the same for all")

    experiment = models.ForeignKey(
        Experiment, models.CASCADE, related_name="arms", verbose_name=_("experiment")
    )
    position = models.PositiveSmallIntegerField(
        _("place"), default=0, help_text=_("0 is the list the others are compared with.")
    )
    strategy = models.CharField(_("list"), max_length=20, choices=Strategy, default=Strategy.LIVE)
    version = models.ForeignKey(
        RecommenderVersion,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("trained recommender"),
    )
    recipe = models.JSONField(
        _("recipe"),
        null=True,
        blank=True,
        help_text='{"parts": [{"kind": "neighbours", "weight": 1, "half_life_days": 60}]}',
    )

    class Meta:
        ordering = ["experiment", "position"]
        verbose_name = _("arm")
        verbose_name_plural = _("arms")
        constraints = [
            models.UniqueConstraint(
                fields=["experiment", "position"], name="one_arm_per_experiment_and_place"
            ),
        ]

    def __str__(self) -> str:
        return f"{chr(ord('A') + self.position)}: {self.get_strategy_display()}"

    def clean(self) -> None:
        """Refuse, with the field, an arm that could not make a list."""
        if self.strategy == self.Strategy.VERSION and self.version is None:
            raise ValidationError({"version": _("Choose the trained recommender to try.")})
        if self.strategy == self.Strategy.RECIPE and not is_recipe(self.recipe):
            text = _("Give parts, each with kind, weight and half_life_days, as in the example.")
            raise ValidationError({"recipe": text})


PART_KINDS = ("neighbours", "personal", "popularity")


def is_recipe(recipe: object) -> bool:
    """Whether scores can be made by it: ``ranking.rank`` says how."""
    parts = recipe.get("parts") if isinstance(recipe, dict) else None
    return isinstance(parts, list) and 0 < len(parts) <= 10 and all(map(_is_part, parts))


def _is_part(part: object) -> bool:
    if not isinstance(part, dict) or part.get("kind") not in PART_KINDS:
        return False
    if part["kind"] != "popularity" and "half_life_days" not in part:
        return False
    numbers = [part.get("weight"), part.get("half_life_days") or 1]
    return all(isinstance(one, int | float) and 0 < one < 10_000 for one in numbers)
