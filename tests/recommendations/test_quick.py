"""The short way to a list and the thorough one: the same answers, the same refusals."""

import json

import pytest
from django.core.cache import cache
from rest_framework.test import APIClient

from config.api import shortcut
from config.api.authentication import forget_clients
from config.api.throttling import ScopedRate
from config.models import ApiKey
from recommendations.api import quick, ready
from recommendations.models import RecommenderVersion
from recommendations.shelf import forget_versions
from sales.models import Customer
from tests.recommendations.conftest import buy, look

API = "/api/v1/recommendations/"
VISIT = {"skus": ["tea", "cup"], "n": 3}


@pytest.fixture(autouse=True)
def _nobody_remembered():
    forget_clients()
    cache.clear()
    ready._kept.clear()
    yield
    forget_clients()


@pytest.fixture
def client_with(db):
    def make(*scopes):
        _, key = ApiKey.objects.create_key(name="storefront", scopes=list(scopes))
        return APIClient(headers={"authorization": f"Api-Key {key}"})

    return make


@pytest.fixture
def thorough(monkeypatch):
    """From now on nothing is ordinary enough for the short way."""

    def refuse(_self, _request, _address):
        raise quick.UnusualError

    def enable():
        monkeypatch.setattr(quick.QuickView, "answered", refuse)

    return enable


REQUESTS = [
    ("get", "popular", {}),
    ("get", "popular", {"n": "2", "category": "Tea", "in_stock": "false"}),
    ("get", "popular", {"personalized": "0"}),
    ("get", "trending", {"n": "1"}),
    ("get", "new", {"n": "4"}),
    ("get", "items/cup", {"n": "3"}),
    ("get", "items/unheard-of", {}),
    ("get", "items/cup/together", {}),
    ("get", "users/li", {"n": "3"}),
    ("get", "users/li", {"exclude_seen": "false"}),
    ("get", "users/nobody", {}),
    ("post", "session", VISIT),
    ("post", "session", {"skus": []}),
    ("post", "cart", VISIT | {"exclude": ["pot"], "personalized": False}),
    ("get", "popular", {"n": "0"}),
    ("get", "popular", {"n": "1e1"}),
    ("get", "popular", {"in_stock": "perhaps"}),
    ("get", "users/li", {"exclude_seen": "7"}),
    ("get", "popular", {"visitor": "x" * 65}),
    ("post", "session", {"skus": "cup"}),
    ("post", "session", {"skus": [""]}),
    ("post", "session", {"skus": ["x"] * 201}),
    ("post", "session", {"skus": [{"sku": "cup"}]}),
    ("post", "session", {"n": 3}),
    ("post", "session", [1]),
    ("post", "popular", {}),
]


@pytest.mark.parametrize("request_", REQUESTS, ids=str)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_both_ways_say_the_same(shop, client_with, thorough, request_, language):
    method, place, data = request_
    buy(shop.li, shop.cup)
    client = client_with("read")
    headers = {"accept-language": language}
    short = getattr(client, method)(API + place, data, headers=headers)
    again = getattr(client, method)(API + place, data, headers=headers)
    thorough()
    long = getattr(client, method)(API + place, data, headers=headers)

    one, two, three = (json.loads(reply.content) for reply in (short, again, long))
    assert short.status_code == again.status_code == long.status_code
    if short.status_code == 200:
        ids = {reply.pop("recommendation_id") for reply in (one, two, three)}
        assert len(ids) == 3
        assert short.headers["Content-Language"] == language
        assert "Accept-Language" in short.headers["Vary"]
    assert one == two == three
    assert short.headers["Content-Type"] == long.headers["Content-Type"]


@pytest.mark.parametrize("body", [b"", b"{", b"[" * 100_000, b'{"skus": ["\\ud800"]}', b"\xff"])
def test_broken_bodies_are_no_500(shop, client_with, body):
    reply = client_with("read").post(API + "session", body, content_type="application/json")

    assert reply.status_code in (200, 400)


@pytest.mark.parametrize("number", ["%00", "a%00b", "%ED%A0%80", "%F0%9F%8D%B5"])
def test_odd_numbers_are_nobodys(shop, client_with, number):
    reply = client_with("read").get(f"{API}users/{number}", {"n": 1})

    assert [item["sku"] for item in reply.json()["items"]] == ["tea"]


@pytest.mark.parametrize(
    ("scopes", "status"),
    [(["read"], 200), (["events"], 403), (["write", "decide"], 403), ([], 403)],
)
@pytest.mark.parametrize("place", ["popular", "users/li"])
def test_lists_need_the_scope_to_read(shop, client_with, scopes, status, place):
    assert client_with("read").get(API + place).status_code == 200  # it is at hand now
    assert client_with(*scopes).get(API + place).status_code == status


def test_no_key_and_a_wrong_key_are_refused(shop, client_with):
    client_with("read").get(API + "popular")

    assert APIClient().get(API + "popular").status_code == 401
    wrong = APIClient(headers={"authorization": "Api-Key abc.def"})
    assert wrong.get(API + "popular").status_code == 401
    assert APIClient(headers={"authorization": "Basic x"}).get(API + "popular").status_code == 401


def test_the_limit_holds_for_ready_lists_too(shop, client_with, settings, monkeypatch):
    monkeypatch.setattr(ScopedRate, "now", staticmethod(lambda: 600.0))
    monkeypatch.setattr("config.api.throttling.parsed", lambda _rate: (3, 60))
    one, other = client_with("read"), client_with("read")

    assert [one.get(API + "popular").status_code for _request in range(5)] == [200] * 3 + [429] * 2
    assert one.get(API + "popular").headers["Retry-After"] == "61"
    assert other.get(API + "popular").status_code == 200
    # Half a minute into the next window half of the three still count.
    monkeypatch.setattr(ScopedRate, "now", staticmethod(lambda: 690.0))
    assert [one.get(API + "popular").status_code for _request in range(3)] == [200, 200, 429]


def test_a_ready_list_asks_nothing_and_a_customers_one_query(
    shop, good_memory, client_with, django_assert_num_queries
):
    buy(shop.li, shop.cup)
    client = client_with("read")
    monkey = pytest.MonkeyPatch()
    monkey.setattr("config.api.authentication.REMEMBER_SECONDS", 1e9)
    requests = {
        0: ["popular", "trending", "new?n=1", "items/cup?n=2", "items/cup/together?n=2"],
        1: ["users/li?n=2", "users/li?n=2&exclude_seen=0"],
    }
    for queries, places in requests.items():
        for place in places:
            client.get(API + place)
            with django_assert_num_queries(queries):
                assert client.get(API + place).status_code == 200
    client.post(API + "session", VISIT)
    with django_assert_num_queries(0):
        assert client.post(API + "session", VISIT).status_code == 200
    monkey.undo()


def test_a_new_event_changes_the_very_next_answer(shop, client_with):
    buy(shop.li, shop.tea)
    client = client_with("read")
    before = client.get(API + "users/li", {"n": 2}).json()["items"][1]
    look(shop.li, shop.lamp)

    after = client.get(API + "users/li", {"n": 2}).json()["items"][1]

    assert before["score"] != after["score"]
    assert after["reason_sku"] == "lamp"


def test_opting_out_changes_the_very_next_answer(shop, client_with):
    buy(shop.li, shop.cup)
    client = client_with("read")
    assert client.get(API + "users/li").json()["strategy"] == "for_you"
    Customer.objects.update(is_personalised=False)

    assert client.get(API + "users/li").json()["strategy"] == "popular"


def test_ready_lists_follow_a_swap_of_versions(shop, client_with):
    client = client_with("read")
    assert client.get(API + "trending").json()["strategy"] == "trending"
    RecommenderVersion.objects.filter(placement="trending").update(is_live=False)
    forget_versions()

    reply = client.get(API + "trending").json()

    assert (reply["strategy"], reply["model_version"]) == ("popular", "")


def test_ready_lists_are_made_anew_in_time_and_no_more_than_so_many_kept(
    shop, client_with, monkeypatch
):
    client = client_with("read")
    client.get(API + "popular")
    monkeypatch.setattr(ready, "MOST_KEPT", 3)
    for n in range(1, 9):
        client.get(API + "popular", {"n": n})
    assert len(ready._kept) == 3

    before = list(ready._kept.values())[-1]
    client.get(API + "popular", {"n": 8})
    assert list(ready._kept.values())[-1] is before
    monkeypatch.setattr(ready, "GOOD_FOR_SECONDS", 0.0)
    client.get(API + "popular", {"n": 8})
    assert list(ready._kept.values())[-1] is not before


def test_an_empty_shop_answers_every_list(client_with):
    client = client_with("read")
    for place in ("popular", "trending", "new", "items/x", "items/x/together", "users/x"):
        assert client.get(API + place).json()["items"] == []
    for place in ("session", "cart"):
        assert client.post(API + place, {"skus": ["x"]}).json()["strategy"] == "none"


def test_lists_take_turns_and_none_is_stuck_behind_one_that_waits(shop, client_with):
    client = client_with("read")

    with shortcut.in_turn():
        assert shortcut._turn.locked()
        behind = client.post(API + "session", VISIT)
        assert shortcut._turn.locked()

    assert behind.status_code == 200
    assert not shortcut._turn.locked()
    assert client.get(API + "users/li").status_code == 200
    assert not shortcut._turn.locked()
