from pathlib import Path

import pytest
import yaml

SOURCES = Path(__file__).with_name("sources")


@pytest.fixture
def source(tmp_path):
    """Write a source that differs from a good one, and return its file."""

    def write(**changes) -> Path:
        content = yaml.safe_load((SOURCES / "queue.yml").read_text("utf-8"))
        content |= changes
        file = tmp_path / "figure.yml"
        file.write_text(yaml.safe_dump(content, sort_keys=False), "utf-8")
        return file

    return write
