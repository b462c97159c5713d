"""Arithmetic on published figures, and sums spread over months, by numbers checked by hand."""

from __future__ import annotations

import pytest

from inputs import build
from inputs.assembly import months
from inputs.assembly.rows import Provenance, resolve

PUBLISHED = build.load_published()


def test_a_price_in_euros_becomes_dollars_at_the_stated_rate():
    answer = PUBLISHED.evaluate("=P003*EUR")
    assert PUBLISHED.rates["EUR"].value == pytest.approx((1.0886 + 1.0706 + 1.16 + 1.1759) / 4)
    assert answer.value == pytest.approx(6383 * 1.123775)
    assert set(answer.used) == {"P003", "X01", "X02", "X03", "X04"}


def test_a_figure_has_fields_of_its_row():
    assert PUBLISHED.evaluate("C13.target").value == 166.7
    assert PUBLISHED.evaluate("=C14.lead/2").value == 18
    assert PUBLISHED.until("=U25.until") == "2025-09"


def test_arithmetic_on_a_figure_that_the_published_table_assumes_is_doubtful():
    assert PUBLISHED.evaluate("C69*2").doubtful
    assert not PUBLISHED.evaluate("C68*2").doubtful
    assert PUBLISHED.evaluate("C24").doubtful, "the rate is assumed in that row"
    assert not PUBLISHED.evaluate("C24.target").doubtful, "its target is not"


@pytest.mark.parametrize("wrong", ["=P999", "=P003**2", "=open('x')", "=P003+", "=C13.colour"])
def test_what_is_no_plain_arithmetic_is_refused(wrong):
    with pytest.raises(ValueError, match="it must be plain arithmetic on published figures"):
        PUBLISHED.evaluate(wrong)


def test_one_reported_figure_alone_is_reported_and_arithmetic_on_it_derived():
    plain = resolve({"quantity": "=S23"}, ("quantity",), PUBLISHED)
    assert (plain["quantity"], plain["confidence"]) == (14, "reported")
    less = resolve({"quantity": "=S23-6"}, ("quantity",), PUBLISHED)
    assert (less["quantity"], less["confidence"]) == (8, "derived")
    assert "S23-6 = 8" in str(less["note"])


def test_a_guess_beside_a_published_figure_is_named_in_the_note():
    made = resolve({"unit_cost": "=P031", "lead_time": "7"}, ("unit_cost", "lead_time"), PUBLISHED)
    assert made["confidence"] == "derived"
    assert "assumed: lead_time 7" in str(made["note"])


def test_a_row_without_a_published_figure_cannot_be_called_derived():
    with pytest.raises(ValueError, match="it must be assumed, or cite its source"):
        Provenance(PUBLISHED).settle({"confidence": "derived"})


def test_a_ramp_is_a_straight_line_between_points_and_flat_outside():
    drawn = months.ramp({"2024-09": 10.0, "2024-12": 40.0})
    assert [drawn[month] for month in ("2024-07", "2024-09", "2024-10", "2024-12", "2026-06")] == [10, 10, 20, 40, 40]


def test_a_step_holds_from_its_month_and_is_nothing_before():
    drawn = months.steps({"2025-01": 3.0, "2025-03": 5.0})
    assert [drawn[month] for month in ("2024-12", "2025-01", "2025-02", "2025-03", "2026-06")] == [0, 3, 3, 5, 5]


def test_a_booking_is_spread_inside_the_window_and_its_sum_stays():
    spread = months.smooth({"2024-08": 60.0, "2026-05": 7.0}, "2024-07", "2024-12", 2, 3)
    assert spread == {
        "2024-07": 12.0,
        "2024-08": 12.0,
        "2024-09": 12.0,
        "2024-10": 12.0,
        "2024-11": 12.0,
        "2024-12": 0.0,
    }


def test_the_horizon_is_two_years_from_july_2024():
    assert (months.HORIZON[0], months.HORIZON[-1], len(months.HORIZON)) == ("2024-07", "2026-06", 24)
