from rest_framework.routers import SimpleRouter

from suggestions.api.views import SuggestionViewSet

router = SimpleRouter(trailing_slash=False)
router.register("suggestions", SuggestionViewSet, basename="suggestion")
urlpatterns = router.urls
