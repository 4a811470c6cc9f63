"""Read YAML that people write: a key given twice is an error, not a silent loss."""

from pathlib import Path
from typing import Any

import yaml

from coursekit.content.errors import ContentError, Problem


class _Loader(yaml.CSafeLoader):
    """The safe loader, except that dates stay text and a repeated key is refused."""


def _mapping(loader: _Loader, node: yaml.MappingNode, deep: bool = False) -> dict[str, Any]:
    seen: set[str] = set()
    for key, _ in node.value:
        if key.value in seen:
            raise yaml.constructor.ConstructorError(
                None, None, f"the key {key.value!r} is given twice", key.start_mark
            )
        seen.add(key.value)
    return yaml.CSafeLoader.construct_mapping(loader, node, deep=True)


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


def read_yaml(file: Path) -> Any:
    """Return what a YAML file holds; say which line cannot be read."""
    return _parse(_text(file), file)


def read_front_matter(file: Path) -> dict[str, Any]:
    """Return what stands between the two `---` at the head of a page; without them, nothing."""
    lines = _text(file).splitlines()
    end = end_of_front_matter(lines)
    # The first line stays, empty, so that an error names the line of the page.
    found = _parse("\n".join(["", *lines[1 : end - 1]]), file) if end else {}
    if not isinstance(found, dict):
        fix = "write `key: value` between the two `---`"
        raise ContentError([Problem(file, "", "", "has a front matter without keys", fix)])
    return found


def end_of_front_matter(lines: list[str]) -> int:
    """How many of a page's lines are its front matter."""
    if not lines or lines[0].rstrip() != "---":
        return 0
    ends = (number for number, line in enumerate(lines[1:], start=2) if line.rstrip() == "---")
    return next(ends, 0)


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except FileNotFoundError:
        raise ContentError(
            [Problem(file, "", "", "there is no such file", "write it, or restore it with git")]
        ) from None
    except UnicodeDecodeError as error:
        raise ContentError(
            [Problem(file, "", "", f"is not UTF-8: {error}", "save it as UTF-8")]
        ) from None


def _parse(text: str, file: Path) -> Any:
    try:
        return yaml.load(text, _Loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f"line {mark.line + 1}" if mark else ""
        message = getattr(error, "problem", None) or str(error)
        fix = "put quotes around a text that contains a colon, and check the indentation"
        raise ContentError([Problem(file, line, "", f"is not YAML: {message}", fix)]) from None
