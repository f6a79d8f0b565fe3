import numpy as np
import pandas as pd
import pytest

from forecasting import SeriesError, from_matrix, to_panel


def frame(*rows):
    return pd.DataFrame(rows, columns=["unique_id", "ds", "y"])


def test_gaps_are_zero_and_days_before_the_first_sale_are_unknown():
    panel = to_panel(
        frame(("a", "2024-01-01", 2), ("a", "2024-01-04", 1), ("b", "2024-01-03", 5)), "D"
    )

    assert list(panel.ids) == ["a", "b"]
    np.testing.assert_array_equal(panel.y, [[2, 0, 0, 1], [np.nan, np.nan, 5, 0]])
    assert list(panel.starts) == [0, 2]


def test_leading_zeros_are_before_the_first_sale():
    panel = to_panel(frame(("a", "2024-01-01", 0), ("a", "2024-01-02", 3)), "D")

    np.testing.assert_array_equal(panel.y, [[np.nan, 3]])


def test_lines_of_one_period_are_added_up():
    days = frame(("a", "2024-01-01", 2), ("a", "2024-01-31", 1), ("a", "2024-02-01", 4))

    np.testing.assert_array_equal(to_panel(days, "M").y, [[3, 4]])
    np.testing.assert_array_equal(to_panel(days, "W").y, [[2, 0, 0, 0, 5]])


def test_weeks_begin_on_monday():
    panel = to_panel(frame(("a", "2024-01-03", 1), ("a", "2024-01-08", 1)), "W")

    assert [str(day.date()) for day in panel.dates] == ["2024-01-01", "2024-01-08"]
    assert [str(day.date()) for day in panel.future_dates(2)] == ["2024-01-15", "2024-01-22"]


def test_the_axis_runs_to_the_given_end_and_sees_nothing_after_it():
    rows = frame(("a", "2024-01-01", 2), ("a", "2024-01-09", 7))

    np.testing.assert_array_equal(to_panel(rows, "D", end="2024-01-03").y, [[2, 0, 0]])


def test_a_day_of_23_or_25_hours_is_one_day():
    hours = pd.date_range("2024-03-30", "2024-04-02", freq="h", tz="Europe/Berlin")[:-1]
    panel = to_panel(pd.DataFrame({"unique_id": "a", "ds": hours, "y": 1.0}), "D")

    np.testing.assert_array_equal(panel.y, [[24, 23, 24]])


@pytest.mark.parametrize(
    ("row", "message"),
    [
        pytest.param(("a", "2024-01-02", None), "row 2, column y: ", id="no value"),
        pytest.param(("a", "2024-01-02", "many"), "row 2, column y: 'many'", id="text"),
        pytest.param(("a", "2024-01-02", float("inf")), "row 2, column y", id="infinite"),
        pytest.param(("a", "02.13.2024", 1), "row 2, column ds: '02.13.2024'", id="no date"),
        pytest.param((None, "2024-01-02", 1), "row 2, column unique_id", id="no series"),
    ],
)
def test_a_bad_row_is_refused_by_row_and_column(row, message):
    with pytest.raises(SeriesError, match=message):
        to_panel(frame(("a", "2024-01-01", 1), row), "D")


def test_negative_demand_is_refused_or_clipped_with_a_note():
    rows = frame(("a", "2024-01-01", 3), ("a", "2024-01-02", -2))

    with pytest.raises(SeriesError, match="'a' \\(-2\\)"):
        to_panel(rows, "D")
    clipped = to_panel(rows, "D", negatives="clip")
    np.testing.assert_array_equal(clipped.y, [[3, 0]])
    assert "1 periods below zero" in clipped.notes[0]


def test_a_return_on_the_day_of_the_sale_is_netted():
    rows = frame(("a", "2024-01-01", 3), ("a", "2024-01-01", -2))

    np.testing.assert_array_equal(to_panel(rows, "D").y, [[1]])


def test_a_missing_column_and_an_unknown_frequency_are_named():
    with pytest.raises(SeriesError, match="missing column ds"):
        to_panel(pd.DataFrame({"unique_id": ["a"], "y": [1]}), "D")
    with pytest.raises(SeriesError, match="freq must be D, W or M"):
        to_panel(frame(("a", "2024-01-01", 1)), "Q")


def test_moments_of_changing_offsets_count_on_their_own_day():
    moments = ["2024-03-30T23:30:00+01:00", "2024-03-31 00:30:00+01:00", "2024-03-31T23:30+02:00"]
    panel = to_panel(pd.DataFrame({"unique_id": "a", "ds": [*moments, "2024-04-01"], "y": 1.0}))
    assert panel.y.tolist() == [[1, 2, 1]]
    assert panel.dates[0] == pd.Timestamp("2024-03-30")


def test_the_hour_that_comes_twice_in_autumn_is_not_a_repetition():
    hours = pd.date_range("2024-10-26", "2024-10-29", freq="h", tz="Europe/Berlin")[:-1]
    text = [moment.isoformat() for moment in hours]
    panel = to_panel(pd.DataFrame({"unique_id": "a", "ds": text, "y": 1.0}), "D")

    np.testing.assert_array_equal(panel.y, [[24, 25, 24]])


def test_a_month_without_its_day_is_a_date_only_where_demand_is_monthly():
    months = frame(("a", "2024-01", 2), ("a", "2024-03", 1))

    np.testing.assert_array_equal(to_panel(months, "M").y, [[2, 0, 1]])
    with pytest.raises(SeriesError, match="row 1, column ds: '2024-01'"):
        to_panel(months, "D")


@pytest.mark.parametrize("freq", ["Q", "7D", "W-WED", "h", "", None])
def test_another_frequency_is_refused(freq):
    with pytest.raises(SeriesError, match="freq must be D, W or M"):
        to_panel(frame(("a", "2024-01-01", 1)), freq)


@pytest.mark.parametrize("values", [[True, False], [1j, 2], pd.date_range("2024", periods=2)])
def test_what_is_no_number_of_units_is_refused(values):
    table = pd.DataFrame({"unique_id": "a", "ds": "2024-01-01", "y": values})
    with pytest.raises(SeriesError, match=r"column y: .* is not a number of units"):
        to_panel(table)


def test_what_is_no_table_is_refused():
    with pytest.raises(SeriesError, match="must be a DataFrame with unique_id, ds, y, not list"):
        to_panel([1, 2, 3])


def test_a_mistyped_century_is_refused_rather_than_laid_out():
    frame = pd.DataFrame({"unique_id": "a", "ds": ["0001-01-01", "2024-01-01"], "y": 1.0})
    with pytest.raises(SeriesError, match="0001-01-01 to 2024-01-01 is 738886 periods"):
        to_panel(frame)


def test_an_empty_frame_is_an_empty_panel():
    panel = to_panel(frame(), "D")

    assert panel.y.shape == (0, 0)
    assert len(panel.future_dates(3)) == 0


def test_unknown_days_after_the_first_sale_stay_unknown():
    panel = from_matrix(
        np.array([[0, np.nan, 2, np.nan, 1]]),
        ids=["a"],
        dates=pd.date_range("2024-01-01", periods=5),
    )

    np.testing.assert_array_equal(panel.y, [[np.nan, np.nan, 2, np.nan, 1]])
