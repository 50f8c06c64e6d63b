"""What every command prints with: the two screens, sentences, tables, faults, diffs, a bar."""

from __future__ import annotations

import re
import shlex
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

from rich.console import Console, ConsoleDimensions
from rich.text import Text

from relance.terminal.cli import COMMANDS
from relance.terminal.views.breaking import lines_of
from relance.terminal.views.fault_groups import FaultGroup, also, grouped
from relance.terminal.views.rows import Rows
from relance.text.escapes import plain, unmarked
from relance.text.words import count
from relance.values.problem import Problem

if TYPE_CHECKING:
    from rich.progress import ProgressColumn


class _Trimmed:
    """The standard output of the moment, without the blanks that tables leave at the ends of
    lines: a pipe, a file or a mail would keep them."""

    def write(self, text: str) -> int:
        sys.stdout.write(_BLANKS.sub("", text))
        return len(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(sys.stdout, name)


_BLANKS = re.compile(r"[^\S\n]+$", re.MULTILINE)  # those that join words too


class _Screen(Console):
    """A screen whose reader may leave: the command ends then, as any that the system refuses."""

    @property
    def size(self) -> ConsoleDimensions:
        """As large as the window is now: rich keeps the COLUMNS of when it was imported."""
        self._width = None
        return super().size

    @size.setter
    def size(self, new_size: tuple[int, int]) -> None:
        self._width, self._height = new_size

    def on_broken_pipe(self) -> None:
        """Say nothing here, and let the command end."""
        raise BrokenPipeError

    def print(self, *objects: Any, **options: Any) -> None:
        """As rich does; a blank line that no screen shows is only written: far less work."""
        if objects or options or self.is_terminal:
            super().print(*objects, **options)
        else:
            self.file.write("\n")
            self.file.flush()  # what is said beside, of faults, keeps its place

    def put_command(self, command: Text, left: int = 0) -> None:
        """Print a line that may be copied, so many columns to the right, whole."""
        self.print(Text.assemble(" " * left, command), soft_wrap=True)

    def put(self, content: Text | Rows, left: int = 0, hang: int = 0) -> None:
        """Print so many columns to the right, what goes on below `hang` further; commands whole."""
        room = max(self.width - left, 1)
        lines: Iterable[Text]
        lines = content.lines(room) if isinstance(content, Rows) else lines_of(content, room, hang)
        blanks = " " * left
        if not self.is_terminal:  # a fraction of what styles cost
            self.file.write("".join(f"{blanks}{line.plain}\n" for line in lines))
            return
        for line in lines:
            self.print(Text.assemble(blanks, line), soft_wrap=True)


out = _Screen(highlight=False, soft_wrap=False, file=cast("IO[str]", _Trimmed()))
err = _Screen(stderr=True, highlight=False)
_HANG = 4  # cells by which a sentence that goes on is set in
_DIFF_STYLES = {"+": "green", "-": "red", "@": "cyan"}


def borderless(*columns: tuple[str, int]) -> Rows:
    """Columns without borders; one of width 0 takes what is left and wraps."""
    return Rows(columns)


def say(sentence: str | None) -> None:
    """One plain sentence, if there is one to say."""
    if sentence:
        out.put(Text(sentence), hang=_HANG)


def next_thing(sentence: str) -> None:
    """The last line: what to do next."""
    out.put(Text.assemble(("→ ", "green"), typed(sentence)), hang=2)


def typed(sentence: str) -> str:
    """The sentence with the program's commands as they can be typed here: by the path of the
    program when no shell would find it by its name."""
    name = _program()
    return sentence if name == "relance" else _COMMAND.sub(lambda _: f"{name} ", sentence)


_COMMAND = re.compile(rf"(?<![\w/-])relance (?=(?:{'|'.join(COMMANDS)})\b)")


@lru_cache
def _program() -> str:
    if shutil.which("relance"):
        return "relance"
    place = Path(sys.argv[0])
    if place.name == "__main__.py" and place.parent.name == "relance":
        return f"{shlex.quote(sys.executable)} -m relance"
    return shlex.quote(sys.argv[0]) if place.name == "relance" else "relance"


Beside = Callable[[FaultGroup], Iterable[Text]]  # what is said below faults of one kind


def nothing(_group: FaultGroup) -> Iterable[Text]:
    """Nothing more is said."""
    return ()


def show_warnings(warnings: Sequence[Problem], beside: Beside = nothing) -> None:
    """What is worth saying and stops nothing."""
    _show_groups(warnings, ("attention ", "yellow"), "", beside)
    if warnings:
        err.print()


def show_problems(problems: Sequence[Problem], beside: Beside = nothing) -> None:
    """What is wrong, each with its place and remedy."""
    _show_groups(problems, ("", ""), "red", beside)


def _show_groups(
    problems: Sequence[Problem], mark: tuple[str, str], style: str, beside: Beside
) -> None:
    """Each sentence once, with all its places; each remedy once, below all that it mends."""
    for group in grouped(problems):
        for what, sources in group.sentences.items():
            place = (plain(str(sources[0])), "bold")
            err.put(Text.assemble(mark, place, ": ", (plain(what), style)), hang=_HANG)
            if others := also(sources):
                err.put(Text(f"de même : {plain(others)}"), left=_HANG, hang=2)
        if group.remedy:
            err.put(_remedy_text(group.remedy), left=_HANG, hang=2)
        for text in beside(group):
            err.put(text, left=_HANG)


def show_refusal(problems: Sequence[Problem], beside: Beside = nothing) -> None:
    """Every reason why nothing was written."""
    show_problems(problems, beside)
    err.print(Text(f"{count(len(problems), 'faute')} : rien n'a été écrit.", "bold"))


def _remedy_text(remedy: str) -> Text:
    """What to do, without what a terminal would obey."""
    first, *others = [plain(line) for line in typed(remedy).splitlines()]
    return Text("\n".join([f"→ {first}", *(f"  {line}" for line in others)]))


def show_diff(diff: str) -> None:
    """A unified diff, coloured on a terminal; nothing in it can command the terminal."""
    for line in diff.splitlines():
        style = "bold" if line.startswith(("+++", "---")) else _DIFF_STYLES.get(line[:1], "")
        out.print(Text(unmarked(line, kept="\t"), style), soft_wrap=True)


@contextmanager
def progress_of(total: int, work: str) -> Iterator[Callable[[str], None]]:
    """A bar while a work of so many parts goes on, on a terminal only; call what it yields with
    the name of each part once it is done."""
    from rich.progress import MofNCompleteColumn

    with _bar(total, work, MofNCompleteColumn()) as done:
        yield lambda name: done(name, 1)


@contextmanager
def progress_of_bytes(total: int, work: str) -> Iterator[Callable[[str, int], None]]:
    """The same for a work of so many bytes, told in percent; call what it yields with the name of
    each file and its bytes."""
    from rich.progress import TaskProgressColumn

    with _bar(total, work, TaskProgressColumn()) as done:
        yield done


@contextmanager
def _bar(total: int, work: str, counted: ProgressColumn) -> Iterator[Callable[[str, int], None]]:
    from rich.progress import BarColumn, Progress, TextColumn

    if not err.is_terminal:
        yield lambda _name, _size: None
        return
    named = TextColumn("{task.description}", markup=False)  # a client's name is no markup
    columns = (named, BarColumn(), counted)
    with Progress(*columns, console=err, transient=True) as bar:
        task = bar.add_task(work, total=total)
        yield lambda name, size: bar.update(task, advance=size, description=plain(name)[:30])
