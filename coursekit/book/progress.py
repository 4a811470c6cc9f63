"""The reader's progress: which chapters are read, which self-checks are done, and how well.

What is stored lies in the reader's browser, so the build writes every chapter and the digest and
right options of its questions into the page; `static/progress.js` does the rest.
"""

import json
from html import escape
from itertools import groupby

from docutils import nodes
from docutils.nodes import Node

from coursekit.book.directives import CourseDirective
from coursekit.content import load_questions
from coursekit.content.chapters import Chapter, load_chapters
from coursekit.paths import FACTS, TABLE_OF_CONTENTS

PARTS = {
    "patterns": "The patterns",
    "traps": "The traps",
    "mnemonics": "The mnemonics",
    "practice": "Practice",
}


class Progress(CourseDirective):
    """Every chapter with what this browser knows of it, and the file to take it along."""

    has_content = False

    def build(self) -> list[Node]:
        """Return the lists of chapters; without a script they are plain links."""
        self.env.note_dependency(str(FACTS))
        self.env.note_dependency(str(TABLE_OF_CONTENTS))
        chapters = list(load_chapters().values())
        parts = "".join(
            f'<h3>{escape(PARTS[part])}</h3><ul class="ck-progress-list">'
            + "".join(self.entry(chapter) for chapter in group)
            + "</ul>"
            for part, group in groupby(chapters, key=lambda chapter: chapter.part)
        )
        html = (
            '<div class="ck-progress"><noscript><p>Progress is kept by a script, and scripts are'
            " switched off here. These are the chapters.</p></noscript>"
            '<div class="ck-progress-summary" role="status"></div>'
            f"{parts}</div>"
        )
        return [nodes.raw("", html, format="html")]

    def entry(self, chapter: Chapter) -> str:
        """Return one chapter as a list item that carries its questions."""
        self.env.note_dependency(str(chapter.prose))
        questions = []
        if chapter.questions.exists():
            self.env.note_dependency(str(chapter.questions))
            questions = [
                {"id": one.id, "digest": one.digest, "right": one.right_options}
                for one in load_questions(chapter.slug)
                if one.kind == "exam"
            ]
        return (
            f'<li data-chapter="{chapter.slug}" data-questions="{escape(json.dumps(questions))}">'
            f'<a href="{self.uri(chapter.docname)}">{escape(chapter.title)}</a>'
            '<span class="ck-progress-state"></span></li>'
        )
