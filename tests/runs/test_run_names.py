from datetime import datetime

import pytest

from aidplan.runs import RunNameError, default_name, scenario_name
from aidplan.runs.names import LONGEST_NAME, safe_part, validate_name

WHEN = datetime(2024, 7, 9, 8, 5, 3)


def test_a_run_is_named_after_workbook_scenario_and_time():
    assert default_name("inputs/coalition-2024.xlsx", "base", WHEN) == "coalition-2024-base-20240709-080503"


def test_one_name_for_several_scenarios_gets_the_scenario_behind_it():
    assert scenario_name("autumn", "no US") == "autumn-no US"


@pytest.mark.parametrize(
    "hostile",
    [
        "../../etc/passwd",
        "a/b",
        "a\\b",
        "..",
        ".",
        "",
        " ",
        "\x1b[31m",
        "a\x00b",
        "ж" * 300,
        "\udcff",
        "-rf",
        "a\u202eb",
        "x\n",
    ],
)
def test_whatever_a_scenario_is_called_its_run_has_a_name_of_one_folder(hostile):
    name = default_name("plan.xlsx", hostile, WHEN)
    validate_name(name)
    assert name.startswith("plan-")
    assert len(name.encode()) < LONGEST_NAME


def test_scenarios_that_differ_only_in_what_is_unsafe_get_different_names():
    assert len({safe_part(text) for text in ("a/b", "a:b", "a_b", "a\x01b", "a/b ")}) == 5


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("", "is empty"),
        ("../plan", "holds /"),
        ("/etc/plan", "holds /"),
        ("C:\\plan", "holds : \\"),
        ("a\x1bb", r"holds \x1b"),
        ("a\u202eb", r"holds \u202e"),
        ("a\udcffb", r"holds \udcff"),
        ("..", "begins or ends with a dot"),
        (".hidden", "begins or ends with a dot"),
        ("-x", "dash"),
        ("plan.", "begins or ends with a dot"),
        ("NUL", "a device's name"),
        ("com1.plan", "a device's name"),
        ("ж" * 300, "takes 600 bytes"),
    ],
)
def test_a_name_that_is_not_one_folders_is_refused_with_the_reason(name, says):
    with pytest.raises(RunNameError) as refusal:
        validate_name(name)
    assert says in str(refusal.value)
    assert str(refusal.value).isprintable()


@pytest.mark.parametrize("name", ["осінній план", "plan 2 (late)", "x" * LONGEST_NAME, "2024.07"])
def test_an_honest_name_stands(name):
    validate_name(name)
