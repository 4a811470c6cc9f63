"""A source that is wrong is refused with its file, entry, field and what to do."""

import pytest

from coursekit.content.errors import ContentError
from coursekit.figures import load_figure

NODES = {
    "queue": {"service": "sqs-queue", "name": "orders", "at": [1, 1]},
    "worker": {"service": "lambda", "name": "Worker", "at": [2, 1]},
}


def refusal(file) -> str:
    with pytest.raises(ContentError) as caught:
        load_figure(file)
    return str(caught.value)


def test_a_service_that_is_not_drawn_names_the_node_and_close_ones(source):
    nodes = NODES | {"worker": {"service": "lamda", "name": "Worker", "at": [2, 1]}}
    said = refusal(source(nodes=nodes, edges=[], groups=[]))
    assert "node worker · service: no service 'lamda'" in said
    assert "did you mean lambda" in said


def test_an_edge_to_nowhere_names_the_edge(source):
    edges = [{"from": "queue", "to": "wroker"}]
    said = refusal(source(nodes=NODES, edges=edges, groups=[]))
    assert "edge 1 (queue to wroker) · to: no node 'wroker'" in said
    assert "did you mean worker?" in said


def test_an_edge_to_itself_is_refused(source):
    edges = [{"from": "queue", "to": "queue"}]
    assert "leads to itself" in refusal(source(nodes=NODES, edges=edges, groups=[]))


def test_a_misspelt_field_is_named(source):
    edges = [{"from": "queue", "to": "worker", "lable": "send"}]
    said = refusal(source(nodes=NODES, edges=edges, groups=[]))
    assert "edge 1 (queue to worker) · lable: is not a field" in said


def test_a_comma_that_yaml_takes_for_a_new_field_is_explained(tmp_path):
    file = tmp_path / "figure.yml"
    file.write_text(
        "title: t\nalt: x\nnodes:\n  a: {service: ec2, name: a, detail: on, always, at: [1, 1]}\n"
    )
    assert "node a · always" in refusal(file)
    assert "put quotes around a text that contains a comma" in refusal(file)


def test_a_comma_in_a_label_is_explained(source):
    edges = [{"from": "queue", "to": "worker", "label": "four orders", "again": None}]
    said = refusal(source(nodes=NODES, edges=edges, groups=[]))
    assert "edge 1 (queue to worker) · again: is not a field" in said
    assert "put quotes around a text that contains a comma" in said


def test_a_meaning_that_does_not_exist_is_named(source):
    edges = [{"from": "queue", "to": "worker", "meaning": "bad"}]
    said = refusal(source(nodes=NODES, edges=edges, groups=[]))
    assert "edge 1 (queue to worker) · meaning" in said and "'broken'" in said


def test_a_group_and_a_note_name_nodes_that_exist(source):
    groups = [{"name": "Both", "nodes": ["queue", "wroker"]}]
    notes = [{"at": [1, 2], "text": "Look", "about": "qeue"}]
    said = refusal(source(nodes=NODES, edges=[], groups=groups, notes=notes))
    assert "group Both · nodes: no node 'wroker'" in said
    assert "note 1 · about: no node 'qeue'" in said


def test_two_nodes_on_one_place_are_refused(source):
    nodes = NODES | {"other": {"service": "ec2", "name": "Other", "at": [2, 1]}}
    said = refusal(source(nodes=nodes, edges=[], groups=[]))
    assert "node other · at: stands where worker stands" in said


def test_a_text_alternative_must_argue(source):
    assert "is too short to argue" in refusal(source(alt="A queue and two functions."))


def test_a_missing_text_alternative_is_refused(source):
    assert "alt: is empty" in refusal(source(alt=""))


def test_a_file_that_is_no_figure_says_how_to_begin(tmp_path):
    file = tmp_path / "figure.yml"
    file.write_text("- a list", "utf-8")
    assert "begin with `title:`" in refusal(file)
