"""Pages that draw on several rooms of the house, and other people's admins in our frame."""

from config.admin.access import ApiKeyAdmin, HouseGroupAdmin, HouseUserAdmin
from config.admin.customer import CustomerAdmin
from config.admin.product import ProductAdmin
from config.admin.schedule import PeriodicTaskAdmin

__all__ = [
    "ApiKeyAdmin",
    "CustomerAdmin",
    "HouseGroupAdmin",
    "HouseUserAdmin",
    "PeriodicTaskAdmin",
    "ProductAdmin",
]
