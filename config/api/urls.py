"""Every address below /api/."""

from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularJSONAPIView, SpectacularSwaggerView

from config.api.problems import no_such_address

urlpatterns = [
    path("schema/", SpectacularJSONAPIView.as_view(), name="schema"),
    path("docs/", SpectacularSwaggerView.as_view(url_name="schema"), name="api-docs"),
    path("v1/", include("sales.api.urls")),
    path("v1/", include("suggestions.api.urls")),
    path("v1/", include("recommendations.api.urls")),
    path("v1/", include("inventory.api.urls")),
    # Last: else the admin below would answer with its login page.
    re_path(r"(?P<address>.*)", no_such_address),
]
