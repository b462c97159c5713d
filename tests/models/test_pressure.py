"""Pressure: what measures cut of the adversary's output, by numbers that a pencil can check."""

import pytest
from aidplan_models import pressure
from aidplan_models.data import Join, Measure

from tests.models.tiny import MONTHS, tiny

YEAR = 12
OUTPUT = 100.0


def cut_in_a_year(joins, **terms):
    """What is cut in a year of an output of 100 a month, by a measure of effect 0.30 that builds up over 3 months."""
    measures = {("steel", "missiles"): Measure(0.30, 3, terms.get("leak", 0.0), terms.get("fade", 0.0))}
    return OUTPUT * sum(1 - left for left in pressure.left(measures, joins, "missiles", YEAR))


BOTH = {("steel", "US"): Join(0.6, 3, 0.0), ("steel", "DE"): Join(0.4, 3, 0.0)}
LATER = {("steel", "US"): Join(0.6, 3, 0.0), ("steel", "DE"): Join(0.4, 7, 0.0)}


def test_two_who_join_in_the_third_month_cut_270_in_the_year():
    assert cut_in_a_year(BOTH) == pytest.approx(270.0)  # 10 + 20 + 8 months of 30


def test_the_second_of_them_from_the_seventh_month_leaves_222():
    assert cut_in_a_year(LATER) == pytest.approx(222.0)


def test_with_half_of_it_leaking_while_one_stays_outside_211_are_cut():
    assert cut_in_a_year(LATER, leak=0.5) == pytest.approx(211.2)


def test_a_measure_fades_once_it_has_built_up():
    # Months 3 to 5 build up (10, 20, 30); from the sixth on 30 fades by a tenth a month.
    faded = sum(30 * 0.9**n for n in range(1, 8))
    assert cut_in_a_year(BOTH, fade=0.1) == pytest.approx(60 + faded)


def test_who_joined_before_the_start_counts_from_where_it_stands():
    joins = {("steel", "US"): Join(1.0, -1, 0.0)}  # in its third month in the first: built up
    assert cut_in_a_year(joins) == pytest.approx(12 * 30)


def test_two_measures_on_one_output_multiply_what_they_leave():
    measures = {("steel", "missiles"): Measure(0.5, 1, 0.0, 0.0), ("chips", "missiles"): Measure(0.2, 1, 0.0, 0.0)}
    joins = {("steel", "US"): Join(1.0, 1, 0.0), ("chips", "US"): Join(1.0, 2, 0.0)}
    assert pressure.left(measures, joins, "missiles", 2) == pytest.approx((0.5, 0.4))
    assert pressure.left(measures, joins, "tanks", 2) == (1.0, 1.0)


def test_joining_costs_from_its_own_month_or_the_first_to_the_end():
    joins = {
        ("steel", "US"): Join(0.6, 3, 7.0),
        ("steel", "DE"): Join(0.3, -4, 2.0),
        ("steel", "FR"): Join(0.1, None, 11.0),
    }
    assert pressure.cost(tiny(period_labels=MONTHS[:5], joins=joins)) == pytest.approx(3 * 7.0 + 5 * 2.0)
