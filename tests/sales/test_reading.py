"""Files that go wrong elsewhere are read right here, or refused with the place and the reason."""

import gzip
import zipfile
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from catalog.models import Product, StockCount
from sales.importers import packed, reading
from sales.importers.batches import Account
from tests.factories.catalog import ProductFactory
from tests.sales.files import load, refusals, write

pytestmark = pytest.mark.django_db
HEAD = "sku,title,price\n"


def products(tmp_path: Path, content: str | bytes, encoding: str = "utf-8") -> Account:
    return load(write(tmp_path, "products.csv", content, encoding))


def stored() -> list[tuple[str, str, Decimal | None]]:
    return list(Product.objects.order_by("sku").values_list("sku", "title", "price"))


@pytest.mark.parametrize("sku", ["00123", "1E5", "NA", "null", "None", "-", "1234567890123456789"])
def test_codes_stay_as_they_are(tmp_path: Path, sku: str) -> None:
    products(tmp_path, f"{HEAD}{sku},Cup,1\n")
    assert stored() == [(sku, "Cup", Decimal(1))]


def test_the_apostrophe_that_guards_a_code_is_taken_off(tmp_path: Path) -> None:
    products(tmp_path, f"{HEAD}'007,'=Cup,1\n")
    assert stored() == [("007", "=Cup", Decimal(1))]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030", "utf-16-le", "utf-16-be"]
)
def test_chinese_in_the_encodings_that_programs_write(tmp_path: Path, encoding: str) -> None:
    mark = "\ufeff" if encoding in ("utf-16-le", "utf-16-be") else ""
    products(tmp_path, f"{mark}货号,商品名称,价格\nA,茶杯 红色,12.5\n", encoding)
    assert stored() == [("A", "茶杯 红色", Decimal("12.50"))]


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252"])
def test_western_text_is_not_taken_for_chinese(tmp_path: Path, encoding: str) -> None:
    account = products(tmp_path, f"{HEAD}A,Café crème für Zoë,1\n", encoding)
    assert "encoding" in account.batch.error
    assert stored() == []


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_delimiters(tmp_path: Path, mark: str) -> None:
    text = 'sku,title,price\nA,"Cup, ""red""; a|b",2\n'.replace(",", mark, 2)
    text = text.replace("A,", f"A{mark}").replace('",2', f'"{mark}2')
    products(tmp_path, text)
    assert stored() == [("A", 'Cup, "red"; a|b', Decimal(2))]


def test_a_semicolon_inside_a_comma_file_and_a_decimal_comma(tmp_path: Path) -> None:
    products(tmp_path, "sku;title;price;cost\nA;Cup;1.234,50;0,75\n")
    assert stored() == [("A", "Cup", Decimal("1234.50"))]
    assert Product.objects.get().cost == Decimal("0.7500")


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_line_ends_blank_lines_and_quoted_newlines(tmp_path: Path, ending: str) -> None:
    lines = ["", "sku,title,price", "A,Cup,1", "", ",,", 'B,"two', 'lines",2', "C,Pot,x"]
    account = products(tmp_path, ending.join(lines) + ending)
    assert [row[:2] for row in stored()] == [("A", "Cup"), ("B", f"two{ending}lines")]
    assert refusals(account) == [(8, "price", "Not a number")]


def test_rows_of_a_wrong_width_are_refused_and_move_nothing(tmp_path: Path) -> None:
    account = products(tmp_path, f"{HEAD}A,Cup,1,extra\nB,Pot\nC,Bowl,3,,\nD,Jar,4\n")
    assert [row[0] for row in stored()] == ["C", "D"]
    assert refusals(account) == [
        (2, "", "More cells than the header has"),
        (3, "", "Fewer cells than the header has"),
    ]
    assert account.batch.refused_rows.get(line=2).cells == {
        "sku": "A",
        "title": "Cup",
        "price": "1",
        "...": ["extra"],
    }


def test_a_quote_left_open_costs_its_row_only(tmp_path: Path) -> None:
    account = products(tmp_path, f'{HEAD}A,Cup,1\nB,"Pot" x,2\nC,Jar,3\nD,"open,4\n')
    assert [row[0] for row in stored()] == ["A", "C"]
    assert refusals(account) == [(3, "", "The quotes are broken"), (5, "", "The quotes are broken")]


def test_two_columns_of_one_name_are_refused(tmp_path: Path) -> None:
    account = products(tmp_path, "sku,title,price,Price\nA,Cup,1,2\n")
    assert account.batch.error == "Two columns have the same name: price."


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    account = products(tmp_path, "sku,weight\nA,1\n")
    assert account.batch.error == "Columns are missing: title, price."
    assert account.batch.state == "failed"


@pytest.mark.parametrize("content", ["", "\n\n", "\ufeff"])
def test_an_empty_file_is_refused(tmp_path: Path, content: str) -> None:
    assert products(tmp_path, content).batch.error == "The file is empty."


def test_a_header_alone_loads_nothing(tmp_path: Path) -> None:
    account = products(tmp_path, HEAD)
    assert (account.batch.error, account.batch.loaded) == ("", 0)


def test_a_packed_file_is_known_by_its_bytes(tmp_path: Path) -> None:
    load(write(tmp_path, "products.csv", gzip.compress(f"{HEAD}A,Cup,1\n".encode())))
    assert len(stored()) == 1


def test_a_packed_file_that_explodes_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packed, "HARMLESS_BYTES", 2**20)
    bomb = gzip.compress(HEAD.encode() + b"A,Cup,1\n" * 2**18)
    account = load(write(tmp_path, "products.csv.gz", bomb))
    assert "grows too much" in account.batch.error


def test_a_damaged_archive_is_refused(tmp_path: Path) -> None:
    packed = gzip.compress(HEAD.encode() * 100)
    for name, content in (("products.csv.gz", packed[:-20]), ("products.xlsx", b"PK\x03\x04 no")):
        assert "damaged" in load(write(tmp_path, name, content)).batch.error


def test_a_file_without_lines_is_no_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "BLOCK", 1000)
    account = products(tmp_path, HEAD + "A," + "x" * 5000 + ",1\n")
    assert "too long" in account.batch.error


def test_a_nul_is_refused(tmp_path: Path) -> None:
    account = products(tmp_path, f"{HEAD}A,Cu\x00p,1\nB,Pot,2\n")
    assert refusals(account) == [(2, "title", "The text holds a NUL character")]
    assert account.batch.refused_rows.get().cells["title"] == "Cu␀p"
    assert [row[0] for row in stored()] == ["B"]


@pytest.mark.parametrize("rows", [1, 2, 100])
def test_the_cut_into_chunks_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: int
) -> None:
    text = HEAD + "".join(f"S{n},Cup,{n if n != 3 else 'x'}\n" for n in range(6))
    source = reading.open_source(write(tmp_path, "p.csv", text), len)
    chunks = list(source.chunks(lambda _: None, rows))
    lines = [line for chunk in chunks for line in chunk.frame.index]
    assert lines == [2, 3, 4, 5, 6, 7]
    assert [chunk.frame.shape[1] for chunk in chunks] == [3] * len(chunks)
    monkeypatch.setattr(reading.Source.chunks, "__defaults__", (rows,))
    assert refusals(products(tmp_path, text)) == [(5, "price", "Not a number")]


def test_progress_adds_up_to_the_bytes_of_the_file(tmp_path: Path) -> None:
    path = write(tmp_path, "p.csv.gz", gzip.compress((HEAD + "A,Cup,1\n" * 9000).encode()))
    read: list[int] = []
    list(reading.open_source(path, len).chunks(read.append))
    assert sum(read) == path.stat().st_size


def test_workbooks_hold_what_a_file_of_text_would(tmp_path: Path) -> None:
    ProductFactory(sku="00123")
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ["sku", "on_hand", "counted_at", "location"],
        ["00123", 12, datetime(2024, 3, 1, 8, 30), "A1"],  # noqa: DTZ001
        ["00123", 12.5, "2024-03-02", None],
        ["00123", 7.0, "2024-03-03", None],
    ):
        sheet.append(row)
    book.save(tmp_path / "stock.xlsx")
    account = load(tmp_path / "stock.xlsx")
    assert refusals(account) == [(3, "on_hand", "Not a whole number")]
    counts = StockCount.objects.order_by("counted_at").values_list("on_hand", "location__code")
    assert list(counts) == [(12, "A1"), (7, "MAIN")]
    assert StockCount.objects.earliest("counted_at").counted_at.isoformat() == (
        "2024-03-01T00:30:00+00:00"
    )


def test_a_workbook_that_explodes_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packed, "HARMLESS_BYTES", 2**16)
    with zipfile.ZipFile(tmp_path / "products.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 2**22)
    assert "grows too much" in load(tmp_path / "products.xlsx").batch.error
