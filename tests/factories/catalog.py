"""Products, prices, stock, suppliers and rivals."""

from decimal import Decimal

import factory
from django.utils import timezone

from catalog.models import (
    Assumption,
    Brand,
    Category,
    CompetitorOffer,
    Location,
    PriceChange,
    Product,
    Promotion,
    StockCount,
    Supplier,
    SupplierItem,
)


class CategoryFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Category

    name = factory.Sequence(lambda n: f"Category {n}")
    parent = None

    @factory.lazy_attribute
    def path(self) -> str:
        return f"{self.parent.path} > {self.name}" if self.parent else self.name


class BrandFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Brand

    name = factory.Sequence(lambda n: f"Brand {n}")


class ProductFactory(factory.django.DjangoModelFactory):
    """A cup of tea at 10.00 whose cost is unknown."""

    class Meta:
        model = Product

    sku = factory.Sequence(lambda n: f"SKU-{n:04d}")
    title = factory.Sequence(lambda n: f"Tea cup {n}")
    title_zh = factory.Sequence(lambda n: f"茶杯 {n}")
    price = Decimal("10.00")


class AssumptionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Assumption

    category = None


class PriceChangeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = PriceChange

    product = factory.SubFactory(ProductFactory)
    price = Decimal("10.00")
    effective_at = factory.LazyFunction(timezone.now)
    source = PriceChange.Source.STAFF


class PromotionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Promotion

    product = factory.SubFactory(ProductFactory)
    name = "Spring sale"
    name_zh = "春季促销"
    starts_on = factory.LazyFunction(timezone.localdate)
    ends_on = factory.SelfAttribute("starts_on")
    price = Decimal("8.00")


class CompetitorOfferFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = CompetitorOffer

    competitor = "Cloud Gate"
    product = factory.SubFactory(ProductFactory)
    price = Decimal("9.50")
    seen_at = factory.LazyFunction(timezone.now)


class LocationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Location

    code = factory.Sequence(lambda n: f"WH-{n}")


class StockCountFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = StockCount

    product = factory.SubFactory(ProductFactory)
    location = factory.SubFactory(LocationFactory)
    on_hand = 20
    counted_at = factory.LazyFunction(timezone.now)


class SupplierFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Supplier

    name = factory.Sequence(lambda n: f"Supplier {n}")


class SupplierItemFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = SupplierItem

    supplier = factory.SubFactory(SupplierFactory)
    product = factory.SubFactory(ProductFactory)
    lead_days = 7
