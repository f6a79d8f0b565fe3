"""Our own layout, one module per kind of file, in the order in which files rest on each other."""

from sales.importers.canonical.competitors import CompetitorWriter
from sales.importers.canonical.customers import CustomerWriter
from sales.importers.canonical.events import EventWriter
from sales.importers.canonical.orders import OrderWriter
from sales.importers.canonical.prices import PriceWriter
from sales.importers.canonical.products import ProductWriter
from sales.importers.canonical.promotions import PromotionWriter
from sales.importers.canonical.reviews import ReviewWriter
from sales.importers.canonical.stock import StockWriter
from sales.importers.canonical.suppliers import SupplierWriter
from sales.importers.layouts import Writer

WRITERS: dict[str, type[Writer]] = {
    writer.name: writer
    for writer in (
        ProductWriter,
        SupplierWriter,
        CustomerWriter,
        PriceWriter,
        PromotionWriter,
        StockWriter,
        OrderWriter,
        EventWriter,
        ReviewWriter,
        CompetitorWriter,
    )
}

__all__ = ["WRITERS"]
