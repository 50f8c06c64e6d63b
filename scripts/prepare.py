"""Make `.venv/` ready: the system's libraries, the pinned requirements, the program itself; what
draws, Fava and the developer's tools only when a command asks for them.

The Makefile runs it with any Python the program supports, so only the standard library is
at hand. The stamps that the Makefile looks at are written last: whatever was interrupted is
made again from nothing.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
PLACE = VENV / "endroit.mk"
STAMP, DEV_STAMP, FAVA_STAMP = VENV / "pret", VENV / "pret-dev", VENV / "pret-fava"
REPORTS_STAMP = VENV / "pret-rapports"
LISTS = {
    STAMP: ROOT / "scripts" / "requirements.txt",
    REPORTS_STAMP: ROOT / "scripts" / "requirements-rapports.txt",
    DEV_STAMP: ROOT / "scripts" / "requirements-dev.txt",
    FAVA_STAMP: ROOT / "scripts" / "requirements-fava.txt",
}
# Fava's page and the tests draw, too.
EXTRAS = {
    "--rapports": (REPORTS_STAMP,),
    "--dev": (REPORTS_STAMP, DEV_STAMP),
    "--fava": (REPORTS_STAMP, FAVA_STAMP),
}

# As WeasyPrint asks for them: the bare name, then the file on Linux and on macOS.
LIBRARIES = (
    ("pango-1.0", "libpango-1.0.so.0", "libpango-1.0.dylib"),
    ("pangoft2-1.0", "libpangoft2-1.0.so.0", "libpangoft2-1.0.dylib"),
    ("harfbuzz-subset", "libharfbuzz-subset.so.0", "libharfbuzz-subset.0.dylib"),
)
DEBIAN = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0")
DEBIAN_VENV = f"python3.{sys.version_info.minor}-venv"
# By Debian's package: the browser that opens the Fava page, the readers of our PDF files.
TEST_PROGRAMS = {
    "chromium": ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
    "poppler-utils": ("pdftotext",),
}
APT_UPDATE = ("apt-get", "update", "-qq")
APT_INSTALL = ("apt-get", "install", "-y", "-qq", "--no-install-recommends")


class Unready(Exception):
    """The set-up cannot go on; the text says why and what to do, in French."""


def main(arguments: Sequence[str]) -> int:
    """Prepare `.venv/`, with the extras that are asked for; return the exit status."""
    try:
        with one_at_a_time():
            print("Préparation de .venv/ (une minute ou deux la première fois)…", flush=True)
            check_system()
            if "--dev" in arguments:
                get_test_programs()
            fill([stamp for word in arguments for stamp in EXTRAS.get(word, ())])
    except Unready as reason:
        print(reason, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nInterrompu ; la prochaine commande reprendra la préparation.", file=sys.stderr)
        return 130
    return 0


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Two commands started together must not fill one folder."""
    with Path(__file__).open(encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


# ---------------------------------------------------------------- the system


def check_system() -> None:
    """Have what pip cannot install; Debian's administrator gets it at once."""
    packages = wanted_packages()
    if packages and os.geteuid() == 0 and shutil.which("apt-get"):
        print(f"Installation par apt : {' '.join(packages)}", flush=True)
        apt_install(packages)
        packages = wanted_packages()
    if packages:
        raise Unready(how_to_install(packages))


def wanted_packages() -> tuple[str, ...]:
    """The Debian names of what is missing."""
    libraries = () if all(loads(names) for names in LIBRARIES) else DEBIAN
    return libraries if find_spec("ensurepip") else (*libraries, DEBIAN_VENV)


def loads(names: Sequence[str]) -> bool:
    """Whether the dynamic loader finds a library under one of its names."""
    found = ctypes.util.find_library(names[0])
    return any(map(opens, (*names[1:], *([found] if found else []))))


def opens(name: str) -> bool:
    """Whether the dynamic loader opens that very file."""
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def get_test_programs() -> None:
    """Have the programs that only the tests run, where that can be done at once; elsewhere those
    tests say what to install."""
    packages = [package for package, names in TEST_PROGRAMS.items() if not any_of(names)]
    if packages and os.geteuid() == 0 and shutil.which("apt-get"):
        print(f"Installation par apt : {' '.join(packages)}", flush=True)
        apt_install(packages)


def any_of(names: Sequence[str]) -> str | None:
    """The first of these programs that is there."""
    return next(filter(None, map(shutil.which, names)), None)


def apt_install(packages: Sequence[str]) -> None:
    """Install quietly, with fresh package lists only when the present ones do not do."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = [*APT_INSTALL, *packages]
    if subprocess.run(install, env=environment, capture_output=True, check=False).returncode:
        for command in (APT_UPDATE, install):
            subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False)


def how_to_install(packages: Sequence[str]) -> str:
    """The refusal with the exact command of each system, or of this one when it is known."""
    commands = {
        "apt": f"Debian, Ubuntu : sudo apt install {' '.join(packages)}",
        "dnf": "Fedora : sudo dnf install pango harfbuzz",
        "brew": "macOS : brew install pango harfbuzz",
    }
    here = [text for tool, text in commands.items() if shutil.which(tool)]
    lines = "\n    ".join(here or commands.values())
    return (
        "Il manque à ce système de quoi mettre les lettres en page"
        " (Pango, HarfBuzz-subset) ou préparer Python.\n"
        f"    {lines}\n"
        "Puis relancez la même commande." + (HOMEBREW if sys.platform == "darwin" else "")
    )


HOMEBREW = (
    "\nSi elles sont déjà là, ce Python ne les voit pas ; prenez celui de Homebrew :"
    "\n    brew install python@3.13 && make installer PYTHON=$(brew --prefix)/bin/python3.13"
)


# ---------------------------------------------------------------- .venv/


def fill(extras: Sequence[Path]) -> None:
    """Install into `.venv/`, made anew unless it was once complete and still stands; extras that
    it had stay."""
    if not sound():
        run(sys.executable, "-I", "-m", "venv", "--clear", str(VENV))
    stamps = [stamp for stamp in LISTS if stamp in (STAMP, *extras) or stamp.exists()]
    for stamp in stamps:
        stamp.unlink(missing_ok=True)
    lists = (f"--requirement={LISTS[s]}" for s in stamps)
    install("--require-hashes", "--only-binary=:all:", *lists)
    install("--no-deps", "--no-build-isolation", f"--editable={ROOT}")
    PLACE.write_text(place(), encoding="utf-8")
    for stamp in stamps:
        stamp.touch()


def sound() -> bool:
    """Whether `.venv/` was once complete, in this very folder, and its Python still runs."""
    if not (STAMP.exists() and PLACE.exists() and PYTHON.exists()):
        return False
    check = subprocess.run([PYTHON, "-I", "-c", ""], capture_output=True, check=False)
    return check.returncode == 0 and PLACE.read_text(encoding="utf-8") == place()


def place() -> str:
    """The Makefile's line that tells a moved or copied `.venv/` from one born here."""
    return "ENDROIT := " + str(ROOT).replace("$", "$$").replace("#", "\\#") + "\n"


def install(*arguments: str) -> None:
    """Install with uv where it is there, several times faster; else, and where it does not reach
    what pip's own settings reach, with pip."""
    if not uv(*arguments):
        pip(*arguments)


def uv(*arguments: str) -> bool:
    """Whether uv is there and installed that. It asks once: pip is there to ask again."""
    if (program := shutil.which("uv")) is None:
        return False
    quiet = ("--quiet", *(["--compile-bytecode"] if sys.dont_write_bytecode else []))
    command = (program, "pip", "install", *quiet, f"--python={PYTHON}", *arguments)
    environment = {**os.environ, "UV_HTTP_RETRIES": "0"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=False)
    return done.returncode == 0


def pip(*arguments: str) -> None:
    """Install with the environment's own pip, whatever the user's settings for others say. As with
    uv, a module is compiled when it is first used, where Python may write what comes of it."""
    quiet = ["--quiet", "--no-input", "--disable-pip-version-check", "--no-user"]
    quiet += [] if sys.dont_write_bytecode else ["--no-compile"]
    run(str(PYTHON), "-I", "-m", "pip", "install", *quiet, *arguments)


def run(*command: str) -> None:
    """Run one stage of the set-up; what it has to say is already on the screen when it fails."""
    if subprocess.run(command, cwd=ROOT, check=False).returncode:
        raise Unready(
            "La préparation de .venv/ a échoué, la raison est ci-dessus.\n"
            "Il n'y a rien à nettoyer : relancez la même commande."
        )


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
