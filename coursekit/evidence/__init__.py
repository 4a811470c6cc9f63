"""What a run showed: tables, timelines, charts and numbers that the book may cite.

Every output is a MIME bundle whose HTML reads the same in JupyterLab and in the book, and whose
bytes depend on the data alone. Pictures need a text alternative that says what they argue.
"""

from coursekit.evidence.numbers import record, table
from coursekit.evidence.pictures import chart, figure
from coursekit.evidence.timelines import Bar, Mark, Window, timeline

__all__ = ["Bar", "Mark", "Window", "chart", "figure", "record", "table", "timeline"]
