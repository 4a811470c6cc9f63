"""What the course says: facts, questions and chapters, loaded from text and checked.

Knows no AWS, no Jupyter and no Sphinx, so that the book, the labs and the checks share it.
"""

from coursekit.content.chapters import Chapter, find_chapter, load_chapters
from coursekit.content.errors import ContentError, Problem
from coursekit.content.exams import ExamFamily, ExamVersion, load_exams
from coursekit.content.facts import Fact, fact_text, load_facts
from coursekit.content.flashcards import Flashcard, load_flashcards
from coursekit.content.guide import Guide, Walk, load_guides
from coursekit.content.html import render_question
from coursekit.content.labs import Lab, load_lab
from coursekit.content.questions import Option, Question, all_questions, load_questions
from coursekit.content.symptoms import KINDS, Symptom, load_symptoms

__all__ = [
    "KINDS",
    "Chapter",
    "ContentError",
    "ExamFamily",
    "ExamVersion",
    "Fact",
    "Flashcard",
    "Guide",
    "Lab",
    "Option",
    "Problem",
    "Question",
    "Symptom",
    "Walk",
    "all_questions",
    "fact_text",
    "find_chapter",
    "load_chapters",
    "load_exams",
    "load_facts",
    "load_flashcards",
    "load_guides",
    "load_lab",
    "load_questions",
    "load_symptoms",
    "render_question",
]
