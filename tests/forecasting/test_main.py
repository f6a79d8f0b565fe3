import gzip

import pandas as pd
import pytest

from forecasting.__main__ import main

ROWS = "unique_id,ds,y\n" + "".join(f"a,2024-01-{day:02d},{day % 3}\n" for day in range(1, 31))


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_a_file_in_a_file_out(tmp_path, ending):
    source, target = tmp_path / "in.csv", tmp_path / f"out.{ending}"
    source.write_text(ROWS)

    assert main([str(source), "--horizon", "5", "--freq", "D", "--out", str(target)]) == 0
    table = pd.read_csv(target) if ending == "csv" else pd.read_parquet(target)
    assert list(table.columns) == ["unique_id", "ds", "mean", "q10", "q50", "q90"]
    assert str(table["ds"].iloc[-1])[:10] == "2024-02-04"


def forecast_of(tmp_path, source, *options, out="out.csv"):
    target = tmp_path / out
    code = main([str(source), "--horizon", "3", "--out", str(target), *options])
    return code, target


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (ROWS + "a,2024-01-31,much\n", "row 31, column y: 'much' is not a finite number; write"),
        (ROWS + "a,2024-01-31,\n", "row 31, column y: an empty cell is not a finite number"),
        (ROWS + "a,2024-01-31,inf\n", "row 31, column y: inf is not a finite number"),
        (ROWS + "a,2024-01-31,1e300\n", "row 31, column y: 1e+300 is beyond 1e+15 units"),
        (ROWS + "a,31/12/2024,1\n", "row 31, column ds: '31/12/2024' is not an ISO date"),
        (ROWS + "a,2024,1\n", "row 31, column ds: '2024' is not an ISO date"),
        (ROWS + ",2024-01-31,1\n", "row 31, column unique_id: an empty cell is no series"),
        (ROWS + "a,2024-01-31,-5\n", "first in series 'a' (-5), 2024-01-31; book returns"),
        (ROWS + "a,2024-01-31,1,000\n", "Expected 3 fields in line 32, saw 4; give every row"),
        ("unique_id,ds,y\na,2024-01-31,1,000\n", "give every row as many cells as the header"),
        ("unique_id,ds,y,y\na,2024-01-31,1,2\n", "column y is there 2 times; keep one"),
        ("product,ds\na,2024-01-01\n", "missing column unique_id, y; need unique_id, ds, y"),
        ("unique_id,ds,y\n", "no rows below the header"),
        ("", "the file is empty"),
        ("\n" + ROWS, "the first line is empty; begin with the header"),
        (f"unique_id,ds,y,{'z' * 200_000}\na,2024-01-01,1,2\n", "field larger than field limit"),
    ],
)
def test_a_bad_file_is_refused_with_the_place(tmp_path, capsys, text, message):
    source = tmp_path / "in.csv"
    source.write_text(text)

    code, target = forecast_of(tmp_path, source)
    assert code == 2
    assert message in capsys.readouterr().err
    assert not target.exists()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--horizon", "0"], "--horizon must be from 1 to 1000 periods, not 0"),
        (["--horizon", "-3"], "--horizon must be from 1 to 1000 periods, not -3"),
        (["--levels", "90"], "levels must lie between 0 and 1"),
    ],
)
def test_what_cannot_be_forecast_is_refused(tmp_path, capsys, options, message):
    source = tmp_path / "in.csv"
    source.write_text(ROWS)

    assert forecast_of(tmp_path, source, *options)[0] == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize("name", ["sheet.xlsx", "table.parquet", "TABLE.PARQUET"])
def test_what_is_no_sheet_or_table_is_refused_in_words(tmp_path, capsys, name):
    source = tmp_path / name
    source.write_text(ROWS)

    assert forecast_of(tmp_path, source)[0] == 2
    assert f"is no {source.suffix} file that can be read; save it anew" in capsys.readouterr().err


@pytest.mark.filterwarnings("error")
def test_two_sales_half_a_century_apart_are_forecast_without_a_murmur(tmp_path, capsys):
    source = tmp_path / "in.csv"
    source.write_text("unique_id,ds,y\na,1970-01-01,1\na,2024-01-02,3\n")

    assert forecast_of(tmp_path, source)[0] == 0
    assert capsys.readouterr().err == ""


def test_clipping_and_adding_up_are_said(tmp_path, capsys):
    source = tmp_path / "in.csv"
    source.write_text(ROWS + "a,2024-01-31,-5\na,2024-01-30,1\n")

    assert forecast_of(tmp_path, source, "--negatives", "clip")[0] == 0
    said = capsys.readouterr().err
    assert "1 periods below zero" in said
    assert "1 rows repeat a unique_id and ds" in said


def test_the_order_of_rows_and_the_kind_of_file_change_nothing(tmp_path):
    lines = ROWS.replace("\na,", "\n商品,").splitlines(keepends=True)
    texts = {
        "utf8.csv": "".join(lines).encode("utf-8-sig"),
        "gb18030.csv": "".join(lines).encode("gb18030"),
        "utf16.tsv": "".join(lines).replace(",", "\t").encode("utf-16"),
        "backwards.csv": "".join(lines[:1] + lines[:0:-1]).replace(",", ";").encode(),
        "classic.csv": "".join(lines).replace("\n", "\r").encode(),
        "packed.csv.gz": gzip.compress("".join(lines).encode()),
    }
    for name, content in texts.items():
        (tmp_path / name).write_bytes(content)
    table = pd.read_csv(tmp_path / "utf8.csv", parse_dates=["ds"])
    table.to_excel(tmp_path / "sheet.xlsx", index=False)
    table.assign(ds=table["ds"].dt.tz_localize("Asia/Shanghai")).to_parquet(tmp_path / "z.parquet")

    found = []
    for name in [*texts, "sheet.xlsx", "z.parquet"]:
        code, target = forecast_of(tmp_path, tmp_path / name)
        assert code == 0, name
        found.append(target.read_text())
    assert "商品" in found[0]
    assert set(found) == {found[0]}


def test_products_named_na_or_with_leading_zeros_keep_their_names(tmp_path):
    source = tmp_path / "in.csv"
    source.write_text("unique_id,ds,y\nNA,2024-01-01,1\n007,2024-01-01,2\n7,2024-01-01,3\n")

    target = forecast_of(tmp_path, source)[1]
    assert {line.split(",")[0] for line in target.read_text().splitlines()[1:]} == {
        "NA",
        "007",
        "7",
    }


@pytest.mark.parametrize("name", ["broken.parquet", "broken.xlsx", "cut.csv.gz", "picture.csv"])
def test_a_damaged_file_is_refused(tmp_path, capsys, name):
    content = {"cut.csv.gz": gzip.compress(ROWS.encode())[:-20], "picture.csv": b"\x89PNG\xff\xfe"}
    (tmp_path / name).write_bytes(content.get(name, b"PK\x03\x04 no"))

    code, target = forecast_of(tmp_path, tmp_path / name)
    assert code == 2
    assert name in capsys.readouterr().err
    assert not target.exists()


@pytest.mark.parametrize(
    ("out", "message"),
    [
        ("missing/out.csv", "give a file in a folder that exists"),
        (".", "give a file in a folder that exists"),
        ("in.csv", "is the file read; give another name"),
        ("out.docx", "must end in .csv, .xlsx, .parquet"),
        ("/proc/out.csv", "give a folder to write to"),
    ],
)
def test_a_place_that_cannot_be_written_is_refused_and_nothing_is_lost(
    tmp_path, capsys, out, message
):
    source = tmp_path / "in.csv"
    source.write_text(ROWS)

    assert forecast_of(tmp_path, source, out=out)[0] == 2
    assert message in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["in.csv"]
    assert source.read_text() == ROWS


def test_a_forecast_that_cannot_be_finished_leaves_the_old_one(tmp_path, monkeypatch):
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text(ROWS)
    target.write_text("yesterday's")

    def full_disk(_self, part, **_options):
        part.write_text("half of")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pd.DataFrame, "to_csv", full_disk)
    assert forecast_of(tmp_path, source)[0] == 2
    assert target.read_text() == "yesterday's"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.csv", "out.csv"]
