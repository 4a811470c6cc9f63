"""Live faces in JupyterLab: a question that answers, and knobs for an experiment.

Each shows a widget where one can run and the same content as plain HTML elsewhere, in one output.
"""

from coursekit.widgets.knobs import Choice, Slider, Toggle, knobs
from coursekit.widgets.self_check import self_check

__all__ = ["Choice", "Slider", "Toggle", "knobs", "self_check"]
