"""Errors as RFC 9457 problem details."""

from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from drf_standardized_errors.formatter import ExceptionFormatter
from drf_standardized_errors.handler import exception_handler as standardized
from drf_standardized_errors.types import ErrorResponse, ExceptionHandlerContext
from rest_framework.exceptions import APIException
from rest_framework.response import Response

MEDIA_TYPE = "application/problem+json"


class ProblemFormatter(ExceptionFormatter):
    """``{type, title, status, detail, instance, errors[]}``."""

    def format_error_response(self, error_response: ErrorResponse) -> dict[str, Any]:
        status = HTTPStatus(self.exc.status_code)
        request = self.context["request"]
        path = request.path if request else ""
        return {
            "type": f"urn:zhanggui:{error_response.type.replace('_', '-')}",
            "title": status.phrase,
            "status": status.value,
            "detail": error_response.errors[0].detail if error_response.errors else "",
            "instance": path,
            "errors": [
                {"field": error.attr, "code": error.code, "detail": error.detail}
                for error in error_response.errors
            ],
        }


class TooLarge(APIException):
    """A body that is not read to its end."""

    status_code = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    default_code = "too_large"

    def __init__(self) -> None:
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 2**20
        super().__init__(_("More than %(most)s MB at once: send it in parts.") % {"most": most})


def exception_handler(exc: Exception, context: ExceptionHandlerContext) -> Response | None:
    """Standardized errors under the media type of problem details."""
    response = standardized(TooLarge() if isinstance(exc, RequestDataTooBig) else exc, context)
    if response is not None:
        response.content_type = MEDIA_TYPE
    return response


def problem(request: HttpRequest, status: HTTPStatus, kind: str, detail: str) -> JsonResponse:
    """The same shape for what is refused before a view of the API is reached."""
    body: dict[str, object] = {
        "type": f"urn:zhanggui:{kind}",
        "title": status.phrase,
        "status": status.value,
        "detail": detail,
        "instance": request.path,
        "errors": [],
    }
    return JsonResponse(body, status=status.value, content_type=MEDIA_TYPE)


@csrf_exempt
def no_such_address(request: HttpRequest, address: str) -> JsonResponse:
    """404 in the API's own words; a program has no use for the admin's login page."""
    detail = _("There is no address /api/%(address)s; /api/docs/ lists those there are.")
    return problem(request, HTTPStatus.NOT_FOUND, "client-error", detail % {"address": address})
