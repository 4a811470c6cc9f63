"""Tables, and numbers of a run that the prose cites with the `run` role."""

from collections.abc import Mapping, Sequence
from html import escape

from IPython.display import display

from coursekit.evidence.meanings import meaning_of

RECORD_TYPE = "application/vnd.coursekit.record+json"


def record(name: str, **values: float | str) -> None:
    """Show the decided numbers of this run and keep them for the book.

    `name` is how the prose cites them: record("broken", payments=24) is `vtf:broken.payments`.
    Raises ValueError without values.
    """
    if not values:
        raise ValueError(f"record({name!r}) has no values: pass them by name, payments=24")
    rows = [
        {"What was counted": label.replace("_", " ").replace("usd", "USD"), "Value": value}
        for label, value in values.items()
    ]
    bundle = table_bundle(rows, caption=f"This run: {name}")
    display({**bundle, RECORD_TYPE: {"name": name, "values": values}}, raw=True)


def table(
    rows: Sequence[Mapping[str, object]],
    caption: str,
    meaning: Mapping[str, str] | None = None,
) -> None:
    """Show rows under a caption. `meaning` maps a column's name or a cell's text to a meaning.

    Raises ValueError without rows, without a caption, or for a meaning that does not exist.
    """
    display(table_bundle(rows, caption, meaning), raw=True)


def table_bundle(
    rows: Sequence[Mapping[str, object]],
    caption: str,
    meaning: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """The table as text/html and text/plain."""
    if not rows:
        raise ValueError(f"the table {caption!r} has no rows: show it after something happened")
    if not caption.strip():
        raise ValueError("a table needs a caption that says what it shows")
    meaning = meaning or {}
    columns = list(rows[0])
    cells = [[show(row[column]) for column in columns] for row in rows]

    def style(column: str, text: str) -> tuple[str, str]:
        name = meaning.get(text) or meaning.get(column)
        if not name:
            return "", text
        found = meaning_of(name)
        return f' class="ck-{name}"', f"{found.sign} {text}" if found.sign else text

    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in columns)
    body = ""
    plain = [columns]
    for row in cells:
        styled = [style(column, text) for column, text in zip(columns, row, strict=True)]
        tags = ["th" if position == 0 else "td" for position in range(len(styled))]
        body += "<tr>" + "".join(
            f"<{tag}{' scope="row"' if tag == 'th' else ''}{klass}>{escape(text)}</{tag}>"
            for tag, (klass, text) in zip(tags, styled, strict=True)
        )
        body += "</tr>"
        plain.append([text for _, text in styled])
    widths = [max(len(line[i]) for line in plain) for i in range(len(columns))]
    text = "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in plain
    )
    html = (
        f'<div class="ck-table-box" tabindex="0" role="group" aria-label="{escape(caption)}">'
        f'<table class="ck-table"><caption>{escape(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )
    return {"text/html": html, "text/plain": f"{caption}\n{text}"}


def show(value: object) -> str:
    """A cell's text: thousands separated, no float noise."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.10g}"
    return str(value)
