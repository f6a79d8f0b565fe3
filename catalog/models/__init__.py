"""What the shop sells, at what price, from whom, and what rivals ask for it."""

from catalog.models.assumption import Assumption
from catalog.models.clearance import Clearance
from catalog.models.competition import CompetitorOffer
from catalog.models.price import PriceChange, Promotion
from catalog.models.product import Brand, Category, Product
from catalog.models.stock import Location, StockCount
from catalog.models.supply import Supplier, SupplierItem

__all__ = [
    "Assumption",
    "Brand",
    "Category",
    "Clearance",
    "CompetitorOffer",
    "Location",
    "PriceChange",
    "Product",
    "Promotion",
    "StockCount",
    "Supplier",
    "SupplierItem",
]
