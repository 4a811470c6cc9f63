"""A question of the bank as a widget: choose, check, read why."""

from collections.abc import Callable

import ipywidgets

from coursekit.content import load_questions
from coursekit.content.html import inline, render_question
from coursekit.content.questions import Question
from coursekit.widgets import bundle


def self_check(slug: str, question_id: str) -> None:
    """Show one question of the chapter. Raises ValueError for an id that the chapter lacks."""
    questions = {question.id: question for question in load_questions(slug)}
    if question_id not in questions:
        raise ValueError(
            f"{slug} has no question {question_id!r}: use one of {', '.join(questions)}"
        )
    question = questions[question_id]
    bundle.show(
        question_box(question),
        render_question(question),
        f"question: {question_id}",
    )


def question_box(
    question: Question, answered: Callable[[bool], None] = lambda right: None
) -> ipywidgets.VBox:
    """The widget: one control per option, a button, and the reason for what was chosen.

    `answered` is called with whether the choice was right, each time one was checked.
    """
    several = len(question.right_options) > 1
    feedback = ipywidgets.HTML()
    button = ipywidgets.Button(description="Check", button_style="primary")
    wide = ipywidgets.Layout(width="auto", max_width="46rem")
    if several:
        boxes = [
            ipywidgets.Checkbox(description=option.text, indent=False, layout=wide)
            for option in question.options
        ]
        control = ipywidgets.VBox(boxes)
    else:
        control = ipywidgets.RadioButtons(
            options=[(option.text, number) for number, option in enumerate(question.options)],
            value=None,
            layout=ipywidgets.Layout(width="auto"),
        )

    def chosen() -> list[int]:
        if several:
            return [number for number, box in enumerate(boxes) if box.value]
        return [] if control.value is None else [control.value]

    def check(_: object) -> None:
        feedback.value = verdict(question, chosen())
        if chosen():
            answered(chosen() == list(question.right_options))

    button.on_click(check)
    stem = ipywidgets.HTML(f"<p><strong>{inline(question.stem)}</strong></p>", layout=wide)
    return ipywidgets.VBox([stem, control, button, feedback])


def verdict(question: Question, chosen: list[int]) -> str:
    """Feedback as HTML: right or not, and the reason for each chosen option."""
    if not chosen:
        return "<p>Choose an answer first.</p>"
    right = list(question.right_options)
    reasons = "".join(
        f"<li>{'✓' if question.options[number].right else '✗'} "
        f"{inline(question.options[number].reason)}</li>"
        for number in chosen
    )
    if chosen == right:
        word = "✓ Right."
    elif set(chosen) < set(right):
        word = f"Not all yet: {len(right)} are right."
    else:
        word = "✗ Not this."
    return f"<p><strong>{word}</strong></p><ul>{reasons}</ul>"
