"""Set aidplan up in a virtual environment beside this file, then solve the real workbook or run the tests.

    python3 start.py solve     a plan for inputs/coalition-2024.xlsx, in outputs/
    python3 start.py test      the whole test suite

Needs Python 3.11 or later and nothing else. The versions are those of requirements.lock, which were tested
together. Setting up again is quick: it is skipped while the lock file is unchanged.
"""

import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
HOME = HERE / ".venv"
BIN = HOME / ("Scripts" if os.name == "nt" else "bin")
SOLVE = ["-m", "aidplan.cli", "solve", str(HERE / "inputs" / "coalition-2024.xlsx"), "--out", str(HERE / "outputs")]
TEST = ["-m", "pytest", "-n", "auto"]


def set_up(lock: str) -> Path:
    """Install the locked versions and aidplan itself; the environment's Python."""
    python = BIN / ("python.exe" if os.name == "nt" else "python")
    wanted = hashlib.sha256(
        f"{sys.version}\0{HERE}\0".encode() + (HERE / lock).read_bytes() + (HERE / "pyproject.toml").read_bytes()
    ).hexdigest()
    mark = HOME / f"{lock}.installed"
    if python.exists() and mark.exists() and mark.read_text() == wanted:
        return python
    print(f"setting up {HOME} (a few minutes, once)", flush=True)
    venv.create(HOME, with_pip=True, clear=not python.exists())
    install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*install, "-r", str(HERE / lock)], check=True)
    subprocess.run([*install, "--no-deps", "--editable", str(HERE)], check=True)
    mark.write_text(wanted)
    return python


def main() -> int:
    """Do what was asked; the exit code of what was run."""
    if sys.version_info < (3, 11):  # noqa: UP036 - the newcomer's own Python
        print(
            f"aidplan needs Python 3.11 or later; this is {sys.version.split()[0]}. Install a newer one and start again."
        )
        return 2
    asked = sys.argv[1:2]
    if asked not in (["solve"], ["test"]):
        print(__doc__)
        return 2
    lock = "requirements.lock" if asked == ["solve"] else "requirements-dev.lock"
    try:
        python = set_up(lock)
    except (subprocess.CalledProcessError, OSError) as problem:
        print(f"setting up failed ({problem}); see the lines above, mend it, and start again")
        return 1
    command = SOLVE if asked == ["solve"] else TEST
    return subprocess.run([str(python), *command, *sys.argv[2:]], cwd=HERE, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
