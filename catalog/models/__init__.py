"""What the shop sells, at what price, from whom, and what rivals ask for it."""

from catalog.models.assumption import Assumption
from catalog.models.clearance import Clearance
from catalog.models.competition import CompetitorOffer
from catalog.models.price import PriceChange, Promotion
from catalog.models.product import Brand, Category, Product
from catalog.models.stock import (
    AppendOnlyError,
    Location,
    LocationChannel,
    Reservation,
    StockCount,
    StockMovement,
)
from catalog.models.supply import (
    Delivery,
    OrderBudget,
    PriceBreak,
    Supplier,
    SupplierItem,
)

__all__ = [
    "AppendOnlyError",
    "Assumption",
    "Brand",
    "Category",
    "Clearance",
    "CompetitorOffer",
    "Delivery",
    "Location",
    "LocationChannel",
    "OrderBudget",
    "PriceBreak",
    "PriceChange",
    "Product",
    "Promotion",
    "Reservation",
    "StockCount",
    "StockMovement",
    "Supplier",
    "SupplierItem",
]
