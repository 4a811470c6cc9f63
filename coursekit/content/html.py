"""One question as HTML: the book, and the labs' outputs where no widget runs, share it.

It works without a script: the controls are native, and the answer and the reason for every
option are in a `details`. `book/static/self-check.js` adds the check button and the feedback.
"""

import re
from html import escape

from coursekit.content.facts import Fact, fact_text, load_facts
from coursekit.content.questions import Question

FACT = re.compile(r"\{fact\}`([^`]+)`")


def inline(text: str, facts: dict[str, Fact] | None = None) -> str:
    """Return one paragraph of a question as HTML: `code`, **strong**, *emphasis*, {fact}`id`."""
    if "{fact}" in text:
        known = facts or load_facts()
        text = FACT.sub(lambda role: fact_text(role[1], known), text)
    pieces = []
    for position, piece in enumerate(text.strip().split("`")):
        if position % 2:
            pieces.append(f"<code>{escape(piece)}</code>")
            continue
        piece = escape(piece)
        piece = re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", piece)
        pieces.append(re.sub(r"(?<!\w)\*(.+?)\*(?!\w)", r"<em>\1</em>", piece))
    return "".join(pieces)


def render_question(
    question: Question,
    *,
    label: str = "",
    lab_link: str = "",
    facts: dict[str, Fact] | None = None,
) -> str:
    """Return the question as HTML with stable ids.

    `label` stands before the stem ("Question 3"); `lab_link` is the address of the cell that
    shows the answer happening.
    """
    several = len(question.right_options) > 1
    control = "checkbox" if several else "radio"
    options = "".join(
        f'<label class="ck-option"><input type="{control}" name="q-{question.id}"'
        f' value="{number}"><span class="ck-option-text">{inline(option.text, facts)}</span>'
        "</label>"
        for number, option in enumerate(question.options)
    )
    reasons = "".join(
        f'<li class="{"ck-right" if option.right else "ck-wrong"}">'
        f'<p class="ck-reason-option"><span class="ck-mark">{"Right" if option.right else "Wrong"}'
        f"</span> {inline(option.text, facts)}</p>"
        f'<p class="ck-reason">{inline(option.reason, facts)}</p></li>'
        for option in question.options
    )
    label_html = f'<span class="ck-question-label">{escape(label)}</span> ' if label else ""
    see = (
        f'<p class="ck-see"><a href="{escape(lab_link)}">See it happen in the lab</a></p>'
        if lab_link
        else ""
    )
    return (
        f'<div class="ck-question" id="q-{question.id}" data-question="{question.id}"'
        f' data-digest="{question.digest}">'
        f'<fieldset><legend>{label_html}<span class="ck-stem">{inline(question.stem, facts)}'
        f"</span></legend>{options}</fieldset>"
        '<details class="ck-answer"><summary>Answer, with a reason for every option</summary>'
        f'<ol class="ck-reasons">{reasons}</ol>{see}</details></div>'
    )
