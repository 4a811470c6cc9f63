"""Sliders and a button around an experiment, with progress and errors in words."""

import html
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import ipywidgets
from IPython import get_ipython
from IPython.utils.capture import capture_output

from coursekit.widgets import bundle


@dataclass(frozen=True)
class Slider:
    """A number from `low` to `high` in steps; begins at `value`, or at `low`."""

    low: float
    high: float
    step: float = 1
    unit: str = ""
    value: float | None = None

    @property
    def start(self) -> float:
        """Where the slider begins."""
        return self.low if self.value is None else self.value

    def widget(self, label: str) -> ipywidgets.Widget:
        """The control for JupyterLab."""
        whole = all(isinstance(number, int) for number in (self.low, self.high, self.step))
        kind = ipywidgets.IntSlider if whole else ipywidgets.FloatSlider
        return kind(
            value=self.start,
            min=self.low,
            max=self.high,
            step=self.step,
            description=f"{label} ({self.unit})" if self.unit else label,
            continuous_update=False,
            style={"description_width": "initial"},
            layout=ipywidgets.Layout(width="auto", max_width="40rem"),
        )


@dataclass(frozen=True)
class Choice:
    """One of several; begins at the first."""

    options: tuple[str, ...]

    @property
    def start(self) -> str:
        """The first option."""
        return self.options[0]

    def widget(self, label: str) -> ipywidgets.Widget:
        """The control for JupyterLab."""
        return ipywidgets.ToggleButtons(options=self.options, description=label)


@dataclass(frozen=True)
class Toggle:
    """Yes or no."""

    value: bool = False
    unit: str = field(default="", init=False)

    @property
    def start(self) -> bool:
        """Where it begins."""
        return self.value

    def widget(self, label: str) -> ipywidgets.Widget:
        """The control for JupyterLab."""
        return ipywidgets.Checkbox(value=self.value, description=label)


def knobs(
    run: Callable[..., object],
    *,
    live: bool = False,
    show_default: bool = False,
    **controls: Slider | Choice | Toggle,
) -> None:
    """Show a control per argument of `run` and what `run` returns for them.

    `live` runs on every change: for pure functions. Otherwise a button runs it, and nothing runs
    before. `show_default` puts the text that `run` returns for the defaults into the fallback.
    """
    labels = {name: name.replace("_", " ") for name in controls}
    widgets = {name: control.widget(labels[name]) for name, control in controls.items()}
    output = ipywidgets.Output()
    status = ipywidgets.HTML()
    button = ipywidgets.Button(description="Run", button_style="primary")
    busy = threading.Lock()

    def work(_: object = None) -> None:
        if not busy.acquire(blocking=False):
            return  # pressed twice
        button.disabled = True
        done = threading.Event()
        if not live:
            threading.Thread(target=count, args=(status, done), daemon=True).start()
        try:
            output.outputs = outputs_of(run, {name: w.value for name, w in widgets.items()})
            status.value = ""
        except Exception as error:
            done.set()
            status.value = f"<p>✗ It did not work: {html.escape(str(error))}</p>"
        finally:
            done.set()
            button.disabled = False
            busy.release()

    if live:
        for widget in widgets.values():
            widget.observe(work, names="value")
        work()
    else:
        button.on_click(work)
    box = ipywidgets.VBox([*widgets.values(), *([] if live else [button]), status, output])
    settings = ", ".join(
        f"{labels[name]} {shown(control.start)} {getattr(control, 'unit', '')}".strip()
        for name, control in controls.items()
    )
    result = ""
    if show_default:
        answer = run(**{name: control.start for name, control in controls.items()})
        result = f"<p>{html.escape(str(answer))}</p>"
    bundle.show(
        box,
        f'<div class="ck-knobs"><p><strong>Knobs</strong> (live in JupyterLab): {settings}</p>'
        f"{result}</div>",
        f"knobs: {settings}",
    )


def outputs_of(run: Callable[..., object], values: dict[str, object]) -> tuple[dict, ...]:
    """What `run` displays and returns, as outputs for an Output widget."""
    with capture_output() as captured:
        result = run(**values)
    if isinstance(result, str):
        bundles = [{"text/plain": result}]
    else:
        bundles = [] if result is None else [display_format(result)]
    shown_by_run = [output.data for output in captured.outputs]
    return tuple(
        {"output_type": "display_data", "data": data, "metadata": {}}
        for data in [*shown_by_run, *bundles]
    )


def display_format(result: object) -> dict[str, str]:
    """The MIME bundle with which a notebook would show this object."""
    return get_ipython().display_formatter.format(result)[0]


def count(status: ipywidgets.HTML, done: threading.Event) -> None:
    """Show the seconds while an experiment runs, after the first two."""
    began = time.monotonic()
    while not done.wait(1):
        if (seconds := time.monotonic() - began) >= 2:
            status.value = f"<p>◌ running for {seconds:.0f} s …</p>"


def shown(value: object) -> str:
    """A value as a reader writes it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,}" if isinstance(value, int | float) else str(value)
