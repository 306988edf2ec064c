"""A slip in the environment is told with the name of the setting and what it takes, not as a fault of the program."""

from __future__ import annotations

from pathlib import Path

import pytest

from tongban.cli.main import _refused
from tongban.cli.words import voice
from tongban.config.settings import Environment, WrongSettingError

SLIPS = {
    "TONGBAN_OUTGOING": "10.8.0.0/16 hub.example",
    "TONGBAN_METRICS_TOKEN": "short",
    "TONGBAN_METRICS_NETWORKS": "10.8",
    "TONGBAN_KEPT_DAYS": "a month",
    "TONGBAN_SECURITY_UNTIL": "2026-13-01",
    "TONGBAN_DIGESTS": "25:00",
    "TONGBAN_LOG": "yaml",
}


@pytest.mark.parametrize("language", ["zh-Hans", "en"])
@pytest.mark.parametrize("name", SLIPS)
def test_a_slip_is_told_with_the_name_of_the_setting(
    name: str, language: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    environ = {
        "TONGBAN_HOME": str(tmp_path),
        "DATABASE_URL": "postgresql://u:password@h/n",
        name: SLIPS[name],
    }
    with pytest.raises(WrongSettingError) as said:
        Environment.of(environ)
    assert _refused(voice(language), said.value) == 1
    told = capsys.readouterr().err
    assert name in told and "[cli.setting]" in told and "settings.md" in told
    assert "short" not in told, "a secret is not repeated"
