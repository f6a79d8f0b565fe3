"""The product's addresses and, beside them, the empty view."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def empty(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(b"")


urlpatterns = [path("empty", empty), path("", include("config.urls"))]
