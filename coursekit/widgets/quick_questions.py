"""A handful of questions from the whole bank, one after the other, with a result."""

import random
from html import escape

import ipywidgets

from coursekit.content import all_questions
from coursekit.content.errors import did_you_mean
from coursekit.content.exams import FAMILIES
from coursekit.content.questions import Question
from coursekit.widgets import bundle
from coursekit.widgets.self_check import question_box


def quick_questions(count: int = 10, exam: str | None = None) -> None:
    """Ask `count` random exam questions, of all exams or of one: "SAA", "SAP", "DVA" or "DOP".

    The first checked choice of each counts. Raises ValueError for an exam that is none of the four
    and for a count below 1; where the bank has fewer questions, it asks those.
    """
    if exam is not None and exam not in FAMILIES:
        raise ValueError(f"there is no exam {exam!r}: {did_you_mean(exam, FAMILIES, 'exams')}")
    if count < 1:
        raise ValueError(f"cannot ask {count} questions: ask at least 1")
    pool = [
        question
        for bank in all_questions().values()
        for question in bank
        if question.kind == "exam" and (exam is None or exam in question.exams)
    ]
    asked = random.sample(pool, min(count, len(pool)))
    what = f"{len(asked)} random questions{f' of {exam}' if exam else ''}"
    # Without a widget nothing is asked: what a notebook stores must not depend on chance.
    html = (
        f'<div class="ck-knobs"><p><strong>{escape(what)}</strong> (live in JupyterLab)</p></div>'
    )
    bundle.show(Round(asked).box, html, what)


class Round:
    """The questions of one call: which is shown, and what came of those before."""

    def __init__(self, questions: list[Question]) -> None:
        """Show the first question."""
        self.questions = questions
        self.right: dict[str, bool] = {}
        self.next = ipywidgets.Button(description="Next", disabled=True)
        self.next.on_click(self.go_on)
        self.box = ipywidgets.VBox()
        self.place = 0
        self.show()

    def show(self) -> None:
        """Put the question at the present place on the screen, or the result after the last."""
        if self.place == len(self.questions):
            self.box.children = [ipywidgets.HTML(self.result())]
            return
        question = self.questions[self.place]
        title = f"<p>Question {self.place + 1} of {len(self.questions)}</p>"
        is_last = self.place == len(self.questions) - 1
        self.next.description = "Result" if is_last else "Next"
        self.next.disabled = True
        self.box.children = [
            ipywidgets.HTML(title),
            question_box(question, lambda right: self.keep(question, right)),
            self.next,
        ]

    def keep(self, question: Question, right: bool) -> None:
        """Count the first choice; a second one is for learning."""
        self.right.setdefault(question.id, right)
        self.next.disabled = False

    def go_on(self, _: object) -> None:
        """Leave the question that was answered."""
        self.place += 1
        self.show()

    def result(self) -> str:
        """Say how many first choices were right, and which labs show the others."""
        missed = [question for question in self.questions if not self.right[question.id]]
        labs = sorted({question.lab.partition("#")[0] for question in missed})
        again = "".join(f"<li><code>{escape(lab)}</code></li>" for lab in labs)
        score = f"{len(self.questions) - len(missed)} of {len(self.questions)} right at once."
        read = f"<p>See what you missed happen in these labs:</p><ul>{again}</ul>" if labs else ""
        return f"<p><strong>{score}</strong></p>{read}"
