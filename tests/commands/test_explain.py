"""`aidplan explain`: the answer beside a run, and its exit codes."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from aidplan.cli import main_group
from aidplan.commands.exit_codes import ExitCode

CASES = Path(__file__).parents[1] / "cases"


def typed(*words):
    result = CliRunner().invoke(main_group, [str(word) for word in words], standalone_mode=False)
    assert result.exception is None, result.exception
    return result.return_value, result.output


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs")
    with pytest.MonkeyPatch.context() as patch:  # a busy machine must not cut short what is looked at here
        patch.setattr("aidplan.pipeline.in_memory.A_MOMENT", 60.0)
        code, _ = typed("solve", CASES / "C2.xlsx", "--out", folder, "--name", "c2", "--quiet")
    assert code == ExitCode.DONE
    return folder / "c2"


@pytest.fixture(scope="module")
def answer(run):
    code, _ = typed("explain", run, "--quiet")
    assert code == ExitCode.DONE
    return run.parent / "c2-explain"


def test_the_answer_stands_beside_the_run_which_is_as_it_was(run, answer):
    assert {path.name for path in answer.iterdir()} == {"answer.json", "explain.xlsx", "explain.html", "prices.csv"}
    told = json.loads((answer / "answer.json").read_text())
    (shortage,) = told["shortages"]
    assert (shortage["capability"], shortage["places"], shortage["from"], shortage["to"]) == (
        "fires", ["F"], "2025-01", "2025-01",
    )  # fmt: skip
    assert shortage["unmet"] == pytest.approx(60.0)
    causes = {cause: part for cause, part in shortage["causes"].items() if part}
    assert causes == pytest.approx({"money": 15.0, "plants": 35.0, "lanes": 10.0})
    assert shortage["exact"] is True
    assert shortage["without"]["money"] == pytest.approx(40.0)  # 60 of 100 are paid for
    assert shortage["alone"]["plants"] == pytest.approx(40.0)
    assert typed("audit", run, "--quiet")[0] == ExitCode.DONE


def test_a_sentence_names_plant_fund_and_lane_with_their_months(answer):
    (sentence,) = json.loads((answer / "answer.json").read_text())["sentences"]
    assert "short of 60.0 units, 60 %" in sentence
    assert "works is full in Jan 2025" in sentence
    assert "the money of fund is spent" in sentence
    assert "A → F (road) is full or closed in Jan 2025" in sentence


def test_a_run_bears_the_same_causes_for_its_reports(run):
    why = json.loads((run / "why.json").read_text())
    assert why["shortages"][0]["causes"]["plants"] == pytest.approx(35.0)
    assert why["not_done"] == []
    assert {one["limit"] for one in why["bottlenecks"]} <= {"balance", "capacity", "lane"}
    assert why["frontier"][0]["give"] == 0.0
    assert [one["kind"] for one in why["decisions"]] == ["order"]
    assert sum(one["amount"] for one in why["means"]) == pytest.approx(0.6)
    assert "prices" not in why
    assert "why.json" in json.loads((run / "run.json").read_text())["files"]


def test_without_why_a_run_has_no_explanation(tmp_path):
    typed("solve", CASES / "C2.xlsx", "--out", tmp_path, "--name", "bare", "--no-why", "--quiet")
    assert not (tmp_path / "bare" / "why.json").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--from", "2025-03"), "has 2025-01 to 2025-01"),
        (("--capability", "fire"), "did you mean `fires`?"),
        (("--place", "G"), "the run has no such demand"),
    ],
)
def test_what_the_run_does_not_have_is_wrong_usage(run, tmp_path, words, said):
    code, output = typed("explain", run, "--out", tmp_path / "answer", "--quiet", *words)
    assert code == ExitCode.USAGE
    assert said in output
    assert not (tmp_path / "answer").exists()


def test_a_taken_name_is_wrong_usage(run, answer):
    before = (answer / "answer.json").read_bytes()
    assert typed("explain", run, "--quiet")[0] == ExitCode.USAGE
    assert (answer / "answer.json").read_bytes() == before


def test_a_run_that_was_changed_is_not_explained(tmp_path):
    typed("solve", CASES / "C1.xlsx", "--out", tmp_path, "--name", "c1", "--no-why", "--quiet")
    unmet = tmp_path / "c1" / "tables" / "unmet.csv"
    unmet.write_text(unmet.read_text().replace("60", "61"))
    assert typed("explain", tmp_path / "c1", "--quiet")[0] == ExitCode.NOT_VERIFIED


def test_a_target_is_met_by_cells_that_are_named(run, tmp_path):
    code, _ = typed("explain", run, "--target", "0.7", "--out", tmp_path / "target", "--quiet")
    assert code == ExitCode.DONE
    ways = json.loads((tmp_path / "target" / "answer.json").read_text())["repairs"]
    assert ways  # 70 of 100 need 70 at the plant, which makes 40, and 70 of money, of which there are 60
    changes = {change["cell"]: change["to"] for way in ways for change in way["changes"]}
    assert changes == {"capacity!B2": pytest.approx(70.0, rel=1e-2), "funding!B2": pytest.approx(70.0, rel=1e-2)}
