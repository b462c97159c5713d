"""`aidplan template`: an empty planning workbook, or a small filled one."""

from __future__ import annotations

import datetime
from pathlib import Path

import click

from aidplan.commands.exit_codes import ExitCode
from aidplan.commands.options import FILE, console_options
from aidplan.console import Console


class TemplateError(ValueError):
    """The template cannot be written; one sentence says why and what to do. ``code`` is the command's exit code."""

    def __init__(self, message: str, code: ExitCode = ExitCode.USAGE) -> None:
        super().__init__(message)
        self.code = code


@click.command("template")
@click.argument("file", type=FILE)
@click.option("--example", is_flag=True, help="Fill it with a small plan.")
@console_options
def command(file: Path, example: bool, as_json: bool, quiet: bool) -> ExitCode:
    """Write an empty planning workbook, or a small filled one."""
    console = Console(as_json, quiet)
    try:
        written = make_template(file, example)
    except TemplateError as problem:
        console.warn(str(problem))
        return problem.code
    console.result(f"{written} written; fill it in, then: aidplan check {written}", {"file": str(written)})
    return ExitCode.DONE


def make_template(path: str | Path, example: bool = False) -> Path:
    """Writes an empty planning workbook for the coming year, or the filled example; never over a file. Gives the path;
    raises `TemplateError`.
    """
    from aidplan.workbook.write.example import CALENDAR, example_records
    from aidplan.workbook.write.saving import PLACE_IS_WRONG
    from aidplan.workbook.write.template import next_year, write_template

    path = Path(path)
    if path.suffix.lower() != ".xlsx":
        raise TemplateError(f"{path} must end in .xlsx")
    try:
        if example:
            return write_template(path, CALENDAR, example_records())
        return write_template(path, next_year(datetime.date.today()))
    except FileExistsError:
        raise TemplateError(f"{path} is there already and is not overwritten; name another file") from None
    except OSError as problem:
        code = ExitCode.USAGE if problem.errno in PLACE_IS_WRONG else ExitCode.FAILED
        raise TemplateError(
            f"{path} cannot be written ({problem.strerror or problem}); name another place", code
        ) from None
