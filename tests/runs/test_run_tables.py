import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aidplan.runs import RunError
from aidplan.runs.tables import guarded, read_table, unguarded, write_table


def table(rows, columns=("place", "item", "period", "value")):
    return pd.DataFrame(rows, columns=list(columns))


def test_text_is_quoted_and_numbers_are_the_shortest_that_give_the_same_double(tmp_path):
    write_table(tmp_path / "stock.csv", table([["rzeszow", "shell155", "2024-09", 0.1 + 0.2]]))
    text = (tmp_path / "stock.csv").read_bytes().decode()
    assert text == '"place","item","period","value"\n"rzeszow","shell155","2024-09",0.30000000000000004\n'


def test_what_a_spreadsheet_would_run_gets_an_apostrophe_and_loses_it_again(tmp_path):
    codes = ["-1+2", "+1", "@SUM(A1)", "\t=1", "'=1", "''-x", "'quoted", "-", "＝1"]
    written = table([[code, "x", "2024-09", 1.0] for code in codes])
    write_table(tmp_path / "stock.csv", written)
    cells = [line.split('"')[1] for line in (tmp_path / "stock.csv").read_text().splitlines()[1:]]
    assert cells == ["'-1+2", "'+1", "'@SUM(A1)", "'\t=1", "''=1", "'''-x", "'quoted", "'-", "'＝1"]
    assert list(read_table(tmp_path / "stock.csv")["place"]) == codes


@given(st.text())
def test_no_text_is_changed_by_guarding_and_none_begins_as_a_formula(text):
    assert unguarded(guarded(text)) == text
    assert not guarded(text).startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


@settings(max_examples=50)
@given(
    st.lists(
        st.tuples(
            st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
            st.floats(allow_nan=False),
        )
    )
)
def test_any_codes_and_any_doubles_come_back_exactly(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("tables") / "stock.csv"
    written = pd.DataFrame({"place": [code for code, _ in rows], "value": [number for _, number in rows]})
    write_table(path, written)
    back = read_table(path)
    assert list(back["place"]) == list(written["place"])
    assert [x.hex() for x in back["value"]] == [x.hex() for x in written["value"]]
    assert back["value"].dtype == "float64"
    assert pd.api.types.is_string_dtype(back["place"])


def test_codes_that_look_like_numbers_or_like_nothing_stay_text(tmp_path):
    write_table(tmp_path / "stock.csv", table([["0155", "NA", "2024-09", 1.0], ["", "nan", "2024-10", 2.0]]))
    back = read_table(tmp_path / "stock.csv")
    assert list(back["place"]) == ["0155", ""]
    assert list(back["item"]) == ["NA", "nan"]


def test_a_number_that_is_not_there_comes_back_as_not_there(tmp_path):
    write_table(tmp_path / "prices.csv", table([["f", 1.5, math.nan]], ("fund", "price", "range_up")))
    back = read_table(tmp_path / "prices.csv")
    assert back["range_up"].isna().all()
    assert back["price"].tolist() == [1.5]


@pytest.mark.parametrize(
    ("line", "says"), [('"a","b","2024-09"', "row 3 has 3 cells, not 4"), ('"a","b",zwei,1', "row 3")]
)
def test_a_row_that_is_no_row_is_named(tmp_path, line, says):
    path = tmp_path / "tables" / "stock.csv"
    path.parent.mkdir()
    path.write_text(f'"place","item","period","value"\n"a","b","2024-09",1.0\n{line}\n')
    with pytest.raises(RunError, match=says):
        read_table(path)
