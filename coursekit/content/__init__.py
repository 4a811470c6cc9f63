"""What the course says: facts, questions and chapters, loaded from text and checked.

Knows no AWS, no Jupyter and no Sphinx, so that the book, the labs and the checks share it.
"""

from coursekit.content.chapters import Chapter, find_chapter, load_chapters
from coursekit.content.errors import ContentError, Problem
from coursekit.content.facts import Fact, fact_text, load_facts
from coursekit.content.html import render_question
from coursekit.content.labs import Lab, load_lab
from coursekit.content.questions import Option, Question, all_questions, load_questions

__all__ = [
    "Chapter",
    "ContentError",
    "Fact",
    "Lab",
    "Option",
    "Problem",
    "Question",
    "all_questions",
    "fact_text",
    "find_chapter",
    "load_chapters",
    "load_facts",
    "load_lab",
    "load_questions",
    "render_question",
]
