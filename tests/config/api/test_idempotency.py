"""A repeated POST with the same Idempotency-Key."""

import json

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from config.api.idempotency import IdempotencyMiddleware
from config.models import KeptReply

pytestmark = pytest.mark.django_db


class Shop:
    """Counts what reaches the view behind the middleware."""

    def __init__(self, status: int = 201) -> None:
        self.calls = 0
        self.status = status

    def __call__(self, _request):
        self.calls += 1
        return HttpResponse(f"order {self.calls}", "text/plain", self.status)


def post(shop, body="{}", *, key="k1", path="/api/v1/orders/", authorization="Api-Key a"):
    headers = {"idempotency-key": key, "authorization": authorization}
    request = RequestFactory().post(path, body, "application/json", headers=headers)
    return IdempotencyMiddleware(shop)(request)


def test_the_first_reply_is_given_again():
    shop = Shop()

    first, second = post(shop), post(shop)

    assert (first.content, second.content) == (b"order 1", b"order 1")
    assert (second.status_code, second.headers["Content-Type"]) == (201, "text/plain")
    assert shop.calls == 1


@pytest.mark.parametrize(
    "other",
    [{"key": "k2"}, {"path": "/api/v1/events/"}, {"authorization": "Api-Key b"}],
    ids=["key", "path", "client"],
)
def test_another_key_path_or_client_is_another_request(other):
    shop = Shop()
    post(shop)
    post(shop, **other)

    assert shop.calls == 2


def test_the_same_key_for_another_body_is_refused():
    shop = Shop()
    post(shop)
    reply = post(shop, body='{"other": 1}')

    assert reply.status_code == 422
    assert json.loads(reply.content)["title"] == "Unprocessable Entity"
    assert shop.calls == 1


def test_a_request_still_being_worked_on_is_not_started_again():
    replies = []

    def slow(request):
        replies.append(IdempotencyMiddleware(slow)(request))
        return HttpResponse("done")

    assert post(slow).content == b"done"
    assert [reply.status_code for reply in replies] == [409]


def test_a_refused_request_may_be_repeated():
    shop = Shop(status=400)
    post(shop)
    shop.status = 201

    assert post(shop).status_code == 201


def test_a_crash_leaves_nothing_behind():
    def broken(_request):
        raise RuntimeError

    with pytest.raises(RuntimeError):
        post(broken)

    assert not KeptReply.objects.exists()


def test_replies_are_kept_for_a_day(time_machine):
    shop = Shop()
    time_machine.move_to("2026-01-01T00:00:00Z", tick=False)
    post(shop)
    time_machine.move_to("2026-01-02T00:00:01Z", tick=False)
    post(shop)

    assert shop.calls == 2


def test_a_request_whose_process_died_may_be_repeated_after_minutes(time_machine):
    def dies(request):
        replies.append(request)
        time_machine.move_to("2026-01-01T00:05:01Z", tick=False)
        replies.append(post(shop))  # while the first never came back
        return HttpResponse("late")

    shop, replies = Shop(), []
    time_machine.move_to("2026-01-01T00:00:00Z", tick=False)
    post(dies)

    assert shop.calls == 1
    assert replies[1].status_code == 201


def test_requests_without_the_header_pass_through(client_with):
    reply = client_with("read").get("/api/schema/")

    assert json.loads(reply.content)["openapi"].startswith("3.1")
