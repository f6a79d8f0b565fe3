"""The command: tables for people, JSON for machines, the refused rows as a file."""

import csv
import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from catalog.models import Product
from sales.models import ImportBatch, OrderLine
from tests.sales.files import write

pytestmark = pytest.mark.django_db
PRODUCTS = "sku,title,price,colour\nCUP,Cup,10,red\nPOT,=Pot,x,\nJAR,Jar,-1,\n"
ORDERS = "order_id,date,sku,quantity,unit_price\n1,2024-06-01 20:00,CUP,1,10\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, "orders.csv", ORDERS)
    write(tmp_path, "products.csv", PRODUCTS)
    write(tmp_path, "notes.md", "not a table")
    return tmp_path


def load_data(*arguments: str) -> str:
    output = StringIO()
    call_command("load_data", *arguments, stdout=output)
    return output.getvalue()


def test_a_folder_loads_in_the_order_files_rest_on_each_other(folder: Path) -> None:
    text = load_data(str(folder), "--format", "zhanggui")
    assert text.index("products.csv") < text.index("orders.csv")
    assert OrderLine.objects.get().product.sku == "CUP"
    assert "Not a number: write 1234.50." in text
    assert "Columns not used (products.csv): colour" in text


def test_json_for_machines(folder: Path) -> None:
    first, second = json.loads(load_data(str(folder), "--json"))["files"]
    assert first == {
        "file": "products.csv",
        "layout": "products",
        "batch": ImportBatch.objects.get(layout="products").pk,
        "loaded": 1,
        "skipped": {},
        "refused": {
            "Below zero: such a number cannot be negative.": 1,
            "Not a number: write 1234.50.": 1,
        },
        "ignored_columns": ["colour"],
        "error": "",
    }
    assert (second["file"], second["loaded"]) == ("orders.csv", 1)


def test_a_dry_run_writes_nothing_but_counts_all(folder: Path) -> None:
    first, second = json.loads(load_data(str(folder), "--json", "--dry-run"))["files"]
    assert (first["loaded"], second["loaded"]) == (1, 1)
    assert not Product.objects.exists()
    assert not ImportBatch.objects.exists()


def test_refused_rows_can_be_mended_and_loaded_again(folder: Path, tmp_path: Path) -> None:
    refused = tmp_path / "refused.csv"
    load_data(str(folder / "products.csv"), "--refused", str(refused))
    rows = list(csv.DictReader(StringIO(refused.read_text("utf-8-sig"))))
    assert [(row["line"], row["column"], row["sku"], row["title"]) for row in rows] == [
        ("3", "price", "POT", "'=Pot"),
        ("4", "price", "JAR", "Jar"),
    ]
    text = refused.read_text("utf-8-sig").replace(",x,", ",30,").replace(",-1,", ",5,")
    mended = write(tmp_path, "mended.csv", text)
    load_data(str(mended), "--kind", "products")
    assert set(Product.objects.values_list("sku", "title", "price")) == {
        ("CUP", "Cup", 10),
        ("POT", "=Pot", 30),
        ("JAR", "Jar", 5),
    }


def test_the_time_zone_option(folder: Path) -> None:
    load_data(str(folder), "--time-zone", "Europe/London")
    assert OrderLine.objects.get().order.placed_at.isoformat() == "2024-06-01T19:00:00+00:00"
    with pytest.raises(CommandError, match="Unknown time zone: Mars/Base"):
        load_data(str(folder), "--time-zone", "Mars/Base")


def test_a_file_that_cannot_be_read_fails_alone(folder: Path) -> None:
    write(folder, "customers.csv", "name\nMei\n")
    with pytest.raises(CommandError, match=r"customers\.csv: Columns are missing: customer_id\."):
        load_data(str(folder))
    assert OrderLine.objects.count() == 1
    batch = ImportBatch.objects.get(layout="customers")
    assert (batch.state, batch.error) == ("failed", "Columns are missing: customer_id.")


def test_a_path_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"orders\.csv: There is no such file\."):
        load_data(str(tmp_path / "nowhere" / "orders.csv"))
