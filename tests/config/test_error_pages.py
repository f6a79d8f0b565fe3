"""What a reader meets at the end of a wrong way."""

import pytest
from django.test import Client

from tests.people import client_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("language", "words"), [("en", "There is no such page"), ("zh-hans", "没有这个页面")]
)
def test_a_wrong_address_is_answered_in_the_readers_language(
    admin_client: Client, language: str, words: str
) -> None:
    answer = admin_client.get("/nowhere/", headers={"accept-language": language})

    assert answer.status_code == 404
    assert words in answer.content.decode()


def test_a_page_for_others_says_so_and_leads_back() -> None:
    answer = client_of("Analyst").get("/auth/user/")

    assert answer.status_code == 403
    assert "Your account may not open this page." in answer.content.decode()
    assert 'href="/"' in answer.content.decode()


def test_a_form_without_its_token_is_refused_with_advice() -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/login/", {"username": "li", "password": "x"})

    assert answer.status_code == 403
    assert "reload the page and send it again" in answer.content.decode()


def test_an_error_of_ours_has_a_page_too(admin_client: Client, monkeypatch) -> None:
    def broken(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("config.dashboard._sales", broken)
    admin_client.raise_request_exception = False
    answer = admin_client.get("/")

    assert answer.status_code == 500
    assert "Something went wrong" in answer.content.decode()
