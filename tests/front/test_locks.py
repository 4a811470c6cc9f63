"""The lock fits together: tools that raise one line of it do not look at the others."""

from importlib import metadata

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name


def misfits(installed: dict[str, metadata.Distribution]) -> list[str]:
    """Requirements that what is installed does not meet."""
    found = []
    for name, distribution in installed.items():
        for text in distribution.requires or ():
            requirement = Requirement(text)
            if requirement.marker and not requirement.marker.evaluate({"extra": ""}):
                continue
            other = installed.get(canonicalize_name(requirement.name))
            if other is None or not requirement.specifier.contains(other.version, True):
                has = f"is {other.version}" if other else "is missing"
                found.append(f"{name} needs {requirement}, which {has}: run `make lock`")
    return sorted(found)


def everything_installed() -> dict[str, metadata.Distribution]:
    return {canonicalize_name(one.name): one for one in metadata.distributions()}


def test_every_part_has_what_it_needs():
    assert misfits(everything_installed()) == []


def test_a_misfit_and_a_gap_are_seen(tmp_path):
    for name, version, needs in (("one", "1.0", "two>=2"), ("two", "1.9", "three")):
        folder = tmp_path / f"{name}-{version}.dist-info"
        folder.mkdir()
        (folder / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\nRequires-Dist: {needs}\n"
        )
    installed = {one.name: one for one in metadata.distributions(path=[str(tmp_path)])}
    assert misfits(installed) == [
        "one needs two>=2, which is 1.9: run `make lock`",
        "two needs three, which is missing: run `make lock`",
    ]
