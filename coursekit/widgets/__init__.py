"""Live faces in JupyterLab: a question that answers, knobs for an experiment, the decision guide.

Each shows a widget where one can run and the same content as plain HTML elsewhere, in one output.
"""

from coursekit.widgets.decision_guide import decision_guide
from coursekit.widgets.knobs import Choice, Slider, Toggle, knobs
from coursekit.widgets.quick_questions import quick_questions
from coursekit.widgets.self_check import self_check

__all__ = [
    "Choice",
    "Slider",
    "Toggle",
    "decision_guide",
    "knobs",
    "quick_questions",
    "self_check",
]
