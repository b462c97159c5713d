"""Text can be read on its ground, and colours be told apart by those who see red and green alike."""

from __future__ import annotations

import itertools
import math
import re
from importlib.resources import files

import pytest

from aidplan.report.html import charts
from aidplan.report.xlsx import sheets

EYES = {
    "all cones": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
}
"""Linear RGB as such eyes see it (Machado, Oliveira and Fernandes 2009, severity 1)."""

TEXT, SHAPE = 4.5, 3.0
"""Contrast that WCAG 2.2 AA asks of small text (1.4.3), and of what must be seen besides (1.4.11)."""


def linear(colour: str) -> list[float]:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    return [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]


def contrast(one: str, other: str) -> float:
    weights = (0.2126, 0.7152, 0.0722)
    light, dark = sorted(
        (sum(a * b for a, b in zip(weights, linear(colour), strict=True)) for colour in (one, other)), reverse=True
    )
    return (light + 0.05) / (dark + 0.05)


def seen(colour: str, eye: str) -> tuple[float, float, float]:
    """CIE L*a*b* of a colour as an eye sees it."""
    red, green, blue = (
        min(max(sum(a * b for a, b in zip(row, linear(colour), strict=True)), 0.0), 1.0) for row in EYES[eye]
    )
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089
    a, b, c = (one ** (1 / 3) if one > 0.008856 else 7.787 * one + 16 / 116 for one in (x, y, z))
    return 116 * b - 16, 500 * (a - b), 200 * (b - c)


def between(first: str, second: str, part: float) -> str:
    pairs = ((int(first[at : at + 2], 16), int(second[at : at + 2], 16)) for at in (1, 3, 5))
    return "#" + "".join(f"{round(a + (b - a) * part):02x}" for a, b in pairs)


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


def test_figures_can_be_read_on_every_shade_of_a_heat_map() -> None:
    for (_, low), (_, high) in itertools.pairwise(charts.HEAT):
        for part in range(11):
            assert contrast(sheets.INK, between(low, high, part / 10)) >= TEXT
    for low, high in ((sheets.LOW, sheets.MIDDLE), (sheets.MIDDLE, sheets.HIGH)):
        for part in range(11):
            assert contrast(sheets.INK, between(low, high, part / 10)) >= TEXT


def test_text_of_sheets_can_be_read_on_its_ground() -> None:
    for ground in (sheets.GOOD, sheets.BAD, sheets.SOFT, sheets.HATCH, sheets.PAPER):
        assert contrast(sheets.INK, ground) >= TEXT
    assert contrast(sheets.PAPER, sheets.HEAD) >= TEXT
    assert contrast(sheets.HEAD, sheets.PAPER) >= TEXT


@pytest.mark.parametrize(
    ("package", "style"), [("aidplan.report.html", "page.css"), ("aidplan.compare", "compare.css")]
)
def test_text_and_focus_of_pages_can_be_seen_on_white(package: str, style: str) -> None:
    text = (files(package) / "templates" / style).read_text(encoding="utf-8")
    texts = re.findall(r"(?<![-\w])color:\s*(#[0-9a-f]{6})", text)
    outlines = re.findall(r"outline:\s*3px solid (#[0-9a-f]{6})", text)
    assert texts
    assert outlines
    soft = "#eef2f6"
    assert [one for one in texts if contrast(one, "#ffffff") < TEXT or contrast(one, soft) < TEXT] == []
    assert [one for one in outlines if contrast(one, "#ffffff") < SHAPE] == []


@pytest.mark.parametrize("eye", EYES)
def test_colours_are_told_apart_by_every_eye(eye: str) -> None:
    for one, other in itertools.combinations(sheets.SERIES, 2):
        assert math.dist(seen(one, eye), seen(other, eye)) > 15, (one, other)
    ends = charts.HEAT[0][1], charts.HEAT[-1][1]
    assert math.dist(seen(ends[0], eye), seen(ends[1], eye)) > 60
    assert math.dist(seen("#0072b2", eye), seen("#d55e00", eye)) > 60  # better and worse


def test_red_and_green_would_not_do() -> None:
    apart = {eye: math.dist(seen("#D62728", eye), seen("#2CA02C", eye)) for eye in EYES}
    assert apart["all cones"] > 100
    assert min(apart.values()) < 60
