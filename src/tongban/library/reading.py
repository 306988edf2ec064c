"""Reads a practice: from its folder, or from the texts that the store kept of an adopted version."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Protocol, TypeVar

from msgspec.structs import replace

from tongban.kernel.refusal import Refused, RefusedError
from tongban.library.assisted import with_helpers, with_words
from tongban.library.document import Document, read_document
from tongban.library.folder import LANGUAGES, digest, gather, names_of
from tongban.library.later import Later
from tongban.library.practice import Practice
from tongban.library.shape.boards import Boards, BoardSpec
from tongban.library.shape.catalogue import CatalogueSpec
from tongban.library.shape.fitting import Shaped
from tongban.library.shape.letters import Letters, LetterSpec
from tongban.library.shape.manifest import Manifest
from tongban.library.shape.procedure import KindSpec
from tongban.library.shape.rules import (
    ClockSpec,
    Deadlines,
    FieldSpec,
    Forms,
    Indicators,
    IndicatorSpec,
    Registers,
    RegisterSpec,
    Routing,
    RoutingSpec,
)
from tongban.library.shape.story import StorySpec
from tongban.library.shape.views import Views, ViewSpec
from tongban.library.texts import flat


class HasSchema(Protocol):
    def schema(self) -> Mapping[str, object]: ...


MANIFEST: Shaped[Manifest] = Shaped(Manifest)
KIND: Shaped[KindSpec] = Shaped(KindSpec)
DEADLINES: Shaped[Mapping[str, Mapping[str, ClockSpec]]] = Shaped(Deadlines)
ROUTING: Shaped[tuple[RoutingSpec, ...]] = Shaped(Routing)
FORMS: Shaped[Mapping[str, tuple[FieldSpec, ...]]] = Shaped(Forms)
INDICATORS: Shaped[Mapping[str, IndicatorSpec]] = Shaped(Indicators)
BOARDS: Shaped[Mapping[str, BoardSpec]] = Shaped(Boards)
REGISTERS: Shaped[Mapping[str, RegisterSpec]] = Shaped(Registers)
LETTERS: Shaped[Mapping[str, Mapping[str, LetterSpec]]] = Shaped(Letters)
VIEWS: Shaped[Mapping[str, ViewSpec]] = Shaped(Views)
CATALOGUE: Shaped[CatalogueSpec] = Shaped(CatalogueSpec)
STORY: Shaped[StorySpec] = Shaped(StorySpec)

SHAPES: Mapping[str, HasSchema] = {
    "practice.yaml": MANIFEST,
    "procedure/*.yaml": KIND,
    "deadlines.yaml": DEADLINES,
    "routing.yaml": ROUTING,
    "forms.yaml": FORMS,
    "indicators.yaml": INDICATORS,
    "boards.yaml": BOARDS,
    "registers.yaml": REGISTERS,
    "views.yaml": VIEWS,
    "catalogue.yaml": CATALOGUE,
    "letters.yaml": LETTERS,
    "scenarios/*.yaml": STORY,
}

T = TypeVar("T")


def read_practice(path: Path) -> Practice | Refused:
    """Read a practice's folder. Refuses every fault of shape in all of its files at once."""
    files, faults = gather(path)
    return _read(files, faults)


def read_packed(files: Mapping[str, str]) -> Practice | Refused:
    """Read a practice from the texts that ``pack`` gave, without a disk."""
    return _read(files, names_of(files))


def read_adopted(files: Mapping[str, str]) -> Practice | Refused:
    """Read a practice that was found whole when it was adopted: its words and stories when first looked at."""
    return _read(files, names_of(files), later=True)


def schemas() -> Mapping[str, Mapping[str, object]]:
    """The JSON Schema of each file of a practice, for editors and for the reference manual."""
    return {path: shape.schema() for path, shape in SHAPES.items()}


def _read(files: Mapping[str, str], faults: list[Refused], *, later: bool = False) -> Practice | Refused:
    reader = _Reader(files, faults)
    manifest = reader.shaped("practice.yaml", MANIFEST)
    deadlines = reader.shaped("deadlines.yaml", DEADLINES)
    routing = reader.shaped("routing.yaml", ROUTING)
    forms = reader.shaped("forms.yaml", FORMS)
    indicators = reader.shaped("indicators.yaml", INDICATORS)
    boards = reader.shaped("boards.yaml", BOARDS)
    registers = reader.shaped("registers.yaml", REGISTERS)
    views = reader.shaped("views.yaml", VIEWS)
    catalogue = reader.shaped("catalogue.yaml", CATALOGUE)
    letters = reader.shaped("letters.yaml", LETTERS)
    kinds, kind_files = reader.kinds()
    stories: Mapping[str, StorySpec] = Later(sorted(reader.below("scenarios/")), reader.story)
    words: Mapping[str, Mapping[str, str]] = Later(LANGUAGES, reader.words)
    if not later:
        stories = {path: found for path in stories if (found := reader.shaped(path, STORY))}
        words = {language: reader.texts(f"texts/{language}.yaml") for language in words}
    if reader.faults or manifest is None:
        return Refused.of([replace(fault, also=()) for fault in reader.faults])
    if manifest.assisted:
        forms = with_helpers(forms or {}, kinds)
        plain = words
        words = Later(LANGUAGES, lambda language: with_words(plain[language], language))
    return Practice(
        digest=digest(files),
        files=files,
        manifest=manifest,
        kinds=kinds,
        clocks=deadlines or {},
        routing=routing or (),
        forms=forms or {},
        indicators=indicators or {},
        boards=boards or {},
        registers=registers or {},
        views=views or {},
        letters=letters or {},
        words=words,
        stories=stories,
        documents=reader.documents,
        kind_files=kind_files,
        catalogue=catalogue,
    )


class _Reader:
    """Reads file after file and keeps every fault."""

    def __init__(self, files: Mapping[str, str], faults: Iterable[Refused]) -> None:
        self.files = files
        self.faults = list(faults)
        self.documents: dict[str, Document] = {}

    def below(self, folder: str) -> list[str]:
        return [path for path in self.files if path.startswith(folder) and path.endswith(".yaml")]

    def document(self, path: str) -> Document | None:
        if path not in self.files:
            return None
        found = read_document(path, self.files[path])
        if isinstance(found, Refused):
            self.faults += found.all()
            return None
        self.documents[path] = found
        return found

    def shaped(self, path: str, shape: Shaped[T]) -> T | None:
        document = self.document(path)
        if document is None:
            return None
        found = shape.fit(document)
        if isinstance(found, Refused):
            self.faults += found.all()
            return None
        return found

    def kinds(self) -> tuple[dict[str, KindSpec], dict[str, str]]:
        """The case types; a file is called after its kind, so that it is found without opening it."""
        kinds: dict[str, KindSpec] = {}
        files: dict[str, str] = {}
        for path in self.below("procedure/"):
            found = self.shaped(path, KIND)
            if found is None:
                continue
            if path != f"procedure/{found.kind}.yaml":
                where = self.documents[path].where("kind")
                self.faults.append(Refused("practice.kind_file", where, {"kind": found.kind, "path": path}))
            kinds[found.kind], files[found.kind] = found, path
        return kinds, files

    def story(self, path: str) -> StorySpec:
        found = self.shaped(path, STORY)
        if found is None:
            raise RefusedError(Refused.of(self.faults))
        return found

    def words(self, language: str) -> Mapping[str, str]:
        return self.texts(f"texts/{language}.yaml")

    def texts(self, path: str) -> Mapping[str, str]:
        document = self.document(path)
        if document is None:
            return {}
        words, faults = flat(document)
        self.faults += faults
        return words
