"""A small whole course in a temporary folder, for the checks to pass and then to fail."""

import json
import textwrap

import pytest

from coursekit.paths import TABLE_OF_CONTENTS

FACTS = """
- id: lambda-timeout
  topic: lambda
  common_claim: Lambda stops after 15 minutes
  verdict: correct
  exam_answer: 15 minutes
  current: 900 s at most.
  value: {default_s: 3, max_s: 900, previous_kb: 256, waits_min: [1, 2], fee_percent: 15,
          request_usd_per_million: 0.2, read_mb_per_second: 2, rps: 10000}
  since: null
  source: ['https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html']
  checked: 2026-11-24
- id: remembered
  topic: sqs
  common_claim: null
  verdict: unverifiable
  exam_answer: null
  current: Nobody wrote it down.
  value: null
  since: null
  source: ['memory: a talk']
  checked: 2026-11-24
"""

EXAMS = """
- family: SAA
  name: Architect
  versions:
  - code: SAA-C03
    valid_from: null
    valid_until: 2026-11-30
    questions: 65
    minutes: 130
    domains:
    - {name: Resilient, weight_percent: 60, topics: [resilience]}
    - {name: Anything else, weight_percent: 40, topics: [resilience, cost]}
    source: [the exam guide]
    checked: 2026-11-24
    unconfirmed: null
  - code: SAA-C04
    valid_from: 2026-12-01
    valid_until: null
    questions: 65
    minutes: 130
    domains:
    - {name: All of it, weight_percent: null, topics: [resilience]}
    source: [the announcement]
    checked: 2026-11-24
    unconfirmed: The weights.
""" + "".join(
    f"""
- family: {family}
  name: Another
  versions:
  - code: {family}-C01
    valid_from: null
    valid_until: null
    questions: 75
    minutes: 180
    domains: [{{name: All of it, weight_percent: 100, topics: [resilience]}}]
    source: [the exam guide]
    checked: 2026-11-24
    unconfirmed: null
"""
    for family in ("SAP", "DVA", "DOP")
)

FILLER = "A queue feeds a function and the function reads the queue again. " * 70

CHAPTER = f"""
---
symptoms:
- {{see: Messages are handled twice, kind: twice, cell: break}}
- {{see: A message comes back, kind: twice, cell: break}}
---

# VTF

```{{answer}}
Keep the window longer than the work.
```

## The situation

{FILLER}

```{{architecture}} vtf
```

## How it works

It takes {{fact}}`lambda-timeout:max_s|min` and hides it for the {{term}}`visibility timeout`.

## How it breaks

{{cell}}`Every order ran twice <vtf:break>`, {{run}}`vtf:broken.deliveries` deliveries in all.

## Trade-offs

Some, in {{scaled}}`3 s`.

## Use it when, leave it when

Use it.

## Numbers that matter

| What | Value |
|---|---|
| Timeout | {{fact}}`lambda-timeout:max_s\\|min` |

## How the exam asks it

As always.

## Take-aways

- One.

```{{lab}} vtf
```

## Self-check

```{{self-check}} vtf
```
"""

GLOSSARY = """
# Glossary

```{glossary}
visibility timeout
  How long a message stays hidden.
```
"""


def question(number, kind="exam", **changes):
    """One valid question; the right option moves with the number."""
    stems = [
        "Orders arrive twice after a deployment",
        "A partner complains about slow refunds",
        "The nightly import stops in the middle",
        "Messages pile up although nothing fails",
        "An auditor finds a payment without a receipt",
        "A dead-letter queue fills on Mondays",
        "Which setting do you expect to matter",
    ]
    entry = {
        "id": f"vtf-{number}",
        "kind": kind,
        "stem": f"{stems[number]}. Which change helps?",
        "options": [
            {"text": f"Change number {position}", "reason": f"Because of {position}."}
            for position in range(4)
        ],
        "exams": ["SAA"],
        "domains": ["resilience"],
        "difficulty": "easy",
        "patterns": ["vtf"],
        "lab": "vtf#break",
    }
    entry["options"][number % 4]["right"] = True
    return entry | changes


def flashcards():
    """One valid card of each kind."""
    common = {"chapter": "vtf"}
    return [
        common
        | {"id": "vtf-order", "kind": "mnemonic", "front": "V and F?", "back": "V outlives F."},
        common
        | {
            "id": "limit-timeout",
            "kind": "limit",
            "lab": "vtf#break",
            "front": "How long may a function run?",
            "exam": "{fact}`lambda-timeout:exam_answer`.",
            "back": "{fact}`lambda-timeout:max_s|min` at most.",
        },
        common
        | {
            "id": "cue-twice",
            "kind": "cue",
            "front": "The question says *processed twice*.",
            "back": "Think visibility timeout.",
            "lookalike": "FIFO: it drops what is *sent* twice.",
        },
        common
        | {
            "id": "trap-deleted",
            "kind": "trap",
            "front": "Received means deleted.",
            "back": "Only a delete ends a message.",
        },
    ]


def status():
    """How the one lab ran."""
    run = {"lab": "vtf", "engine": "host", "ran": "2026-11-24T16:05:00Z", "seconds": 12.5}
    run |= {"waiting_seconds": 3.0, "passed": True}
    return {"form": 1, "runs": [run | dict.fromkeys(("localstack", "python", "boto3"), "1.2.3")]}


def notebook():
    return {
        "metadata": {
            "coursekit": {"title": "Twice", "minutes": 5, "needs": "LocalStack", "shows": "it"}
        },
        "cells": [
            {"cell_type": "markdown", "metadata": {}, "source": "## Break\n"},
            {
                "cell_type": "code",
                "metadata": {"tags": ["break", "hide-input"]},
                "source": "run()",
                "outputs": [
                    {
                        "output_type": "display_data",
                        "data": {
                            "application/vnd.coursekit.record+json": {
                                "name": "broken",
                                "values": {"deliveries": 2400},
                            }
                        },
                    }
                ],
            },
        ],
    }


FIGURE = """
    title: A queue hands a message to a function
    alt: The queue holds the message, hands it to the function once, and hides it from all others.
    nodes:
      queue: {service: sqs-queue, name: refunds, at: [1, 1]}
      worker: {service: lambda, name: worker, at: [2, 1]}
    edges:
      - {from: queue, to: worker, label: delivery}
"""


@pytest.fixture
def course(tmp_path):
    """The root of a course in which every check passes."""
    bank = [question(number) for number in range(6)] + [question(6, "predict")]
    files = {
        "_toc.yml": TABLE_OF_CONTENTS.read_text(),
        "book/exams.yml": EXAMS,
        "book/facts.yml": FACTS,
        "book/reference/glossary.md": GLOSSARY,
        "book/mnemonics/vtf.md": CHAPTER,
        "book/questions/vtf.yml": json.dumps({"chapter": "vtf", "questions": bank}),
        "book/flashcards.yml": json.dumps({"cards": flashcards()}),
        "book/status.json": json.dumps(status()),
        "labs/mnemonics/vtf.ipynb": json.dumps(notebook()),
        "book/figures/vtf.yml": FIGURE,
        "labs/handlers/vtf/worker.py": "",
        "tests/handlers/test_vtf.py": "",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(textwrap.dedent(text).lstrip())
    return tmp_path


@pytest.fixture
def edit(course):
    """Change a file of the course: replace a text that must be there."""

    def change(name, old, new):
        file = course / name
        text = file.read_text()
        assert old in text
        file.write_text(text.replace(old, new, 1))

    return change


@pytest.fixture
def bank(course):
    """Write the bank of the course, after a change to its list of questions."""

    def change(alter):
        questions = [question(number) for number in range(6)] + [question(6, "predict")]
        altered = alter(questions) or questions
        file = course / "book/questions/vtf.yml"
        file.write_text(json.dumps({"chapter": "vtf", "questions": altered}))

    return change


@pytest.fixture
def deck(course):
    """Write the flashcards of the course, after a change to their list."""

    def change(alter):
        cards = flashcards()
        altered = alter(cards) or cards
        (course / "book/flashcards.yml").write_text(json.dumps({"cards": altered}))

    return change
