"""A merchant gives a file in the browser."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from catalog.models import Product
from sales.models import ImportBatch
from tests.people import client_of

pytestmark = pytest.mark.django_db
LIST, UPLOAD = reverse("admin:sales_importbatch_changelist"), reverse("admin:sales_upload")
TABLE = "sku,title,price\nCUP,Celadon cup,12.50\nPOT,Clay pot,12x\n"


def give(client: Client, text: str = TABLE, name: str = "products.csv", kind: str = "") -> str:
    file = SimpleUploadedFile(name, text.encode())
    return client.post(UPLOAD, {"file": file, "kind": kind}, follow=True).content.decode()


def test_good_rows_land_and_bad_ones_are_told_and_can_be_fetched() -> None:
    manager = client_of("Manager")

    page = give(manager)

    assert "products.csv: 1 rows loaded, 0 skipped, 1 refused." in page
    assert "Not a number: write 1234.50." in page
    assert "sku: POT · title: Clay pot · price: 12x" in page
    assert Product.objects.get().sku == "CUP"
    batch = ImportBatch.objects.get()
    assert batch.actor.username == "a Manager"
    refused = manager.get(reverse("admin:sales_refused_rows", args=[batch.pk])).getvalue().decode()
    (row,) = csv.DictReader(io.StringIO(refused.removeprefix("\ufeff")))
    assert list(row) == ["file", "line", "column", "reason", "sku", "title", "price"]
    assert (row["sku"], row["line"], row["column"]) == ("POT", "3", "price")


def test_giving_a_file_twice_changes_nothing() -> None:
    manager = client_of("Manager")
    give(manager)

    give(manager)

    assert Product.objects.count() == 1
    assert ImportBatch.objects.first().loaded == 0


def test_a_name_that_does_not_tell_needs_a_kind() -> None:
    manager = client_of("Manager")

    assert "Choose what the file holds: its name does not tell." in give(manager, name="mine.csv")
    assert not ImportBatch.objects.exists()

    assert "1 rows loaded" in give(manager, name="mine.csv", kind="products")


def test_a_file_that_is_no_table_is_kept_with_its_reason() -> None:
    assert "Columns are missing: sku" in give(client_of("Manager"), text="colour\nred\n")
    assert ImportBatch.objects.get().state == ImportBatch.State.FAILED


def test_too_large_a_file_is_sent_to_the_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sales.uploads.MOST_MEGABYTES", 0)

    assert "load it on the server with manage.py load_data" in give(client_of("Manager"))
    assert not ImportBatch.objects.exists()


def test_a_template_can_be_given_back_as_it_is() -> None:
    manager = client_of("Manager")
    template = manager.get(reverse("admin:sales_template", args=["products"])).content.decode()

    assert " 0 refused." in give(manager, text=template)
    assert manager.get(reverse("admin:sales_template", args=["nothing"])).status_code == 404


def test_an_analyst_looks_on_and_loads_nothing() -> None:
    analyst = client_of("Analyst")

    assert "Load a file" not in analyst.get(LIST).content.decode()
    assert analyst.post(UPLOAD).status_code == 403
    assert analyst.get(reverse("admin:sales_template", args=["products"])).status_code == 403
    assert analyst.get(UPLOAD).status_code == 405
