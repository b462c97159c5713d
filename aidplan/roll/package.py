"""A workbook's file, changed part by part: what is not changed is copied as it is.

Charts, pictures, comments, formats and other sheets are parts of their own and stay. Left out are the order in which
formulas were last calculated, which a spreadsheet works out anew, and macros, which an ``.xlsx`` may not hold.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import unescape

from aidplan.roll.sheet_xml import SheetXml, SheetXmlError, attribute, column_index

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_SHEET_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
_MACRO_TYPE = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
_PLAIN_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_TYPES, _BOOK, _RELATIONS = "[content_types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_EMPTY = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    f'<worksheet xmlns="{_MAIN}"><dimension ref="A1"/><sheetViews><sheetView workbookViewId="0">'
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
    '<sheetFormatPr defaultRowHeight="15"/>{cols}<sheetData/></worksheet>'
)


@dataclass
class Package:
    """The parts of a workbook by their names, and its sheets as they are asked for.

    ``data`` must have been read as a workbook before. Raises `SheetXmlError` where a part is not as spreadsheets write
    it.
    """

    data: bytes
    lost: list[str] = field(init=False, default_factory=list)
    """What the written file lacks, in words."""

    def __post_init__(self) -> None:
        with zipfile.ZipFile(io.BytesIO(self.data)) as archive:
            self._parts = {info.filename: archive.read(info) for info in archive.infolist() if not info.is_dir()}
        self._named = {name.lower().lstrip("/").replace("\\", "/"): name for name in self._parts}
        self._sheets: dict[str, SheetXml] = {}
        relations: dict[str, str] = dict(self._attributes(_RELATIONS, "Relationship", "Id", "Target"))
        sheets = self._attributes(_BOOK, "sheet", "name", r"\w+:id")
        self._part_of = {
            unescape(name, {"&quot;": '"', "&apos;": "'"}): _resolved(relations.get(of, "")) for name, of in sheets
        }

    def sheet(self, title: str) -> SheetXml:
        """The worksheet of that title."""
        if title not in self._sheets:
            self._sheets[title] = SheetXml(self._parts[self._named[self._part_of[title].lower()]])
        return self._sheets[title]

    @property
    def titles(self) -> tuple[str, ...]:
        """The titles of all sheets, in order."""
        return tuple(self._part_of)

    def new_sheet(self, title: str, widths: tuple[float, ...] = ()) -> SheetXml:
        """An empty sheet at the end; one of that title that is there already is emptied."""
        cols = "".join(f'<col min="{n}" max="{n}" width="{w}" customWidth="1"/>' for n, w in enumerate(widths, 1))
        empty = SheetXml(_EMPTY.replace("{cols}", f"<cols>{cols}</cols>" if cols else "").encode())
        if title not in self._part_of:
            self._add(title)
        self._sheets[title] = empty
        return empty

    def rename_column(self, title: str, index: int, name: str) -> None:
        """Names a column of the Excel table of a sheet anew, as its header cell is: the two must be the same."""
        for part in self._tables(title):
            text = self._parts[part].decode()
            reach = re.search(r'\sref="([A-Z]+)1:', text)
            columns = [*re.finditer(r'(<(?:\w+:)?tableColumn\b[^>]*?\sname=)"[^"]*"', text)]
            at = index - column_index(reach[1]) if reach else -1
            if 0 <= at < len(columns):
                found = columns[at]
                self._parts[part] = (text[: found.start()] + found[1] + attribute(name) + text[found.end() :]).encode()

    def _tables(self, title: str) -> list[str]:
        part = self._part_of[title]
        folder, file = posixpath.split(part)
        relations = self._named.get(f"{folder}/_rels/{file}.rels".lower())
        if relations is None:
            return []
        targets = re.findall(r'\sTarget="([^"]*tables?/[^"]*)"', self._parts[relations].decode())
        paths = [
            target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            for target in targets
        ]
        return [self._named[path.lower()] for path in paths if path.lower() in self._named]

    def finished(self) -> bytes:
        """The workbook's bytes, formulas to be calculated when it is opened."""
        for title, sheet in self._sheets.items():
            name = self._part_of[title]
            self._parts[self._named.setdefault(name.lower(), name)] = sheet.finished()
        self._leave_out("xl/calcchain.xml")
        if any("vbaproject" in name for name in self._named):
            self.lost.append("its macros")
            for name in [name for name in self._named if "vba" in name]:
                self._leave_out(name)
            self._replace(_TYPES, re.escape(_MACRO_TYPE), _PLAIN_TYPE)
        self._calculate_on_load()
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, part in self._parts.items():
                archive.writestr(zipfile.ZipInfo(name), part, zipfile.ZIP_DEFLATED)
        return buffer.getvalue()

    # --- the parts that list the others -------------------------------------------------------------

    def _text(self, name: str) -> str:
        try:
            return self._parts[self._named[name]].decode("utf-8-sig")
        except (KeyError, UnicodeDecodeError):
            raise SheetXmlError(f"its part {name} cannot be read") from None

    def _attributes(self, part: str, element: str, *names: str) -> list[Any]:
        """The named attributes of every element of that name in a part."""
        found = []
        for match in re.finditer(rf"<(?:\w+:)?{element}\s([^>]*)>", self._text(part)):
            values = [re.search(rf'(?:^|\s){name}\s*=\s*(?:"([^"]*)"|\'([^\']*)\')', match[1]) for name in names]
            found.append(tuple((value[1] or value[2] or "") if value else "" for value in values))
        return found

    def _replace(self, part: str, pattern: str, text: str) -> None:
        self._parts[self._named[part]] = re.sub(pattern, lambda _: text, self._text(part)).encode()

    def _insert(self, part: str, before: str, text: str) -> None:
        """Puts an element before the end tag of ``before``, with the prefix that the part uses."""
        whole = self._text(part)
        end = re.search(rf"</(\w+:)?{before}\s*>", whole)
        if end is None:
            raise SheetXmlError(f"its part {part} has no {before}")
        new = text.replace("<", f"<{end[1] or ''}", 1)
        self._parts[self._named[part]] = (whole[: end.start()] + new + whole[end.start() :]).encode()

    def _add(self, title: str) -> None:
        numbers = [int(found) for found in re.findall(r"sheet(\d+)\.xml", " ".join(self._named))]
        name = f"xl/worksheets/sheet{max(numbers, default=0) + 1}.xml"
        taken = {of for of, _ in self._attributes(_RELATIONS, "Relationship", "Id", "Target")}
        relation = next(f"rId{n}" for n in range(1, 100_000) if f"rId{n}" not in taken)
        ids = [int(number) for (number,) in self._attributes(_BOOK, "sheet", "sheetId") if number.isdecimal()]
        prefix = re.search(r"<(?:\w+:)?sheet\s[^>]*?(\w+):id=", self._text(_BOOK))
        if prefix is None:
            raise SheetXmlError("its list of sheets is empty")
        self._insert(
            _BOOK,
            "sheets",
            f'<sheet name={attribute(title)} sheetId="{max(ids, default=0) + 1}" {prefix[1]}:id="{relation}"/>',
        )
        self._insert(
            _RELATIONS, "Relationships", f'<Relationship Id="{relation}" Type="{_SHEET_RELATION}" Target="/{name}"/>'
        )
        self._insert(_TYPES, "Types", f'<Override PartName="/{name}" ContentType="{_SHEET_TYPE}"/>')
        self._part_of[title] = name
        self._named[name.lower()] = name

    def _leave_out(self, part: str) -> None:
        name = self._named.pop(part, None)
        if name is None:
            return
        del self._parts[name]
        file = re.escape(posixpath.basename(name))
        self._replace(_TYPES, rf'<(?:\w+:)?Override\b[^>]*PartName="[^"]*/{file}"[^>]*/>', "")
        self._replace(_RELATIONS, rf'<(?:\w+:)?Relationship\b[^>]*Target="[^"]*\b{file}"[^>]*/>', "")

    def _calculate_on_load(self) -> None:
        """Formulas of the planner's notes read changed cells: a spreadsheet calculates them when it opens the file."""
        text = self._text(_BOOK)
        found = re.search(r"<(?:\w+:)?calcPr\b([^>]*?)/>", text)
        if found:
            kept = re.sub(r'\sfullCalcOnLoad="[^"]*"', "", found[0])
            new = kept[:-2].rstrip() + ' fullCalcOnLoad="1"/>'
            self._parts[self._named[_BOOK]] = (text[: found.start()] + new + text[found.end() :]).encode()
            return
        ends = [*re.finditer(r"</(\w+:)?(?:sheets|functionGroups|externalReferences|definedNames)\s*>", text)]
        at, prefix = (ends[-1].end(), ends[-1][1] or "") if ends else (0, "")
        if at:
            self._parts[self._named[_BOOK]] = (text[:at] + f'<{prefix}calcPr fullCalcOnLoad="1"/>' + text[at:]).encode()


def _resolved(target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join("xl", target))
