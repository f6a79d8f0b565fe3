"""The refused rows of several files, from the command line."""

import csv
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

pytestmark = pytest.mark.django_db


def test_the_refused_rows_of_all_files_stand_below_one_header(tmp_path: Path) -> None:
    (tmp_path / "products.csv").write_text("sku,title,price\nA,Tea,x\n")
    (tmp_path / "customers.csv").write_text("customer_id,birth_year\nC1,abc\n")
    refused = tmp_path / "refused.out"

    call_command("load_data", tmp_path, refused=refused, json=True)

    text = refused.read_text("utf-8")
    rows = list(csv.DictReader(text.removeprefix("\ufeff").splitlines()))
    assert text.count("\ufeff") == 1
    assert {(row["file"], row["line"], row["column"]) for row in rows} == {
        ("products.csv", "2", "price"),
        ("customers.csv", "2", "birth_year"),
    }
    assert {row["sku"] for row in rows} == {"A", ""}


@pytest.mark.parametrize("name", ["products.csv", "products.xlsx", "nothing.csv"])
def test_a_file_that_is_not_there_is_said_not_to_be(tmp_path: Path, name: str) -> None:
    with pytest.raises(CommandError, match="no such file"):
        call_command("load_data", tmp_path / name, json=True)
