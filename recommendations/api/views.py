"""Recommendations over REST."""

from collections.abc import Mapping
from functools import partial
from typing import Any, ClassVar

from django.utils.translation import get_language
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from recommendations.api import quick, ready
from recommendations.api.quick import QuickView
from recommendations.api.serializers import (
    Asked,
    CustomerListParameters,
    ListParameters,
    ListSerializer,
    SessionSerializer,
    as_reply,
)
from recommendations.experiments.running import Lot, draw
from recommendations.experiments.serving import Make, Served, serve
from recommendations.models import Experiment
from recommendations.selectors import (
    basket_plan,
    customer_plan,
    everybodys_plan,
    remembered_history,
    visit_plan,
)

Place = Experiment.Place


class RecommendationView(QuickView):
    """Reading lists changes nothing, so a key that may read may also post a visit.

    A list names its ``place`` and plans itself; experiments are looked up by the place.
    """

    throttle_scope = "read"
    required_scope = "read"
    form: ClassVar[type[ListParameters]] = ListParameters

    def place(self, asked: Asked) -> str:
        """The list that is asked for, as experiments name it."""
        raise NotImplementedError

    def make(self, asked: Asked, address: Mapping[str, str]) -> Make:
        """What plans the list by a version, or by the live one."""
        raise NotImplementedError

    def visitor(self, asked: Asked, address: Mapping[str, str]) -> str:
        return asked["visitor"]

    def lot(self, asked: Asked, address: Mapping[str, str]) -> Lot | None:
        """The visitor's part in an experiment; none for lists that are to be the same for all."""
        if not asked["filters"].personalized:
            return None
        return draw(self.place(asked), self.visitor(asked, address))

    def listed(self, data: Any, address: Mapping[str, str]) -> Response:
        """DRF's way: check by the form, say what is wrong, or give the list."""
        form = self.form(data=data)
        form.is_valid(raise_exception=True)
        asked = form.asked()
        return Response(as_reply(serve(self.make(asked, address), self.lot(asked, address))))

    def quick_body(self, asked: Asked, address: Mapping[str, str]) -> bytes:
        return ready.body(serve(self.make(asked, address), self.lot(asked, address)))


class ReadyView(RecommendationView):
    """A list without a customer: the same for all who ask alike, and kept ready."""

    def quick_body(self, asked: Asked, address: Mapping[str, str]) -> bytes:
        lot = self.lot(asked, address)
        if lot is not None and not lot.is_steady:
            return super().quick_body(asked, address)
        filters = asked["filters"]
        key = (
            *(type(self), *address.values(), asked["n"], get_language()),
            *(filters.category, filters.in_stock, filters.personalized),
            lot and (lot.trial.pk, lot.arm),
        )
        return ready.kept_body(key, partial(self._served, asked, address, lot))

    def _served(self, asked: Asked, address: Mapping[str, str], lot: Lot | None) -> Served:
        return serve(self.make(asked, address), lot)


class CustomerList(RecommendationView):
    form = CustomerListParameters

    @extend_schema(
        operation_id="recommendations_user",
        parameters=[CustomerListParameters],
        responses=ListSerializer,
    )
    def get(self, request: Request, **address: str) -> Response:
        """For a customer, by their number; unknown ones get what is popular."""
        return self.listed(request.query_params, address)

    def place(self, asked: Asked) -> str:
        return Place.FOR_YOU if asked["filters"].exclude_seen else Place.BUY_AGAIN

    def visitor(self, asked: Asked, address: Mapping[str, str]) -> str:
        return address["number"]

    def make(self, asked: Asked, address: Mapping[str, str]) -> Make:
        read = remembered_history()
        number, n, filters = address["number"], asked["n"], asked["filters"]
        return lambda version: customer_plan(number, n, filters, version, read)

    def quick_filters(self, given: Mapping[str, Any]) -> dict[str, Any]:
        return {"exclude_seen": quick.flag(given.get("exclude_seen", "1"))}


class ProductList(ReadyView):
    @extend_schema(
        operation_id="recommendations_item", parameters=[ListParameters], responses=ListSerializer
    )
    def get(self, request: Request, **address: str) -> Response:
        """Beside a product, by its SKU."""
        return self.listed(request.query_params, address)

    def place(self, asked: Asked) -> str:
        return Place.SIMILAR

    def make(self, asked: Asked, address: Mapping[str, str]) -> Make:
        return partial(
            visit_plan, [address["sku"]], asked["n"], asked["filters"], str(Place.SIMILAR)
        )


class TogetherList(ReadyView):
    @extend_schema(
        operation_id="recommendations_together",
        parameters=[ListParameters],
        responses=ListSerializer,
    )
    def get(self, request: Request, **address: str) -> Response:
        """Bought together with a product, by its SKU."""
        return self.listed(request.query_params, address)

    def place(self, asked: Asked) -> str:
        return Place.TOGETHER

    def make(self, asked: Asked, address: Mapping[str, str]) -> Make:
        return partial(
            basket_plan, [address["sku"]], asked["n"], asked["filters"], str(Place.TOGETHER)
        )


class EverybodysList(ReadyView):
    """One of the lists that need neither customer nor product."""

    everybodys: ClassVar[Place]

    def place(self, asked: Asked) -> str:
        return self.everybodys

    def make(self, asked: Asked, address: Mapping[str, str]) -> Make:
        return partial(everybodys_plan, asked["n"], asked["filters"], str(self.everybodys))


class PopularList(EverybodysList):
    everybodys = Place.POPULAR

    @extend_schema(
        operation_id="recommendations_popular",
        parameters=[ListParameters],
        responses=ListSerializer,
    )
    def get(self, request: Request) -> Response:
        """For everybody."""
        return self.listed(request.query_params, {})


class TrendingList(EverybodysList):
    everybodys = Place.TRENDING

    @extend_schema(
        operation_id="recommendations_trending",
        parameters=[ListParameters],
        responses=ListSerializer,
    )
    def get(self, request: Request) -> Response:
        """What sells more than usual."""
        return self.listed(request.query_params, {})


class NewList(EverybodysList):
    everybodys = Place.NEW

    @extend_schema(
        operation_id="recommendations_new",
        parameters=[ListParameters],
        responses=ListSerializer,
    )
    def get(self, request: Request) -> Response:
        """New arrivals."""
        return self.listed(request.query_params, {})


class VisitView(RecommendationView):
    """A list by the products of a visit or a cart, posted."""

    quick_method = "POST"
    form = SessionSerializer

    def quick_filters(self, given: Mapping[str, Any]) -> dict[str, Any]:
        return {"exclude": quick.codes(given.get("exclude", []))}

    def quick_asked(self, given: Mapping[str, Any]) -> Asked:
        asked = super().quick_asked(given)
        asked["skus"] = quick.codes(given.get("skus"))
        return asked


class CartList(VisitView):
    @extend_schema(
        operation_id="recommendations_cart", request=SessionSerializer, responses=ListSerializer
    )
    def post(self, request: Request) -> Response:
        """What to add to a cart."""
        return self.listed(request.data, {})

    def place(self, asked: Asked) -> str:
        return Place.CART

    def make(self, asked: Asked, address: Mapping[str, str]) -> Make:
        return partial(basket_plan, asked["skus"], asked["n"], asked["filters"], str(Place.CART))


class SessionList(VisitView):
    @extend_schema(
        operation_id="recommendations_session", request=SessionSerializer, responses=ListSerializer
    )
    def post(self, request: Request) -> Response:
        """For an anonymous visit."""
        return self.listed(request.data, {})

    def place(self, asked: Asked) -> str:
        return Place.SESSION

    def make(self, asked: Asked, address: Mapping[str, str]) -> Make:
        return partial(visit_plan, asked["skus"], asked["n"], asked["filters"], str(Place.SESSION))
