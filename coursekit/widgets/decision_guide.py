"""A decision guide as a widget: one question at a time, back, and start over."""

import ipywidgets

from coursekit.content import find_chapter
from coursekit.content.guide import MENDED, Answer, Guide, Outcome, Step, load_guides
from coursekit.content.guide_html import render_guide
from coursekit.content.html import inline
from coursekit.widgets import bundle

WIDE = ipywidgets.Layout(width="auto", max_width="46rem")


def decision_guide(name: str = MENDED) -> None:
    """Show the guide of that name. Raises ValueError for a name that there is not."""
    guides = load_guides()
    if name not in guides:
        raise ValueError(f"there is no guide {name!r}: use one of {', '.join(guides)}")
    guide = guides[name]
    html = render_guide(guide, chapter=chapter_name, interactive=guide.id == MENDED)
    bundle.show(GuideBox(guide).widget, html, f"decision guide: {name}")


def chapter_name(slug: str) -> str:
    """The chapter's title: an output knows no page that it could link to."""
    return f"<em>{inline(find_chapter(slug).title)}</em>"


class GuideBox:
    """The widget, and the answers that were given in it."""

    def __init__(self, guide: Guide) -> None:
        """Begin at the first step."""
        self.guide = guide
        self.taken: list[tuple[Step, Answer]] = []
        self.question = ipywidgets.HTML(layout=WIDE)
        self.answers = ipywidgets.RadioButtons(layout=ipywidgets.Layout(width="auto"))
        self.next = ipywidgets.Button(description="Next", button_style="primary")
        self.back = ipywidgets.Button(description="Back")
        self.again = ipywidgets.Button(description="Start over")
        self.trail = ipywidgets.HTML(layout=WIDE)
        self.next.on_click(lambda _: self.go_on())
        self.back.on_click(lambda _: self.go_back(len(self.taken) - 1))
        self.again.on_click(lambda _: self.go_back(0))
        buttons = ipywidgets.HBox([self.next, self.back, self.again])
        self.widget = ipywidgets.VBox([self.question, self.answers, buttons, self.trail])
        self.show()

    @property
    def place(self) -> Step | Outcome | None:
        """Where the answers lead: a step, an outcome, or nowhere."""
        if not self.taken:
            return self.guide.steps[0]
        to = self.taken[-1][1].to
        return None if to is None else self.guide.places[to]

    def go_on(self) -> None:
        """Take the chosen answer, if there is one."""
        if isinstance(self.place, Step) and self.answers.value is not None:
            self.taken.append((self.place, self.place.answer(self.answers.value)))
            self.show()

    def go_back(self, count: int) -> None:
        """Keep so many answers."""
        del self.taken[max(count, 0) :]
        self.show()

    def show(self) -> None:
        """Draw the place and the way there."""
        place = self.place
        asks = isinstance(place, Step)
        self.answers.layout.display = self.next.layout.display = None if asks else "none"
        if asks:
            self.question.value = (
                f"<p><strong>{inline(place.ask)}</strong></p><p>{inline(place.why)}</p>"
            )
            self.answers.options = [(answer.say, answer.id) for answer in place.answers]
            self.answers.value = None
        else:
            self.question.value = outcome_html(place)
        self.back.disabled = self.again.disabled = not self.taken
        self.trail.value = "".join(
            f"<p>{inline(step.ask)} <strong>{inline(answer.say)}</strong></p>"
            for step, answer in self.taken
        )


def outcome_html(outcome: Outcome | None) -> str:
    """What an outcome says; None is an answer that leads nowhere."""
    if outcome is None:
        return "<p><strong>✗ This answer leads nowhere.</strong></p>"
    neighbors = "".join(
        f"<li>{inline(neighbor.ask)} {chapter_name(neighbor.chapter)}</li>"
        for neighbor in outcome.neighbors
    )
    often = f"<p>Often taken for:</p><ul>{neighbors}</ul>" if neighbors else ""
    return (
        f"<p><strong>→ {inline(outcome.title)}</strong>. {inline(outcome.why)}</p>"
        f"<p>{inline(outcome.build)}</p><p>Read on: {chapter_name(outcome.chapter)}</p>{often}"
    )
