"""A bar for what takes long, in a terminal only: elsewhere it would be litter."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

Told = Callable[[str], None]


@contextmanager
def copying(files: Sequence[Path]) -> Iterator[Told]:
    """For the lines that mpremote prints, one as it begins with each of these files."""
    if not sys.stderr.isatty():
        yield lambda line: None
        return
    # heavy, and for people who watch alone
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    sizes = [file.stat().st_size for file in files]
    bar = Progress(
        TextColumn("copying"),
        BarColumn(),
        DownloadColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    with bar:
        task = bar.add_task("copying", total=sum(sizes))
        begun = 0

        def told(line: str) -> None:
            nonlocal begun
            if line.startswith("cp "):
                bar.update(task, completed=sum(sizes[:begun]))
                begun += 1

        yield told
