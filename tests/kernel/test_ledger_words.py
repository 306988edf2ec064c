"""Every code of the ledger has words in both languages, and no words are left over."""

import re
from pathlib import Path
from string import Formatter

import yaml

import tongban.kernel.ledger

WORDS = yaml.safe_load(
    (Path(tongban.kernel.ledger.__file__).parents[2] / "texts/refusals/ledger.yaml").read_text(
        encoding="utf-8"
    )
)
PACKAGE = Path(tongban.kernel.ledger.__file__).parents[2]


def codes(folder: Path) -> set[str]:
    sources = [path.read_text(encoding="utf-8") for path in folder.rglob("*.py")]
    return {code for source in sources for code in re.findall(r'"(ledger\.[a-z_]+)"', source)}


def test_every_code_has_words_and_no_words_are_left_over():
    assert codes(PACKAGE / "kernel" / "ledger") | codes(PACKAGE / "store") <= set(WORDS) <= codes(PACKAGE)


def test_every_code_says_what_is_wrong_and_what_to_do_in_both_languages():
    for code, languages in WORDS.items():
        assert set(languages) == {"zh-Hans", "en"}, code
        for words in languages.values():
            assert set(words) == {"says", "fix"}, code
            assert all(words.values()), code


def test_both_languages_of_a_code_tell_the_same_facts():
    def named(words):
        return {
            name for text in words.values() for _, name, _, _ in Formatter().parse(text) if name is not None
        }

    for code, languages in WORDS.items():
        assert named(languages["zh-Hans"]) == named(languages["en"]), code
