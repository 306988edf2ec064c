"""Whatever stands in the files, the reader answers: a practice or a refusal, never an exception."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tongban.kernel.refusal import Refused
from tongban.library.checking import check
from tongban.library.document import Document, read_document
from tongban.library.practice import Practice
from tongban.library.reading import read_packed

YAML_LIKE = st.text(alphabet="ab: -[]{}&*!|>'\"\n\t#?,.0123456789yes中𠀀\x00\u202e", max_size=120)
RELAXED = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@settings(max_examples=300, deadline=None)
@given(text=st.one_of(st.text(max_size=80), YAML_LIKE))
def test_any_text_is_a_document_or_a_refusal(text: str) -> None:
    found = read_document("a.yaml", text.encode("utf-8", "ignore").decode())
    assert isinstance(found, Document | Refused)


@RELAXED
@given(data=st.data())
def test_a_practice_with_a_piece_cut_out_is_read_or_refused(
    data: st.DataObject, files: Mapping[str, str]
) -> None:
    path = data.draw(st.sampled_from(sorted(path for path in files if path.endswith(".yaml"))))
    lines = files[path].splitlines(keepends=True)
    first = data.draw(st.integers(0, len(lines) - 1))
    last = data.draw(st.integers(first, min(first + 6, len(lines))))
    _answers({**files, path: "".join(lines[:first] + lines[last:])})


@RELAXED
@given(
    data=st.data(),
    word=st.sampled_from(["remind", "lamp", "true", "1", "[]", "{}", "null", "facts.pole", "a@b"]),
)
def test_a_practice_with_a_word_replaced_is_read_or_refused(
    data: st.DataObject, word: str, files: Mapping[str, str]
) -> None:
    path = data.draw(st.sampled_from(sorted(path for path in files if path.endswith(".yaml"))))
    words = files[path].split(" ")
    n = data.draw(st.integers(0, len(words) - 1))
    _answers({**files, path: " ".join([*words[:n], word, *words[n + 1 :]])})


def _answers(files: Mapping[str, str]) -> None:
    found = read_packed(files)
    if isinstance(found, Practice):
        assert all(isinstance(fault, Refused) for fault in check(found))
    else:
        assert all(fault.where for fault in found.all())
