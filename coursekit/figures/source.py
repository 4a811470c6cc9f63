"""What an author writes: a title, an argument in words, nodes, edges, groups, notes."""

from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from coursekit.content.errors import ContentError, Problem, did_you_mean, problems_of
from coursekit.content.text import read_yaml
from coursekit.figures.services import SERVICES

Meaning = Literal["normal", "broken", "mended", "waiting"]
Place = tuple[float, float]

LEAST_WORDS = 15  # of a text alternative: fewer can name parts but argue nothing


class Entry(BaseModel):
    """Anything in a source: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Placed(Entry):
    """Something on the grid: `at` is [column, row] of the wide drawing, halves are fine.

    The tall drawing swaps the two, unless `at_tall` gives [column, row] of its own.
    """

    at: Place
    at_tall: Place | None = None
    meaning: Meaning = "normal"

    def place(self, tall: bool) -> Place:
        """Column and row in one of the two drawings."""
        if tall:
            return self.at_tall or (self.at[1], self.at[0])
        return self.at


class Node(Placed):
    """A service, a program or a state; `detail` stands beneath the name, in a lighter ink."""

    service: str
    name: str = Field(min_length=1)
    detail: str = ""

    @field_validator("service")
    @classmethod
    def _service_is_drawn(cls, service: str) -> str:
        if service not in SERVICES:
            advice = did_you_mean(service, SERVICES, "services")
            raise ValueError(f"no service {service!r} → {advice}")
        return service


class Note(Placed):
    """A remark in a box; `about` names the node that a dotted line leads to."""

    text: str = Field(min_length=1)
    about: str = ""


class Edge(Entry):
    """What flows between two nodes. `via` are points of the grid where it turns."""

    source: str = Field(alias="from")
    target: str = Field(alias="to")
    label: str = ""
    meaning: Meaning = "normal"
    via: tuple[Place, ...] = ()
    via_tall: tuple[Place, ...] | None = None

    def turns(self, tall: bool) -> list[Place]:
        """The turning points in one of the two drawings."""
        if not tall:
            return list(self.via)
        if self.via_tall is not None:
            return list(self.via_tall)
        return [(row, column) for column, row in self.via]


class Group(Entry):
    """A boundary around nodes: an account, a state machine, a part that somebody else owns."""

    name: str = Field(min_length=1)
    nodes: tuple[str, ...] = Field(min_length=1)
    meaning: Meaning = "normal"


class Figure(Entry):
    """One figure."""

    title: str = Field(min_length=1)
    alt: str = Field(min_length=1)
    nodes: dict[str, Node] = Field(min_length=1)
    edges: tuple[Edge, ...] = ()
    groups: tuple[Group, ...] = ()
    notes: tuple[Note, ...] = ()

    @field_validator("alt")
    @classmethod
    def _alt_argues(cls, alt: str) -> str:
        if len(alt.split()) < LEAST_WORDS:
            raise ValueError(
                "is too short to argue → say in a sentence or two what happens in the figure, "
                "in which order, and where it breaks"
            )
        return " ".join(alt.split())


_LISTS = {"edges": Edge, "groups": Group, "notes": Note}


def load_figure(file: Path) -> Figure:
    """Return the figure; ContentError lists every problem with its entry, field and mend."""
    content = read_yaml(file)
    if not isinstance(content, dict):
        fix = "begin with `title:`, `alt:`, `nodes:` and `edges:`"
        raise ContentError([Problem(file, "", "", "is not a figure", fix)])
    try:
        figure = Figure.model_validate(content)
    except ValidationError as error:
        raise ContentError(_named(error, content, file)) from None
    if problems := _unknown_names(figure, file):
        raise ContentError(problems)
    return figure


def _named(error: ValidationError, content: dict[str, Any], file: Path) -> list[Problem]:
    """Say "node queue" and "edge 2 (queue to worker)" where pydantic says nodes.queue, edges.1."""
    found = []
    for problem in problems_of(error, file, ""):
        part, _, rest = problem.field.partition(".")
        name, _, field = rest.partition(".")
        entry = ""
        if part == "nodes" and name:
            entry = f"node {name}"
        elif part in _LISTS and name.isdigit():
            entry = f"{part.removesuffix('s')} {int(name) + 1}"
            item = content[part][int(name)]
            if part == "edges" and isinstance(item, dict):
                entry += f" ({item.get('from', '?')} to {item.get('to', '?')})"
        else:
            field = problem.field
        fix = problem.fix
        items = content.get(part)
        if isinstance(items, list):
            items = {str(number): one for number, one in enumerate(items)}
        item = items.get(name) if isinstance(items, dict) else None
        # What stands behind a comma becomes a field of its own, without a value.
        if isinstance(item, dict) and field in item and item[field] is None:
            fix = "put quotes around a text that contains a comma"
        found.append(Problem(file, entry, field, problem.message, fix))
    return found


def _unknown_names(figure: Figure, file: Path) -> list[Problem]:
    """Names of nodes that no node has, and two nodes on one place."""
    problems = []
    used = [
        (f"edge {number} ({edge.source} to {edge.target})", field, name)
        for number, edge in enumerate(figure.edges, 1)
        for field, name in (("from", edge.source), ("to", edge.target))
    ]
    used += [
        (f"group {group.name}", "nodes", name) for group in figure.groups for name in group.nodes
    ]
    used += [
        (f"note {number}", "about", note.about)
        for number, note in enumerate(figure.notes, 1)
        if note.about
    ]
    for entry, field, name in used:
        if name not in figure.nodes:
            fix = did_you_mean(name, figure.nodes, "nodes")
            problems.append(Problem(file, entry, field, f"no node {name!r}", fix))
    for number, edge in enumerate(figure.edges, 1):
        if edge.source == edge.target:
            fix = "give it a second node, or say it in a note"
            problems.append(
                Problem(file, f"edge {number} ({edge.source})", "to", "leads to itself", fix)
            )
    for tall, field in ((False, "at"), (True, "at_tall")):
        places: dict[Place, str] = {}
        for name, node in figure.nodes.items():
            place = node.place(tall)
            if place in places:
                message = f"stands where {places[place]} stands, at {list(place)}"
                problems.append(Problem(file, f"node {name}", field, message, "move one of them"))
            places[place] = name
    return problems
