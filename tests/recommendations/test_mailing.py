"""E-mail lists go to those who agreed, and to nobody else."""

import csv
import io
import json

import pytest
from django.core.management import CommandError, call_command

from recommendations.mailing import letters
from recommendations.models import PlacementRule
from recommendations.shelf import forget_everything
from sales.models import Customer
from tests.factories.sales import CustomerFactory
from tests.recommendations.conftest import buy

pytestmark = pytest.mark.django_db


@pytest.fixture
def readers(shop):
    """Li agreed; Wu did not, Xu has no address, Yu agreed but wants no lists of their own."""
    Customer.objects.filter(number="li").update(accepts_email=True, email="li@example.com")
    CustomerFactory(number="wu", email="wu@example.com", accepts_email=False)
    CustomerFactory(number="xu", email="", accepts_email=True)
    yu = CustomerFactory(
        number="yu", email="yu@example.com", accepts_email=True, is_personalised=False
    )
    buy(shop.li, shop.cup)
    buy(yu, shop.cup)
    return shop


def test_only_those_who_agreed_and_have_an_address_are_written_to(readers):
    found = {letter.number: letter for letter in letters(2)}

    assert set(found) == {"li", "yu"}
    assert found["li"].answer.skus == ["pot", "lamp"]
    assert found["yu"].answer.skus == ["tea", "cup"]
    assert found["li"].recommendation_id.startswith("email-")


def test_rules_for_email_hold_in_email_alone(readers):
    PlacementRule.objects.create(placement="email", kind="block", product=readers.pot)
    forget_everything()

    li = next(letter for letter in letters(2) if letter.number == "li")

    assert "pot" not in li.answer.skus


def run(*arguments):
    out = io.StringIO()
    call_command("email_lists", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_writes_one_line_per_product(readers):
    rows = list(csv.DictReader(io.StringIO(run("--count", "2"))))

    assert [(row["customer"], row["place"], row["sku"]) for row in rows] == [
        ("li", "1", "pot"),
        ("li", "2", "lamp"),
        ("yu", "1", "tea"),
        ("yu", "2", "cup"),
    ]
    assert rows[0]["why"] == "Customers who bought Cup also bought this."


def test_the_command_writes_json_in_either_language(readers):
    lines = run("--count", "1", "--customers", "1", "--language", "zh-hans", "--json").splitlines()

    assert len(lines) == 1
    assert json.loads(lines[0])["items"][0]["title"] == "pot（中文）"


@pytest.mark.parametrize("arguments", [("--count", "0"), ("--count", "101"), ("--customers", "0")])
def test_numbers_that_make_no_sense_are_refused(readers, arguments):
    with pytest.raises(CommandError, match=arguments[0]):
        run(*arguments)
