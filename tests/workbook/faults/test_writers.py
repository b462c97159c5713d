"""A random workbook by any program, packed in any lawful way: the same tables, or an error at the cell."""

from __future__ import annotations

import datetime
import io
import random
import re
import shutil
import subprocess
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aidplan.workbook.planning_workbook import Workbook, read_workbook
from tests.workbook.books import long, small, written
from tests.workbook.faults.small_file import packed, parts

NAMES = st.text("abcxyzäßéłіжя &<>\"'-_.", min_size=1, max_size=9).filter(lambda text: text.strip() == text)
AMOUNTS = st.one_of(st.integers(0, 10**7), st.floats(0, 1e7, allow_subnormal=False).map(lambda x: round(x, 6)))


@st.composite
def workbooks(draw) -> dict[str, list[list[object]]]:
    """A small plan with other names, amounts, forms of periods, and tables long or wide."""
    sheets = small()
    sheets["settings"].append(["title", draw(NAMES)])
    sheets["places"][0].append("name")
    for row in sheets["places"][1:]:
        row.append(draw(NAMES))
    sheets["capacity"] = [sheets["capacity"][0], *([row[0], *(draw(AMOUNTS) for _ in row[1:])] for row in sheets["capacity"][1:])]  # fmt: skip
    for name, keys in (("capacity", 1), ("adversary", 2)):
        if draw(st.booleans()):
            sheets[name] = long(sheets[name], keys)
    if draw(st.booleans()):
        head = sheets["demand"][0]
        sheets["demand"][0] = [*head[:5], *(datetime.datetime(2024, month, 1) for month in (7, 8, 9))]
    return sheets


def by_openpyxl(sheets: dict[str, list[list[object]]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append([None if value == "" else value for value in row])
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


SI = re.compile(r"<si>(.*?)</si>", re.S)
TEXT = re.compile(r"<(si|is)>(.*?)</\1>", re.S)
DECLARATION = re.compile(r"\A\s*<\?xml.*?\?>")
SHARED = re.compile(r'<c ([^>]*?)t="s"([^>]*)><v>(\d+)</v></c>')
NUMBER = re.compile(r"(<c (?![^>]*t=)[^>]*>)<v>([^<]+)</v>")


def inline(held: dict[str, bytes]) -> dict[str, bytes]:
    """The texts in their cells, where openpyxl puts them by itself."""
    texts = SI.findall(held.get("xl/sharedStrings.xml", b"").decode())
    return {
        name: SHARED.sub(lambda cell: f'<c {cell[1]}t="inlineStr"{cell[2]}><is>{texts[int(cell[3])]}</is></c>', part.decode()).encode()
        if "/worksheets/sheet" in name and name.endswith(".xml")
        else part
        for name, part in held.items()
    }  # fmt: skip


def odd_numbers(held: dict[str, bytes], chance: random.Random) -> dict[str, bytes]:
    """Some numbers in CDATA, in character references, with comments inside."""

    def odd(cell: re.Match) -> str:
        head, text = cell[1], cell[2]
        forms = (
            text,
            f"<![CDATA[{text}]]>",
            "".join(f"&#{ord(letter)};" for letter in text),
            f"{text[0]}<!-- {text} -->{text[1:]}",
        )
        return f"{head}<v>{chance.choice(forms)}</v>"

    return {
        name: NUMBER.sub(odd, part.decode()).encode() if "/worksheets/sheet" in name and name.endswith(".xml") else part
        for name, part in held.items()
    }


def odd_texts(held: dict[str, bytes], chance: random.Random) -> dict[str, bytes]:
    """The texts, shared or in their cells, in references and CDATA."""

    def odd(found: re.Match) -> str:
        text = openpyxl_text(found[2])
        if chance.random() < 0.5:
            return f'<{found[1]}><t xml:space="preserve"><![CDATA[{text}]]></t></{found[1]}>'
        return (
            f'<{found[1]}><t xml:space="preserve">{"".join(f"&#x{ord(letter):x};" for letter in text)}</t></{found[1]}>'
        )

    return {
        name: TEXT.sub(odd, part.decode()).encode()
        if name == "xl/sharedStrings.xml" or "/worksheets/sheet" in name
        else part
        for name, part in held.items()
    }


def openpyxl_text(xml: str) -> str:
    from xml.etree import ElementTree

    return "".join(ElementTree.fromstring(f"<si>{xml}</si>").itertext())


def recoded(held: dict[str, bytes], encoding: str) -> dict[str, bytes]:
    """Every sheet in another encoding."""
    return {
        name: f'<?xml version="1.0" encoding="{encoding}"?>{DECLARATION.sub("", part.decode())}'.encode(
            encoding, "xmlcharrefreplace"
        )
        if "/worksheets/sheet" in name and name.endswith(".xml")
        else part
        for name, part in held.items()
    }


def renamed(held: dict[str, bytes]) -> dict[str, bytes]:
    """The main part, the texts and the sheets under other names."""
    new = {}
    for name, part in held.items():
        for old, other in (
            ("workbook.xml", "buch.xml"),
            ("sharedStrings.xml", "Texte.XML"),
            ("worksheets/sheet", "blatt/b"),
        ):
            name = name.replace(old, other)
            if held_name_is_reference(name):
                part = part.replace(old.encode(), other.encode())
        new[name] = part
    return new


def held_name_is_reference(name: str) -> bool:
    return name.endswith(".rels") or name == "[Content_Types].xml"


def said(book: Workbook) -> object:
    return [[(row.number, row.values, row.periods) for row in book.tables[sheet]] for sheet in book.tables]


def same_or_an_error(data: bytes, reference: Workbook, cell: str) -> None:
    """The same tables, or an error at the cell, or of the file that no reader opens (never other numbers without a word)."""
    book = read_workbook("plan.xlsx", data)
    if said(book) != said(reference):
        findings = [*book.findings, *(finding for name in book.scenarios for finding in book.scenario(name).findings)]
        errors = [finding for finding in findings if finding.severity == "error"]
        assert any(finding.cell == cell or finding.code == "unreadable" for finding in errors), errors


FORMS = ["as it is", "inline", "numbers", "texts", "utf-16", "windows-1251 numbers", "renamed", "all"]


@settings(max_examples=30, deadline=None)
@given(workbooks(), st.sampled_from(FORMS), st.booleans(), st.integers(0, 2**16))
def test_a_workbook_says_the_same_whoever_wrote_it_and_however_it_is_packed(sheets, form, openpyxl_wrote, seed):
    reference = read_workbook("plan.xlsx", written(sheets))
    held = parts(by_openpyxl(sheets) if openpyxl_wrote else written(sheets))
    chance = random.Random(seed)
    if form in ("inline", "all"):
        held = inline(held)
    if form in ("numbers", "windows-1251 numbers", "all"):
        held = odd_numbers(held, chance)
    if form == "texts":
        held = odd_texts(held, chance)
    if form in ("utf-16", "all"):
        held = recoded(held, "utf-16")
    if form == "windows-1251 numbers":
        held = recoded(held, "windows-1251")
    if form in ("renamed", "all"):
        held = renamed(held)
    book = read_workbook("plan.xlsx", packed(held))
    assert said(book) == said(reference)
    assert [str(finding) for finding in book.findings] == [str(finding) for finding in reference.findings]


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(small())), st.data())
def test_a_value_written_in_any_way_is_read_or_is_an_error_at_its_cell(sheet, data):
    """One cell's XML is replaced by one that may be lawful or not, of any kind of value."""
    reference = read_workbook("plan.xlsx", written(small()))
    held = parts(written(small()))
    name = f"xl/worksheets/sheet{list(small()).index(sheet) + 1}.xml"
    text = held[name].decode()
    cells = list(re.finditer(r'<c r="([A-Z]+\d+)"([^>]*)><v>(.*?)</v></c>', text))
    cell = data.draw(st.sampled_from(cells))
    value = cell[3]
    kind = data.draw(st.sampled_from([
        f"<v>{value[:1]}<!-- -->{value[1:]}</v>", f"<v><![CDATA[{value}]]></v>", f"<v> {value}</v>", f"<v>{value}\n</v>", f"<v>+{value}</v>",
        f"<v>{value}<x/></v>", f"<v>{value}</v><v>7</v>", f"<v/>{value}", f"<x><v>{value}</v></x>", f"<f>1</f><v>{value}</v>",
    ]))  # fmt: skip
    held[name] = (text[: cell.start()] + f'<c r="{cell[1]}"{cell[2]}>{kind}</c>' + text[cell.end() :]).encode()
    same_or_an_error(packed(held), reference, cell[1])


@pytest.mark.looks
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_says_the_same(tmp_path: Path):
    sheets = small()
    sheets["places"][0].append("name")
    for row, name in zip(sheets["places"][1:], ("a & b", "<x>", 'ü "ж"', "łódź", "d'Or"), strict=True):
        row.append(name)
    (tmp_path / "plan.xlsx").write_bytes(by_openpyxl(sheets))
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(tmp_path / "out"), str(tmp_path / "plan.xlsx")],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    assert said(read_workbook("plan.xlsx", (tmp_path / "out" / "plan.xlsx").read_bytes())) == said(
        read_workbook("plan.xlsx", written(sheets))
    )
