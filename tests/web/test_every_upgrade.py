"""Every practice upgraded in the studio from the versions that it had before: what lies in the history of the project."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from test_studio import ADMINISTRATOR, body, look_at, reader

from desk_ground import ROOT, Desk, county, desk
from tongban.apps.acting import Acting
from tongban.apps.adoption.adopting import adopt, in_force
from tongban.apps.office import office
from tongban.kernel.commands import SYSTEM
from tongban.kernel.refusal import Refused
from tongban.library.counties import receivers
from tongban.library.folder import gather
from tongban.library.practice import Practice
from tongban.library.reading import read_practice
from tongban.store import adoptions

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk"]

FAULT = re.compile(r"<li>(.*?)</li>", re.S)
PRACTICES = sorted(path.parent.name for path in (ROOT / "practices").glob("*/practice.yaml"))
EVERY = "TONGBAN_EVERY_VERSION"
"""Set, every version is upgraded from; else the first and the last one before now, which takes a third of the time."""


def git(*words: str) -> str:
    done = subprocess.run(("git", "-C", str(ROOT), *words), capture_output=True, check=False)
    return done.stdout.decode() if done.returncode == 0 else ""


def before_now(practice: str) -> dict[str, str]:
    """The versions that a practice had, the newest first, each with the last commit that still had it; without its present one."""
    found: dict[str, str] = {}
    for commit in git("log", "--format=%H", "--", f"practices/{practice}").split():
        version = re.search(
            r"^version: (\S+)$", git("show", f"{commit}:practices/{practice}/practice.yaml"), re.M
        )
        if version is not None:
            found.setdefault(version[1], commit)
    now = re.search(r"^version: (\S+)$", (ROOT / "practices" / practice / "practice.yaml").read_text(), re.M)
    assert now is not None
    found.pop(now[1], None)
    return found


def files_at(practice: str, commit: str) -> Iterator[tuple[str, str]]:
    """The files of a practice as they were."""
    now = gather(ROOT / "practices" / practice)[0]
    kinds = {path.rpartition(".")[2] for path in now}
    folder = f"practices/{practice}/"
    for path in git("ls-tree", "-r", "--name-only", commit, "--", folder).splitlines():
        if path.rpartition(".")[2] in kinds:
            yield path.removeprefix(folder), git("show", f"{commit}:{path}")


@pytest.mark.parametrize("practice", PRACTICES)
def test_a_practice_is_upgraded_from_the_versions_it_had_as_its_administrator_does_it(
    desk: Desk, practice: str
) -> None:
    had = before_now(practice)
    if not had:
        pytest.skip("no earlier version in the history at hand")
    now = read_practice(ROOT / "practices" / practice)
    assert isinstance(now, Practice)
    if now.manifest.guarded:
        pytest.skip("guarded: two people take it on, once every role is held expressly")
    homes = receivers(office().county, now.manifest.receiving) or (Desk.home,)
    versions = [*had] if os.environ.get(EVERY) else [*dict.fromkeys([[*had][-1], next(iter(had))])]
    for needed in now.manifest.needs:
        if needed not in in_force(office()):
            adopt(ROOT / "practices" / needed, {}, (), Acting(datetime.now(UTC), SYSTEM))
    client = reader(ADMINISTRATOR)
    settings = now.manifest.settings.items()
    plain = {f"set-{name}": str(each.default) for name, each in settings if each.type == "choice"}
    wrong = []
    for version in reversed(versions):
        files = dict(files_at(practice, had[version]))
        old = adoptions.adopt(office().journal, files, {}, homes, "", datetime.now(UTC))
        assert not isinstance(old, Refused), (version, old)
        looked, data = look_at(client, practice, **plain)
        done = client.post(f"/studio/{practice}/settings/", data)
        if done.status_code != 302:
            wrong.append(
                (version, looked.status_code, *FAULT.findall(body(done).partition("有几处要改一下")[2])[:3])
            )
    assert not wrong, wrong
