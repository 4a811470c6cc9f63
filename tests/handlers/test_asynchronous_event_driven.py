"""The toll readers: what makes a photo unreadable, and what makes two events the same."""

import importlib.util
from pathlib import Path

import pytest

HANDLERS = Path(__file__).parents[2] / "labs" / "handlers" / "asynchronous-event-driven"


def load(name: str):
    spec = importlib.util.spec_from_file_location(name, HANDLERS / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def record(key: str = "a.jpg", sequencer: str = "01", tag: str = "e") -> dict:
    stored = {"key": key, "sequencer": sequencer, "eTag": tag}
    return {"s3": {"bucket": {"name": "photos"}, "object": stored}}


@pytest.mark.parametrize("name", ["toll_reader", "toll_reader_once"])
def test_a_plate_is_read_and_a_truncated_photo_raises(name):
    reader = load(name)
    assert reader.read_plate("a.jpg", b"PLATE TOLL01") == "TOLL01"
    with pytest.raises(reader.UnreadablePhoto, match="is truncated"):
        reader.read_plate("a.jpg", b"")


def test_the_same_event_has_the_same_identity_and_every_other_upload_another():
    identity = load("toll_reader_once").event_identity
    assert identity(record()) == identity(record())
    others = [record(key="b.jpg"), record(sequencer="02"), record(tag="f")]
    assert len({identity(each) for each in [record(), *others]}) == 4
