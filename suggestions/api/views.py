"""List, read, approve and reject suggestions."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from suggestions import services
from suggestions.actors import Actor
from suggestions.api.serializers import (
    ApprovalSerializer,
    RejectionSerializer,
    SuggestionSerializer,
)
from suggestions.kinds import InvalidValueError, WorldMovedError
from suggestions.models import Suggestion


class Conflict(APIException):
    """The suggestion was decided already, or its world moved."""

    status_code = status.HTTP_409_CONFLICT
    default_code = "conflict"


def _decided(decide: Callable[[], Suggestion]) -> Suggestion:
    try:
        return decide()
    except (services.AlreadyDecidedError, WorldMovedError) as error:
        raise Conflict(str(error)) from error
    except InvalidValueError as error:
        raise ValidationError({"value": [str(error)]}) from error


class SuggestionViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, GenericViewSet[Suggestion]
):
    """Suggestions of every kind."""

    serializer_class = SuggestionSerializer
    filterset_fields = ("kind", "state", "risk", "subject_key")
    throttle_scope = "read"
    required_scope = "read"
    write_scope = "decide"

    def get_queryset(self) -> "QuerySet[Suggestion]":
        return Suggestion.objects.all()

    def _actor(self, request: Request) -> Actor:
        return Actor(name=f"API: {request.auth}")

    @extend_schema(request=ApprovalSerializer, responses=SuggestionSerializer)
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, **_kwargs: Any) -> Response:
        """Approve and apply; 409 where it was decided already or its world moved."""
        form = ApprovalSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        suggestion = self.get_object()
        done = _decided(
            lambda: services.approve(suggestion, actor=self._actor(request), **form.validated_data)
        )
        return Response(self.get_serializer(done).data)

    @extend_schema(request=RejectionSerializer, responses=SuggestionSerializer)
    @action(detail=True, methods=["post"])
    def reject(self, request: Request, **_kwargs: Any) -> Response:
        """Reject with a reason."""
        form = RejectionSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        suggestion = self.get_object()
        done = _decided(
            lambda: services.reject(suggestion, actor=self._actor(request), **form.validated_data)
        )
        return Response(self.get_serializer(done).data)
