"""How long the category suggestion takes: training, one message, and a file of them on all cores.

Each figure stands beside what the machine can do at most in the same run: cutting the same pieces and sorting them
with numpy, without any model. Run with ``python -m benches.bench_dispatch``. Where the shared real messages are, they are
taken, and again with their sentences in another order up to ten thousand; else the demo county's likewise. Times are
of the clock, and in brackets of the processor: on a busy machine only the second says what the work costs.
"""

from __future__ import annotations

import os
import random
import re
import resource
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import yaml

import tongban
from tongban.apps.dispatch.bulk import suggest_all
from tongban.apps.dispatch.model import Model
from tongban.apps.dispatch.place import Gazetteer
from tongban.apps.dispatch.reading import joined, read
from tongban.apps.dispatch.scheme import Scheme, scheme_written
from tongban.apps.dispatch.suggest import Message, Registers, suggest
from tongban.apps.dispatch.train import Example, train
from tongban.kernel.clock import Calendar
from tongban.kernel.county import County
from tongban.kernel.refusal import Refused

COUNTY = Path(tongban.__file__).parents[2] / "demo" / "county"
MESSAGES = 10_000
LENGTH = 300
"""Characters of a message: about the mean of real ones."""


def demo() -> tuple[Scheme, list[tuple[str, str]]]:
    """The demo county's scheme, and its messages with their categories."""
    listed = yaml.safe_load((COUNTY / "categories.yaml").read_text("utf-8"))["categories"]
    scheme = scheme_written(listed)
    assert isinstance(scheme, Scheme)
    messages = [
        (message["body"], message["category"])
        for file in sorted((COUNTY / "messages").glob("*.yaml"))
        for message in yaml.safe_load(file.read_text("utf-8"))["messages"]
    ]
    return scheme, messages


def many(messages: list[tuple[str, str]], count: int) -> list[Example]:
    """Long messages made of sentences of the demo's, mostly of one category."""
    chance = random.Random(0)
    sentences = [part for body, _ in messages for part in re.split(r"(?<=[。！？])", body) if part]
    made = []
    for n in range(count):
        body, category = messages[n % len(messages)]
        parts = [body]
        while sum(map(len, parts)) < LENGTH:
            parts.append(chance.choice(sentences))
        chance.shuffle(parts)
        made.append(Example(joined("", "".join(parts)), category, str(n)))
    return made


def real(count: int) -> tuple[Scheme, list[Example]] | None:
    """The shared real messages, then the same with their sentences shuffled (in the group of their original)."""
    from benches.bench_dispatch_shared import SHARED, labelled

    if not SHARED.exists():
        return None
    examples, scheme = labelled()
    chance, made = random.Random(0), list(examples)
    for each in chance.sample(examples, max(0, min(len(examples), count - len(examples)))):
        title, _, body = each.text.partition("\n")
        parts = re.split(r"(?<=[。！？])", body)
        chance.shuffle(parts)
        made.append(Example(f"{title}\n{''.join(parts)}", each.category, each.group))
    return scheme, made[:count]


def timed(act: Callable[[], object]) -> tuple[float, float]:
    """Seconds of the clock and of the processor, that of ended child processes included."""
    began, spent = time.perf_counter(), _spent()
    act()
    return time.perf_counter() - began, _spent() - spent


def _spent() -> float:
    own, ended = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + ended.ru_utime + ended.ru_stime


def each_of(texts: list[str], act: Callable[[str], object]) -> str:
    """Milliseconds a message: of the clock in the middle, of the processor on average, and the quickest twentieth."""
    taken = []
    spent = time.process_time()
    for text in texts:
        began = time.perf_counter()
        act(text)
        taken.append(time.perf_counter() - began)
    spent = (time.process_time() - spent) / len(texts)
    quick = statistics.quantiles(taken, n=20)[0]
    return (
        f"{statistics.median(taken) * 1e3:7.2f} ms ({spent * 1e3:.2f}; quickest twentieth {quick * 1e3:.2f})"
    )


def main() -> None:
    scheme, messages = demo()
    found = real(MESSAGES)
    scheme, examples = found or (scheme, many(messages, MESSAGES))
    print("texts                " + ("shared real messages" if found else "the demo county's messages"))
    made: list[Model | Refused] = []
    clock, spent = timed(lambda: made.append(train(examples, scheme, datetime.now(UTC))))
    model = made[0]
    assert isinstance(model, Model)
    print(
        f"training             {clock:7.1f} s ({spent:.1f}) for {len(examples)} messages (limit set: 120 s)"
    )
    texts = [each.text for each in examples[:1_000]]
    print(
        f"limit of the machine {each_of(texts, lambda text: np.unique(read(text).codes))}: pieces cut and sorted"
    )
    print(f"category, no words   {each_of(texts, model.first_of)}")
    print(f"suggestion with why  {each_of(texts, lambda text: model.suggest(text, 3))} ")
    registers = Registers(model, model.scheme, Gazetteer.of(()), County("", Calendar(())))

    def offer(text: str) -> None:
        title, _, body = text.partition("\n")
        suggest(Message(title, body), registers)

    print(
        f"all that is offered  {each_of(texts[:300], offer)}: alternatives, second matters (limit set: 5 ms)"
    )
    rows = [(str(n), Message("", each.text)) for n, each in enumerate(examples[:3_000])]
    for processes in (1, os.cpu_count() or 1):
        clock, spent = timed(lambda n=processes: list(suggest_all(rows, registers, processes=n)))  # type: ignore[misc]
        print(
            f"in bulk              {len(rows) / clock:7.0f} a second ({1e3 * spent / len(rows):.2f} ms of the processor each), "
            f"{processes} processes (limit set: 1,000 a second)"
        )


if __name__ == "__main__":
    main()
