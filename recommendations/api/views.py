"""Recommendations over REST."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from recommendations import selectors
from recommendations.api.serializers import (
    CustomerListParameters,
    ListParameters,
    ListSerializer,
    SessionSerializer,
    as_reply,
)


class RecommendationView(APIView):
    """Reading lists changes nothing, so a key that may read may also post a visit."""

    throttle_scope = "read"
    required_scope = "read"


class CustomerList(RecommendationView):
    @extend_schema(
        operation_id="recommendations_user",
        parameters=[CustomerListParameters],
        responses=ListSerializer,
    )
    def get(self, request: Request, number: str) -> Response:
        """For a customer, by their number; unknown ones get what is popular."""
        form = CustomerListParameters(data=request.query_params)
        form.is_valid(raise_exception=True)
        return Response(as_reply(selectors.recommend_for_customer(number, **form.asked())))


class ProductList(RecommendationView):
    @extend_schema(
        operation_id="recommendations_item", parameters=[ListParameters], responses=ListSerializer
    )
    def get(self, request: Request, sku: str) -> Response:
        """Beside a product, by its SKU."""
        form = ListParameters(data=request.query_params)
        form.is_valid(raise_exception=True)
        return Response(as_reply(selectors.similar_products(sku, **form.asked())))


class TogetherList(RecommendationView):
    @extend_schema(
        operation_id="recommendations_together",
        parameters=[ListParameters],
        responses=ListSerializer,
    )
    def get(self, request: Request, sku: str) -> Response:
        """Bought together with a product, by its SKU."""
        form = ListParameters(data=request.query_params)
        form.is_valid(raise_exception=True)
        return Response(as_reply(selectors.bought_together(sku, **form.asked())))


class PopularList(RecommendationView):
    @extend_schema(
        operation_id="recommendations_popular",
        parameters=[ListParameters],
        responses=ListSerializer,
    )
    def get(self, request: Request) -> Response:
        """For everybody."""
        form = ListParameters(data=request.query_params)
        form.is_valid(raise_exception=True)
        return Response(as_reply(selectors.popular(**form.asked())))


class TrendingList(RecommendationView):
    @extend_schema(
        operation_id="recommendations_trending",
        parameters=[ListParameters],
        responses=ListSerializer,
    )
    def get(self, request: Request) -> Response:
        """What sells more than usual."""
        form = ListParameters(data=request.query_params)
        form.is_valid(raise_exception=True)
        return Response(as_reply(selectors.trending(**form.asked())))


class NewList(RecommendationView):
    @extend_schema(
        operation_id="recommendations_new",
        parameters=[ListParameters],
        responses=ListSerializer,
    )
    def get(self, request: Request) -> Response:
        """New arrivals."""
        form = ListParameters(data=request.query_params)
        form.is_valid(raise_exception=True)
        return Response(as_reply(selectors.new_arrivals(**form.asked())))


class CartList(RecommendationView):
    @extend_schema(
        operation_id="recommendations_cart", request=SessionSerializer, responses=ListSerializer
    )
    def post(self, request: Request) -> Response:
        """What to add to a cart."""
        form = SessionSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        skus = form.validated_data["skus"]
        return Response(as_reply(selectors.cart_add_ons(skus, **form.asked())))


class SessionList(RecommendationView):
    @extend_schema(
        operation_id="recommendations_session", request=SessionSerializer, responses=ListSerializer
    )
    def post(self, request: Request) -> Response:
        """For an anonymous visit."""
        form = SessionSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        skus = form.validated_data["skus"]
        return Response(as_reply(selectors.for_session(skus, **form.asked())))
