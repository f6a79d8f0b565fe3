"""All addresses: the API below /api/, the languages, and the admin at the root."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("api/", include("config.api.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("", admin.site.urls),
]
