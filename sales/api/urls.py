from rest_framework.routers import SimpleRouter

from sales.api.views import CustomerViewSet, EventViewSet, OrderViewSet, ProductViewSet

router = SimpleRouter(trailing_slash=False)
router.register("products", ProductViewSet)
router.register("customers", CustomerViewSet)
router.register("orders", OrderViewSet)
router.register("events", EventViewSet)
urlpatterns = router.urls
