"""Names of run folders: safe on every disk, whatever a workbook or a scenario is called."""

from __future__ import annotations

import hashlib
import unicodedata
from datetime import datetime

from aidplan.runs.errors import RunNameError, shown

LONGEST_NAME = 160
"""Bytes of UTF-8 in a run's name: leaves room for the marks of a run in writing within the usual 255."""
_LONGEST_PART = 60
_FORBIDDEN = frozenset('/\\:*?"<>|')
_RESERVED = frozenset(["con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in "0123456789¹²³")])


def default_name(workbook: str, scenario: str, started: datetime) -> str:
    """``<workbook>-<scenario>-<UTC yyyymmdd-hhmmss>``, every part made safe.

    ``workbook`` is a file's name, with or without folder and ending; ``started`` is in UTC.
    """
    file = workbook.replace("\\", "/").rsplit("/", 1)[-1]
    stem = file.rsplit(".", 1)[0] or file
    return f"{safe_part(stem)}-{safe_part(scenario)}-{started:%Y%m%d-%H%M%S}"


def scenario_name(name: str, scenario: str) -> str:
    """``<name>-<scenario>``: a run's name where one command solves several scenarios."""
    return f"{name}-{safe_part(scenario)}"


def safe_part(text: str) -> str:
    """The text as part of a folder's name; what had to change is told apart by a few digits of its hash."""
    normal = unicodedata.normalize("NFC", text)
    safe = "".join("_" if _is_forbidden(c) else c for c in normal).strip(" .-")
    if safe == normal and len(safe.encode()) <= _LONGEST_PART:
        return safe
    safe = safe.encode()[: _LONGEST_PART - 9].decode(errors="ignore")
    mark = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{safe}~{mark}" if safe else mark


def validate_name(name: str) -> None:
    """Raises `RunNameError` unless ``name`` is the plain name of one folder on every kind of disk."""
    bad = sorted({c for c in name if _is_forbidden(c)})
    size = len(name.encode("utf-8", "surrogatepass"))
    if not name.strip():
        raise RunNameError("--name: the name of a run is empty; give a word, such as autumn-plan")
    if bad:
        signs = " ".join(shown(c) for c in bad)
        raise RunNameError(
            f"--name: `{shown(name)[:80]}` holds {signs}; a run's name is the plain name of one folder, "
            "and the folder that it lies in is given with --out"
        )
    if size > LONGEST_NAME:
        raise RunNameError(
            f"--name: `{shown(name)[:40]}…` takes {size} bytes; a run's name may take {LONGEST_NAME} at most"
        )
    if name[0] in ".- " or name[-1] in ". ":
        raise RunNameError(f"--name: `{name}` begins or ends with a dot, dash or blank; begin and end with a letter")
    if name.split(".", maxsplit=1)[0].strip().lower() in _RESERVED:
        raise RunNameError(f"--name: `{name}` is a device's name on some systems; give another name")


def _is_forbidden(character: str) -> bool:
    """Separators of paths, and what does not show: control, format and surrogate characters, line ends."""
    return character in _FORBIDDEN or unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp")
