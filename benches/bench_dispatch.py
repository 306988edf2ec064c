"""How long the category suggestion takes: training, one message, and messages in a row.

Each figure stands beside what the machine can do at most in the same run: counting the same pieces with
numpy's sort alone, without any model. Run with ``python -m benches.bench_dispatch``; texts are the demo
county's, repeated with their sentences in another order.
"""

from __future__ import annotations

import random
import re
import statistics
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import yaml

import tongban
from tongban.apps.dispatch.model import Model
from tongban.apps.dispatch.reading import joined, read
from tongban.apps.dispatch.scheme import Category, Scheme, scheme_of
from tongban.apps.dispatch.train import Example, train

COUNTY = Path(tongban.__file__).parents[2] / "demo" / "county"
MESSAGES = 10_000
LENGTH = 300
"""Characters of a message: about the mean of real ones."""


def demo() -> tuple[Scheme, list[tuple[str, str]]]:
    """The demo county's scheme, and its messages with their categories."""
    listed = yaml.safe_load((COUNTY / "categories.yaml").read_text("utf-8"))["categories"]
    scheme = scheme_of(
        Category(
            each["code"],
            each["title"]["zh"],
            each.get("about", {}).get("zh", ""),
            tuple(map(str, each.get("words", ()))),
        )
        for each in listed
    )
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


def seconds(texts: list[str], act: object) -> list[float]:
    taken = []
    for text in texts:
        began = time.perf_counter()
        act(text)  # type: ignore[operator]
        taken.append(time.perf_counter() - began)
    return taken


def main() -> None:
    scheme, messages = demo()
    examples = many(messages, MESSAGES)
    began = time.perf_counter()
    model = train(examples, scheme, datetime.now(UTC))
    trained = time.perf_counter() - began
    assert isinstance(model, Model)
    texts = [each.text for each in examples[:1_000]]
    floor = statistics.median(seconds(texts, lambda text: np.unique(read(text).codes)))
    alone = statistics.median(seconds(texts, lambda text: model.suggest(text, 3)))
    first = statistics.median(seconds(texts, model.first_of))
    print(
        f"training             {trained:7.1f} s for {MESSAGES} messages of {LENGTH} characters (limit set: 120 s)"
    )
    print(f"limit of the machine {floor * 1e3:7.2f} ms a message: its pieces cut and sorted, no model")
    print(
        f"category, no words   {first * 1e3:7.2f} ms a message, {1 / first:.0f} a second, {first / floor:.1f} x limit"
    )
    print(
        f"suggestion with why  {alone * 1e3:7.2f} ms a message, {1 / alone:.0f} a second, {alone / floor:.1f} x limit"
    )


if __name__ == "__main__":
    main()
