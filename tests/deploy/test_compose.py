"""The compose file: what it says is true, and its command lines are run as processes, with secrets as files.

No image is built here. Where docker-compose is installed, it reads the file, too.
"""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml

from nginx_ground import NAME, answered, free
from server_ground import server_url

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "deploy" / "compose"
BUILD = (FOLDER / "Dockerfile").read_text("utf-8")
SETTINGS = (ROOT / "docs" / "reference" / "settings.md").read_text("utf-8")
FILES = "_FILE"


@pytest.fixture(scope="module")
def said() -> dict[str, Any]:
    return dict(yaml.safe_load((FOLDER / "compose.yaml").read_text("utf-8")))


def ours(said: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {name: each for name, each in said["services"].items() if each["image"].startswith("tongban")}


def test_every_setting_in_it_is_one_that_is_read(said: dict[str, Any]) -> None:
    for service in ours(said).values():
        for name in service["environment"]:
            assert f"`{name.removesuffix(FILES)}`" in SETTINGS, name
    for name in re.findall(r"^(?:ENV|   ) ?(?:.*?)(TONGBAN_[A-Z_]+)=", BUILD, re.MULTILINE):
        assert f"`{name}`" in SETTINGS, name


def test_what_comes_as_a_file_is_taken_from_it(said: dict[str, Any]) -> None:
    taken = (FOLDER / "enter").read_text("utf-8")
    for service in ours(said).values():
        for name, where in service["environment"].items():
            if name.endswith(FILES):
                assert name.removesuffix(FILES) in taken.split()
                assert where.removeprefix("/run/secrets/") in service["secrets"]
    assert set(said["secrets"]) == {
        each for service in said["services"].values() for each in service.get("secrets", ())
    }


def test_the_program_may_write_only_where_it_keeps_things(said: dict[str, Any]) -> None:
    for service in ours(said).values():
        assert service["read_only"] is True and service["cap_drop"] == ["ALL"]
        assert service["volumes"] == ["home:/var/lib/tongban"]
        assert "no-new-privileges:true" in service["security_opt"]
    assert re.search(r"^USER 10001:10001$", BUILD, re.MULTILINE)
    assert "ports" not in said["services"]["postgres"] and all(
        "ports" not in each for each in ours(said).values()
    )


def test_the_proxy_that_is_believed_is_nginx(said: dict[str, Any]) -> None:
    address = said["services"]["nginx"]["networks"]["inside"]["ipv4_address"]
    assert all(each["environment"]["TONGBAN_PROXIES"] == address for each in ours(said).values())


def test_what_the_image_is_made_of_is_there() -> None:
    for line in re.findall(r"^COPY (?!--from)(.+)$", BUILD, re.MULTILINE):
        *sources, _ = line.split()
        assert all((ROOT / each).exists() for each in sources), line
    assert (
        "--require-hashes" in BUILD
        and re.findall(r"^FROM (\S+)", BUILD, re.MULTILINE) == ["python:3.11-slim"] * 2
    )


def test_what_nginx_is_told_makes_its_file_of_ours(said: dict[str, Any], tmp_path: Path) -> None:
    [_, _, line] = said["services"]["nginx"]["command"]
    written = line.replace("$$", "$").partition(" && exec nginx")[0]
    written = written.replace("/tongban.conf", str(ROOT / "deploy/nginx/tongban.conf"), 1).replace(
        "/etc/nginx/conf.d", str(tmp_path)
    )
    subprocess.run(["sh", "-c", written], env={**os.environ, "TONGBAN_NAME": "a.example"}, check=True)
    made = (tmp_path / "default.conf").read_text()
    assert "server web:8000" in made and made.count("server_name a.example;") == 2 and NAME not in made
    assert "127.0.0.1:" not in made, "a host that is not there"
    assert "/var/log/" not in made, "the system of the container is read-only"


@pytest.mark.skipif(shutil.which("docker-compose") is None, reason="docker-compose is not installed here")
def test_docker_compose_takes_it() -> None:
    environ = {**os.environ, "TONGBAN_NAME": NAME, "COMPOSE_PROJECT_NAME": "tongban"}
    command = ["docker-compose", "-f", str(FOLDER / "compose.yaml"), "config", "--quiet"]
    done = subprocess.run(command, env=environ, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


class Container:
    """The entry of the image, run as a process: settings as the compose file has them, secrets as files."""

    def __init__(self, folder: Path, said: dict[str, Any]) -> None:
        self.folder, self.port, self.said = folder, free(), said
        with psycopg.connect(server_url(), autocommit=True) as connection:
            connection.execute("DROP DATABASE IF EXISTS tongban_composed")
            connection.execute("CREATE DATABASE tongban_composed")
        secrets = {
            "database-url": server_url().replace("/postgres?", "/tongban_composed?"),
            "secret-key": "k3y " * 12,
        }
        for name, value in secrets.items():
            (folder / name).write_text(value + "\n")
        program = folder / "bin" / "tongban"
        program.parent.mkdir()
        program.write_text(f'#!/bin/sh\nexec {sys.executable} -m tongban.cli.main "$@"\n')
        program.chmod(program.stat().st_mode | stat.S_IXUSR)

    def start(self, service: str) -> subprocess.Popen[bytes]:
        told = self.said["services"][service]
        environ = {
            name: value.replace("/run/secrets", str(self.folder))
            for name, value in told["environment"].items()
        }
        environ |= {"TONGBAN_HOSTS": NAME, "TONGBAN_HOME": str(self.folder), "TONGBAN_SHARE": str(ROOT)}
        environ |= {"PATH": f"{self.folder}/bin:{os.environ['PATH']}", "PYTHONPATH": str(ROOT / "src")}
        command = [each.replace("8000", str(self.port)) for each in told["command"]]
        return subprocess.Popen(["sh", str(FOLDER / "enter"), *command], env=environ)

    def healthy(self) -> int:
        check = [sys.executable, str(FOLDER / "healthy.py"), str(self.port)]
        return subprocess.run(check, check=False).returncode


@pytest.fixture
def container(tmp_path: Path, said: dict[str, Any]) -> Iterator[Container]:
    yield Container(tmp_path, said)


@pytest.mark.database
def test_its_commands_make_tables_serve_and_work(container: Container) -> None:
    assert container.start("migrate").wait(timeout=300) == 0
    assert container.healthy() == 1, "nothing is served yet"
    web, work = container.start("web"), container.start("work")
    try:
        for _ in range(1200):
            assert web.poll() is None
            if answered(container.port, "/health/live"):
                break
            time.sleep(0.1)
        assert container.healthy() == 1, "there is no county yet"
        with urllib.request.urlopen(f"http://127.0.0.1:{container.port}/health/live") as answer:
            assert answer.status == 200
        assert work.wait(timeout=300) == 1, (
            "nor is there anything to work on: it is started again until there is"
        )
    finally:
        work.kill()
        web.terminate()
        assert web.wait(timeout=60) == 0
        work.wait(timeout=60)
