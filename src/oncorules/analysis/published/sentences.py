"""The figures of a sentence: each number stands in braces, in the order of `numbers`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from oncorules.analysis.published.figure import Class, Figure, Follows, Place, Published, Sum
from oncorules.analysis.published.model import Number, Paper, Phrase, Sentence
from oncorules.analysis.published.printed import NUMBER, WORDS, Printed, read_printed

BRACED = re.compile(r"\{([^{}]*)\}")
REFERENCES = re.compile(r"\[[^\]]*\]|(?:Table|Fig\.|Online Resource) \d+")


@dataclass(frozen=True)
class Found:
    """A number of a sentence: its text, and the phrase that says what it is."""

    text: str
    phrase: Phrase | None = None


def numbers_in(text: str, paper: Paper) -> list[Found]:
    """Return the numbers of a sentence in their order: those in braces and those of phrases.

    Raises:
        ValueError: a number stands neither in braces nor in a phrase or a name.
    """
    found: list[tuple[int, Found]] = [(m.start(), Found(m[1])) for m in BRACED.finditer(text)]
    rest = BRACED.sub(lambda m: " " * len(m[0]), text)
    for phrase in paper.phrases:
        start = rest.find(phrase.text)
        while start >= 0:
            found.append((start + phrase.text.index(phrase.number), Found(phrase.number, phrase)))
            rest = rest[:start] + " " * len(phrase.text) + rest[start + len(phrase.text) :]
            start = rest.find(phrase.text)
    for name in paper.names:
        rest = rest.replace(name, "")
    left = NUMBER.search(REFERENCES.sub("", rest))
    if left is not None:
        raise ValueError(f'the number "{left[0]}" stands neither in braces nor in a known phrase')
    for _, one in found:
        if one.text.lower() not in WORDS and NUMBER.fullmatch(one.text) is None:
            raise ValueError(f'"{one.text}" in braces is not a number')
    return [one for _, one in sorted(found, key=lambda item: item[0])]


def read_sentence(
    id: str,
    part: str,
    row: str,
    sentence: Sentence,
    paper: Paper,
    published: Published,
    place: Callable[..., str],
) -> Iterator[Figure]:
    """Yield the figures of a sentence, and note what must hold between them.

    Args:
        id: the sentence's id, such as `abstract.doses`.
        part: the section or table.
        row: how a place names the sentence.
        sentence: as read.
        paper: its names and phrases with numbers.
        published: gets sums and orders.
        place: `file:line:column` of a part of the sentence.

    Raises:
        ValueError: braces and `numbers` do not fit.
    """
    found = numbers_in(sentence.text, paper)
    braced = [number for number, one in enumerate(found) if one.phrase is None]
    names = {local: f"{id}.{local}" for local in range(1, len(braced) + 1)}
    meant = list(_spread(sentence, len(braced), published))
    if len(meant) != len(braced):
        raise ValueError(f"{len(braced)} numbers stand in braces, {len(meant)} are explained")

    def full(name: str) -> str:
        return f"{id}.{name[5:]}" if name.startswith(("this.", "note.")) else name

    local = 0
    for number, one in enumerate(found, 1):
        where = Place(part, row, "", number, place("text").rpartition(":")[0])
        printed = read_printed(one.text)
        if one.phrase is not None:
            design = one.phrase.design
            name = f"{id}.phrase_{number}"
            yield Figure(name, where, printed, design, source=design, kind="design")
            continue
        local += 1
        yield _figure(names[local], where, printed, meant[local - 1], full, sentence)
    _note_relations(sentence, names, full, published)


def _spread(sentence: Sentence, count: int, published: Published) -> Iterator[Number]:
    """Yield what each number in braces says; a cell of a table says as many as it has."""
    if not sentence.numbers:
        for _ in range(count):
            yield Number.model_validate({"external": sentence.external, "design": sentence.design})
        return
    for number in sentence.numbers:
        if number.cell is None:
            yield number
            continue
        parts = [name for name in published.figures if name.rpartition(".")[0] == number.cell]
        if not parts:
            raise ValueError(f'there is no cell "{number.cell}" with numbers')
        for part in parts:
            yield Number.model_validate({"is": part, "reading": number.reading})


def _figure(
    name: str,
    where: Place,
    printed: Printed,
    said: Number,
    full: Callable[[str], str],
    sentence: Sentence,
) -> Figure:
    same = tuple(full(one) for one in said.is_)
    follows = _follows(said, full)
    external = said.external or sentence.external
    kind: Class = "cohort"
    if external:
        kind = "external"
    elif said.design or sentence.design:
        kind = "design"
    elif same or follows:
        kind = "recomputable"
    statistic = said.cohort or said.design or sentence.design or _named(said, same)
    return Figure(
        name, where, printed, statistic, group=said.group or said.size,
        source=external or said.design or sentence.design, kind=kind, size_of=said.size,
        same_as=same, reading=said.reading, follows=follows, share_of=said.share_of,
        at_most=said.at_most, analysis=said.analysis, tolerance=said.tolerance,
        not_computable=said.not_computable,
    )  # fmt: skip


def _named(said: Number, same: tuple[str, ...]) -> str:
    if said.size:
        return "group size"
    if same:
        return "as " + " and ".join(same)
    if said.test:
        return "p"
    return next((name for name in ("percent", "sum", "difference") if getattr(said, name)), "n")


def _follows(said: Number, full: Callable[[str], str]) -> Follows | None:
    def ids(names: Sequence[str]) -> tuple[str, ...]:
        return tuple(full(name) for name in names)

    if said.percent is not None:
        return Follows("percent", (ids(said.percent[0]), ids(said.percent[1])))
    if said.sum is not None:
        return Follows("sum", tuple(ids([one]) for one in said.sum), reading=said.reading)
    if said.difference is not None:
        parts = tuple(ids(one) for one in said.difference)
        return Follows("difference", parts, reading=said.reading)
    if said.test is not None:
        parts = tuple(ids([one]) for one in said.of)
        return Follows("test", parts, test=said.test, reading=said.reading)
    return None


def _note_relations(
    sentence: Sentence,
    names: dict[int, str],
    full: Callable[[str], str],
    published: Published,
) -> None:
    if sentence.total is not None:
        of = sentence.total.of
        whole = names[int(of)] if of.isdigit() else full(of)
        published.sums.append(Sum(tuple(names[part] for part in sentence.total.parts), whole))
    for parts in sentence.percents_to:
        published.sums.append(Sum(tuple(names[part] for part in parts), "", percents=True))
    for low, middle, high in sentence.ordered:
        published.ordered.append((names[low], names[middle], names[high]))
    if sentence.interval is not None:
        median, low, high = sentence.interval
        published.intervals.append((names[median], names[low], names[high]))
