"""Recommendations over REST: parameters, replies, refusals."""

import pytest
from django.core.cache import cache
from rest_framework.test import APIClient

from catalog.models import Product
from config.api.authentication import Client
from recommendations.ids import read_recommendation_id
from tests.recommendations.conftest import buy

pytestmark = [pytest.mark.django_db, pytest.mark.urls("recommendations.api.urls")]


@pytest.fixture
def client():
    cache.clear()
    reader = Client(pk="k", name="storefront", scopes=frozenset({"read"}), expires=None)
    made = APIClient()
    made.force_authenticate(user=reader, token=reader)
    return made


def test_a_customers_list(shop, client):
    buy(shop.li, shop.cup)
    version = shop.versions["for_you"]

    reply = client.get("/recommendations/users/li", {"n": 2}).json()

    origin = read_recommendation_id(reply.pop("recommendation_id"))
    assert (origin.placement, origin.version) == ("for_you", version.pk)
    assert reply == {
        "strategy": "for_you",
        "model_version": f"for_you-{version.pk}",
        "items": [
            {
                "sku": "pot",
                "title": "Pot",
                "price": "10.00",
                "score": 0.8,
                "reason": "Customers who bought Cup also bought this.",
                "reason_sku": "cup",
            },
            {
                "sku": "lamp",
                "title": "Lamp",
                "price": "10.00",
                "score": 0.3,
                "reason": "Customers who bought Cup also bought this.",
                "reason_sku": "cup",
            },
        ],
    }


def skus(response):
    assert response.status_code == 200, response.content
    return [item["sku"] for item in response.json()["items"]]


def test_parameters_reach_the_list(shop, client):
    buy(shop.li, shop.cup)
    users = "/recommendations/users/li"

    assert skus(client.get(users, {"n": 1, "personalized": "0"})) == ["tea"]
    assert skus(client.get(users, {"n": 1, "exclude_seen": "false"})) == ["cup"]
    assert skus(client.get(users, {"n": 3, "category": "Tea > Teaware"})) == ["pot"]
    assert skus(client.get("/recommendations/items/cup", {"n": 1})) == ["pot"]
    assert skus(client.get("/recommendations/popular", {"n": 2})) == ["tea", "cup"]


def test_a_list_keeps_to_a_price_band(shop, client):
    Product.objects.filter(sku="cup").update(price=25)

    popular = "/recommendations/popular"
    assert skus(client.get(popular, {"price_min": "20"})) == ["cup"]
    assert "cup" not in skus(client.get(popular, {"price_max": "20"}))
    reply = client.get(popular, {"price_min": "cheap"})
    assert reply.status_code == 400
    assert "price_min" in reply.content.decode()


def test_a_visit_is_posted(shop, client):
    visit = {"skus": ["tea", "cup"], "n": 2, "exclude": ["lamp"]}

    assert skus(client.post("/recommendations/session", visit, format="json")) == ["pot", "book"]


def test_each_placement_has_its_address(shop, client):
    cart = {"skus": ["tea", "cup"], "n": 2}

    assert skus(client.get("/recommendations/items/cup/together", {"n": 1})) == ["book"]
    assert skus(client.get("/recommendations/trending", {"n": 2})) == ["book", "lamp"]
    assert skus(client.get("/recommendations/new", {"n": 1})) == ["book"]
    assert skus(client.post("/recommendations/cart", cart, format="json")) == ["pot", "book"]


def test_a_placements_reply_names_its_version_and_reason(shop, client):
    reply = client.get("/recommendations/items/cup/together", {"n": 1}).json()

    origin = read_recommendation_id(reply["recommendation_id"])
    version = shop.versions["together"]
    assert (origin.placement, origin.version) == ("together", version.pk)
    assert (reply["strategy"], reply["model_version"]) == ("together", f"together-{version.pk}")
    assert reply["items"][0] == {
        "sku": "book",
        "title": "Book",
        "price": "10.00",
        "score": 0.4,
        "reason": "Often bought together with Cup.",
        "reason_sku": "cup",
    }


@pytest.mark.parametrize(
    "number", ["nobody", "%F0%9F%8D%B5", "a%2Fb", "x" * 300, "'; DROP TABLE sales_customer"]
)
def test_unknown_customers_are_no_error(shop, client, number):
    assert skus(client.get(f"/recommendations/users/{number}", {"n": 1})) == ["tea"]


def test_an_empty_shop_is_no_error(db, client):
    reply = client.get("/recommendations/users/li").json()

    assert (reply["strategy"], reply["model_version"], reply["items"]) == ("none", "", [])
    assert read_recommendation_id(reply["recommendation_id"]).version == 0


@pytest.mark.parametrize("wrong", [{"n": 0}, {"n": 101}, {"n": "many"}, {"in_stock": "perhaps"}])
def test_wrong_parameters_are_refused_with_their_name(shop, client, wrong):
    response = client.get("/recommendations/popular", wrong)

    assert response.status_code == 400
    assert response.json()["errors"][0]["field"] == next(iter(wrong))


def test_too_long_a_visit_is_refused(shop, client):
    response = client.post("/recommendations/session", {"skus": ["x"] * 201}, format="json")

    assert response.status_code == 400


def test_without_a_key_there_is_no_list(shop):
    assert APIClient().get("/recommendations/popular").status_code == 401


def test_reasons_come_in_the_language_asked_for(shop, client):
    buy(shop.li, shop.cup)

    reply = client.get(
        "/recommendations/users/li", {"n": 1}, headers={"accept-language": "zh-hans"}
    )

    assert reply.json()["items"][0]["title"] == "pot（中文）"
