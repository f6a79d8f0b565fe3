from rest_framework.routers import SimpleRouter

from inventory.api.orders import PurchaseOrderViewSet
from inventory.api.stock import (
    CountViewSet,
    LevelViewSet,
    LocationViewSet,
    MovementViewSet,
    ReservationViewSet,
)
from inventory.api.transfers import TransferViewSet

router = SimpleRouter(trailing_slash=False)
router.register("stock/locations", LocationViewSet, basename="stock-location")
router.register("stock/levels", LevelViewSet, basename="stock-level")
router.register("stock/counts", CountViewSet, basename="stock-count")
router.register("stock/movements", MovementViewSet, basename="stock-movement")
router.register("stock/reservations", ReservationViewSet, basename="stock-reservation")
router.register("purchase-orders", PurchaseOrderViewSet, basename="purchase-order")
router.register("transfers", TransferViewSet, basename="transfer")
urlpatterns = router.urls
