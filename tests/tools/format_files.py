"""What the tests of `plan import` share: files written, imported, and what was said."""

from pathlib import Path

from runwalk_tools.main import main


class Desk:
    """A folder in which workout files are written and imported by their names."""

    def __init__(self, folder: Path, capsys) -> None:
        self.folder = folder
        self.capsys = capsys

    def _run(self, files: dict[str, str | bytes], options: tuple[str, ...]) -> int:
        for name, content in files.items():
            data = content.encode() if isinstance(content, str) else content
            (self.folder / name).write_bytes(data)
        return main(["plan", "import", *files, *options])

    def imported(
        self, files: dict[str, str | bytes], *options: str
    ) -> tuple[list[str], list[str]]:
        """The plan's lines, and what was told on standard error."""
        code = self._run(files, options)
        out, err = self.capsys.readouterr()
        assert code == 0, err
        return out.splitlines(), err.splitlines()

    def refused(self, name: str, content: str | bytes, *options: str) -> str:
        """The one line that says why the file cannot be imported."""
        assert self._run({name: content}, options) == 1
        out, err = self.capsys.readouterr()
        assert out == ""
        [line] = err.splitlines()
        return str(line)


def zwo(blocks: str, head: str = "<sportType>run</sportType>", name: str = "Easy") -> str:
    return (
        f"<workout_file><name>{name}</name>{head}<workout>{blocks}</workout></workout_file>"
    )
