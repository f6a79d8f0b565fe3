"""The pages about recommendations: what they show, who may see them, what they cost."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from jobs.models import Job, Score
from recommendations.models import PlacementRule, RecommenderVersion
from recommendations.scoreboard import boards, verdict
from recommendations.shelf import forget_everything
from tests.factories.jobs import JobFactory
from tests.factories.recommendations import RecommenderVersionFactory
from tests.factories.sales import CustomerFactory
from tests.people import client_of
from tests.recommendations.conftest import AS_OF, buy

pytestmark = pytest.mark.django_db
PAGES = ("placements", "leaderboard", "preview")


def url(page):
    return reverse(f"admin:recommendations_{page}")


def contest(chosen="ease", *, chosen_ndcg=0.12, popular=0.08):
    job = JobFactory(kind="recommendations.train", state=Job.State.DONE)
    figures = {
        "popularity": (popular, Score.Role.NAIVE),
        "user phi": (0.2, Score.Role.CANDIDATE),
        "rp3beta": (0.11, Score.Role.CANDIDATE),
        chosen: (chosen_ndcg, Score.Role.CHOSEN),
    }
    for subject in ("for-you list", "buy-again list"):
        for method, (value, role) in figures.items():
            for metric in ("ndcg@10", "recall@10"):
                Score.objects.create(
                    job=job,
                    subject=subject,
                    method=method,
                    role=role,
                    metric=metric,
                    value=value,
                    low=value - 0.01,
                    high=value + 0.01,
                    is_higher_better=True,
                    held_back_days=120,
                    cases=900,
                )
    return job


@pytest.fixture
def analyst():
    return client_of("Analyst")


def text_of(client, page, **asked):
    reply = client.get(url(page), asked)
    assert reply.status_code == 200
    return reply.content.decode()


def test_placements_say_whether_personalisation_beat_popularity(shop, analyst):
    contest("ease")

    text = text_of(analyst, "placements")

    assert "Did personalisation beat popularity in your shop?" in text
    assert "+50 %" in text
    for title in ("Cart add-ons", "E-mail", "New arrivals", "Buy again"):
        assert title in text


def test_placements_count_the_rules_in_force(shop, analyst):
    today = timezone.localdate()
    over = {"starts_on": None, "ends_on": today - timedelta(days=1)}
    for dates in ({}, {"ends_on": today}, over, {"starts_on": today + timedelta(days=1)}):
        PlacementRule.objects.create(kind="block", product=shop.pot, **dates)

    cards = analyst.get(url("placements")).context["cards"]

    assert {card.rules for card in cards} == {2}


@pytest.mark.parametrize(
    ("chosen", "ndcg", "answer"),
    [("ease", 0.12, "yes"), ("ease", 0.07, "no"), ("popularity over 30 days", 0.12, "no")],
)
def test_the_verdict(db, chosen, ndcg, answer):
    job = contest(chosen, chosen_ndcg=ndcg)

    found = verdict(boards(job.scores.all())["for-you list"])

    assert found.answer == answer
    assert found.gain == pytest.approx(ndcg / 0.08 - 1)


def test_the_leaderboard_ranks_and_names_what_cannot_be_served(shop, analyst):
    job = contest("ease")

    rows = boards(job.scores.all())["for-you list"]
    text = text_of(analyst, "leaderboard")

    assert [row.method for row in rows] == ["user phi", "ease", "rp3beta", "popularity"]
    assert [row.state for row in rows] == ["not_served", "chosen", "candidate", "naive"]
    assert rows[0].bar == (pytest.approx(95.24), pytest.approx(90.48), pytest.approx(9.52))
    assert "judged, cannot be served" in text
    assert text.count("linear model of all products (EASE)") >= 2
    assert "0.1100 – 0.1300" in text


def test_an_empty_shop_has_pages_too(db, analyst):
    forget_everything()
    assert "Nothing is trained yet" in text_of(analyst, "placements")
    assert "No contest yet" in text_of(analyst, "leaderboard")
    assert "Nothing to recommend yet." in text_of(analyst, "preview", placement="popular", n=5)


def test_a_preview_shows_why_and_what_was_kept_out(shop, analyst):
    buy(shop.li, shop.cup)
    PlacementRule.objects.create(kind="block", product=shop.lamp)
    forget_everything()

    text = text_of(analyst, "preview", placement="for_you", customer="li", n=5)

    shown, _comma, kept_out = text.partition("What was kept out")
    assert "Customers who bought Cup also bought this." in shown
    assert "Lamp" not in shown.partition("What it shows")[2]
    assert "Lamp" in kept_out
    assert "Kept out by one of your rules." in kept_out


@pytest.mark.parametrize(
    ("asked", "complaint"),
    [
        ({"placement": "for_you", "customer": ""}, "give their number"),
        ({"placement": "for_you", "customer": "nobody"}, "No customer has this number."),
        ({"placement": "similar", "skus": ""}, "name at least one SKU"),
        ({"placement": "popular", "price_min": 9, "price_max": 3}, "swap them"),
        ({"placement": "popular", "n": 0}, "greater than or equal to 1"),
        ({"placement": "nowhere"}, "nowhere"),
        ({"placement": "session", "skus": "\x00"}, "Null characters are not allowed."),
    ],
)
def test_a_preview_says_what_is_wrong(shop, analyst, asked, complaint):
    text = text_of(analyst, "preview", **{"n": 5, **asked})

    assert complaint in text
    assert "What it shows" not in text


@pytest.mark.parametrize(
    "asked",
    [
        {"placement": "similar", "skus": "cup"},
        {"placement": "similar", "skus": "unknown, cup"},
        {"placement": "cart", "skus": "cup,tea"},
        {"placement": "email", "customer": "li"},
        {"placement": "session", "skus": "no such thing"},
        {"placement": "trending"},
    ],
)
def test_every_list_can_be_previewed(shop, analyst, asked):
    assert "What it shows" in text_of(analyst, "preview", **{"n": 3, **asked})


@pytest.mark.parametrize("placement", ["for_you", "similar", "cart", "email"])
def test_a_link_that_names_only_a_list_shows_an_example(shop, analyst, placement):
    buy(shop.li, shop.tea)
    assert "What it shows" in text_of(analyst, "preview", placement=placement, n=10)


def held_version(shop):
    return RecommenderVersionFactory(
        placement="for_you", is_live=False, held=["overlap"], as_of=AS_OF
    )


def test_a_held_version_waits_with_its_reason(shop, analyst):
    version = held_version(shop)
    put_live = reverse("admin:recommendations_put_live", args=[version.pk])

    text = text_of(analyst, "placements")

    assert "The lists have almost nothing in common with those before." in text
    assert put_live not in text
    assert put_live in text_of(client_of("Manager"), "placements")


def test_a_manager_may_put_a_held_version_live(shop):
    version = held_version(shop)

    reply = client_of("Manager").post(reverse("admin:recommendations_put_live", args=[version.pk]))

    assert reply.url == url("placements")
    live = RecommenderVersion.objects.get(placement="for_you", is_live=True)
    assert live.pk == version.pk


def test_who_may_only_look_puts_nothing_live(shop, analyst, client):
    version = held_version(shop)
    before = set(RecommenderVersion.objects.filter(is_live=True).values_list("pk", flat=True))
    where = reverse("admin:recommendations_put_live", args=[version.pk])

    assert analyst.post(where).status_code == 403
    assert client.post(where).status_code == 302  # to the login
    assert client_of("Manager").get(where).status_code == 405

    after = set(RecommenderVersion.objects.filter(is_live=True).values_list("pk", flat=True))
    assert after == before


def test_a_version_that_is_live_or_gone_is_refused(shop):
    manager = client_of("Manager")
    live = shop.versions["for_you"]

    again = manager.post(reverse("admin:recommendations_put_live", args=[live.pk]), follow=True)
    gone = manager.post(reverse("admin:recommendations_put_live", args=[10**6]), follow=True)

    assert "This version is live already" in again.content.decode()
    assert gone.status_code == 200
    assert RecommenderVersion.objects.get(placement="for_you", is_live=True).pk == live.pk


@pytest.mark.parametrize("page", PAGES)
def test_without_the_right_there_is_no_page(shop, page, django_user_model, client):
    guest = django_user_model.objects.create_user("guest", password="x", is_staff=True)
    client.force_login(guest)

    assert client.get(url(page)).status_code == 403


@pytest.mark.parametrize("page", ["placements", "leaderboard"])
def test_queries_do_not_grow_with_the_shop(shop, analyst, page):
    contest("ease")
    few = count_queries(analyst, page)
    for number in range(30):
        CustomerFactory(number=f"more {number}")
        PlacementRule.objects.create(kind="block", product=shop.lamp)
        RecommenderVersionFactory(placement="for_you", is_live=False, held=["overlap"])
    many = count_queries(analyst, page)

    assert few == many <= 12


def count_queries(client, page):
    client.get(url(page))
    with CaptureQueriesContext(connection) as caught:
        assert client.get(url(page)).status_code == 200
    return len(caught)


@pytest.mark.parametrize(
    ("address", "highlighted"),
    [
        ("admin:recommendations_placements", "Placements"),
        ("admin:recommendations_leaderboard", "Placements"),
        ("admin:recommendations_preview", "Placements"),
        ("admin:recommendations_recommenderversion_changelist", "Trained recommenders"),
        ("admin:recommendations_placementrule_changelist", "Placement rules"),
    ],
)
def test_the_sidebar_highlights_one_page(analyst, address, highlighted):
    groups = analyst.get(reverse(address)).context["sidebar_navigation"]

    shown = [str(one["title"]) for group in groups for one in group["items"] if one["active"]]
    assert shown == [highlighted]


def test_the_preview_opens_with_the_newest_buyers_list(shop, analyst):
    buy(shop.li, shop.tea)
    assert f'value="{shop.li.number}"' in text_of(analyst, "preview")


def test_who_may_not_see_customers_is_shown_what_is_popular(shop, client, django_user_model):
    buy(shop.li, shop.tea)
    user = django_user_model.objects.create_user("visitor", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_recommenderversion"))
    client.force_login(user)
    page = text_of(client, "preview")
    assert f'value="{shop.li.number}"' not in page
    assert "Tea" in page


def test_a_version_says_in_words_what_it_is_made_of(db, analyst):
    parts = [
        {"kind": "neighbours", "lists": "item cosine", "weight": 0.75, "half_life_days": 60},
        {"kind": "popularity", "table": "popularity", "weight": 0.25, "half_life_days": None},
    ]
    version = RecommenderVersionFactory(model="blend", recipe={"parts": parts}, held=["overlap"])
    address = reverse("admin:recommendations_recommenderversion_change", args=[version.pk])
    page = analyst.get(address).content.decode()
    assert "added up by weight" in page
    assert "bought by the same customers" in page
    assert "0.75" in page
    assert "60 days" in page
    assert "almost nothing in common" in page
