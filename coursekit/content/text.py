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
    try:
        return yaml.load(file.read_text("utf-8"), _Loader)
    except FileNotFoundError:
        raise ContentError([Problem(file, "", "", "there is no such file")]) from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f"line {mark.line + 1}" if mark else ""
        message = getattr(error, "problem", None) or str(error)
        fix = "put quotes around a text that contains a colon, and check the indentation"
        raise ContentError([Problem(file, line, "", f"is not YAML: {message}", fix)]) from None
