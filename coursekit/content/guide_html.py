"""A decision guide as nested lists: what reads without a script, and what the script reads.

A step lists its answers, an answer holds the step or the outcome that it leads to. Where a walk
comes to a step a second time, a link leads to it. `book/static/decision-guide.js` asks one question
at a time from the same elements.
"""

from collections.abc import Callable
from html import escape

from coursekit.content.facts import Fact, load_facts
from coursekit.content.guide import Answer, Guide, Outcome, Step
from coursekit.content.html import inline

Link = Callable[[str], str]  # a chapter's slug -> a link to it as HTML, or its name


def render_guide(
    guide: Guide,
    *,
    chapter: Link,
    lab: Link = lambda slug: "",
    interactive: bool = True,
    facts: dict[str, Fact] | None = None,
) -> str:
    """Return the guide as HTML with stable ids.

    `chapter` and `lab` make the links of an outcome. Of the guides on a page one is `interactive`.
    """
    return _Page(guide, chapter, lab, interactive, facts or load_facts()).render()


class _Page:
    """One rendering: it remembers what it has shown."""

    def __init__(
        self, guide: Guide, chapter: Link, lab: Link, interactive: bool, facts: dict[str, Fact]
    ) -> None:
        self.guide, self.chapter, self.lab, self.facts = guide, chapter, lab, facts
        self.interactive = interactive
        self.prefix = "guide" if interactive else guide.id
        self.numbers = {step.id: number for number, step in enumerate(guide.steps, start=1)}
        self.shown: set[str] = set()

    def render(self) -> str:
        body = self.step(self.guide.steps[0])
        missed = [step for step in self.guide.steps if step.id not in self.shown]
        if missed:
            rest = "".join(self.step(step) for step in missed if step.id not in self.shown)
            body += (
                '<div class="ck-guide-missed"><p><span class="ck-mark">Never asked</span> No '
                f"answer leads to these.</p>{rest}</div>"
            )
        start = f' data-start="{self.guide.steps[0].id}"' if self.interactive else ""
        return (
            f'<div class="ck-guide" id="{self.prefix}" role="group"'
            f' aria-label="{escape(self.guide.title)}"{start}><div class="ck-guide-list">'
            f"{body}</div></div>"
        )

    def step(self, step: Step) -> str:
        self.shown.add(step.id)
        why = f'<p class="ck-guide-why">{self.text(step.why)}</p>' if step.why else ""
        answers = "".join(self.answer(answer) for answer in step.answers)
        return (
            f'<div class="ck-guide-step" id="{self.prefix}-{step.id}" data-step="{step.id}">'
            f'<p class="ck-guide-ask"><span class="ck-guide-number">{self.numbers[step.id]}</span> '
            f"<strong>{self.text(step.ask)}</strong></p>{why}"
            f'<ul class="ck-guide-answers">{answers}</ul></div>'
        )

    def answer(self, answer: Answer) -> str:
        if answer.to is None:
            inside = '<p class="ck-guide-nowhere"><span class="ck-mark">Leads nowhere</span></p>'
        else:
            inside = self.place(self.guide.places[answer.to])
        to = f' data-to="{answer.to}"' if answer.to else ""
        return (
            f'<li data-answer="{answer.id}"{to}><p class="ck-guide-say">{self.text(answer.say)}'
            f"</p>{inside}</li>"
        )

    def place(self, place: Step | Outcome) -> str:
        if place.id in self.shown:
            name = (
                f"Question {self.numbers[place.id]}: {self.text(place.ask)}"
                if isinstance(place, Step)
                else self.text(place.title)
            )
            link = f'<a href="#{self.prefix}-{place.id}">{name}</a>'
            return f'<p class="ck-guide-go">Go on at {link}</p>'
        return self.step(place) if isinstance(place, Step) else self.outcome(place)

    def outcome(self, outcome: Outcome) -> str:
        self.shown.add(outcome.id)
        links = " · ".join(filter(None, (self.chapter(outcome.chapter), self.lab(outcome.chapter))))
        parts = [f"<p>{self.text(outcome.why)}</p>"]
        if outcome.build:
            parts.append(f"<p><strong>Build.</strong> {self.text(outcome.build)}</p>")
        parts.append(f'<p class="ck-guide-links"><strong>Read on.</strong> {links}</p>')
        if outcome.neighbors:
            lines = "".join(
                f"<li>{self.text(neighbor.ask)} {self.chapter(neighbor.chapter)}</li>"
                for neighbor in outcome.neighbors
            )
            parts.append(f"<p><strong>Often taken for.</strong></p><ul>{lines}</ul>")
        if outcome.then:
            lines = "".join(self.follow_up(name) for name in outcome.then)
            parts.append(
                f'<p><strong>Still to choose.</strong></p><dl class="ck-guide-then">{lines}</dl>'
            )
        return (
            f'<details><summary><span class="ck-guide-title">{self.text(outcome.title)}</span>'
            f'</summary><div class="ck-guide-outcome" id="{self.prefix}-{outcome.id}"'
            f' data-outcome="{outcome.id}">{"".join(parts)}</div></details>'
        )

    def follow_up(self, name: str) -> str:
        one = self.guide.follow_up(name)
        choices = "".join(
            f"<li>{self.text(choice.say)} → <strong>{self.text(choice.take)}</strong></li>"
            for choice in one.choices
        )
        return (
            f"<dt>{self.text(one.ask)}</dt><dd><ul>{choices}</ul>"
            f'<p class="ck-guide-more">{self.chapter(one.chapter)}</p></dd>'
        )

    def text(self, text: str) -> str:
        return inline(text, self.facts)
