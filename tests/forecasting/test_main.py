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


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (ROWS + "a,2024-01-31,much\n", "row 31, column y: 'much' is not a finite number"),
        (ROWS + "a,31/12/2024,1\n", "row 31, column ds: '31/12/2024' is not an ISO date"),
        (ROWS + "a,2024-01-31,-5\n", "first in series 'a' (-5)"),
        ("product,ds\na,2024-01-01\n", "missing column unique_id, y"),
        ("", "the file is empty"),
    ],
)
def test_a_bad_file_is_refused_with_the_place(tmp_path, capsys, text, message):
    source = tmp_path / "in.csv"
    source.write_text(text)

    assert main([str(source), "--horizon", "5", "--out", str(tmp_path / "out.csv")]) == 2
    assert message in capsys.readouterr().err
    assert not (tmp_path / "out.csv").exists()


def test_clipping_is_said(tmp_path, capsys):
    source = tmp_path / "in.csv"
    source.write_text(ROWS + "a,2024-01-31,-5\n")
    target = str(tmp_path / "out.csv")

    assert main([str(source), "--horizon", "2", "--out", target, "--negatives", "clip"]) == 0
    assert "1 periods below zero" in capsys.readouterr().err
