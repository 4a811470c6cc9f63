"""The contract: what each kind of event looks like, as JSON Schema, and a check against it.

The check knows the few words of JSON Schema that the contract uses, so that nothing has to be
packed with the function.
"""

import json

URGENCY = {"type": "string", "enum": ["normal", "critical"]}
TEXT = {"type": "string"}


def result_with(flag):
    return {
        "type": "object",
        "required": ["result_id", "test", "released_at", flag],
        "properties": {
            "result_id": TEXT,
            "test": TEXT,
            "released_at": TEXT,
            "organism": TEXT,
            flag: URGENCY,
        },
        "additionalProperties": False,
    }


CONTRACTS = {
    "result released": result_with("flag"),
    "result released v2": result_with("interpretation"),
}


class ContractBroken(Exception):
    """The event is not what its detail-type promises."""


def check(entry):
    """Return the entry of PutEvents, or say what is wrong with it."""
    detail_type = entry["DetailType"]
    if detail_type not in CONTRACTS:
        raise ContractBroken(f"no contract for {detail_type!r}")
    if problems := problems_of(json.loads(entry["Detail"]), CONTRACTS[detail_type]):
        raise ContractBroken(f"{detail_type!r} {'; '.join(problems)}")
    return entry


def problems_of(detail, schema):
    known = schema["properties"]
    missing = [f"lacks {name!r}" for name in schema["required"] if name not in detail]
    unknown = [f"does not know {name!r}" for name in detail if name not in known]
    wrong = [
        f"has {name!r} = {value!r}"
        for name, value in detail.items()
        if name in known and not fits(value, known[name])
    ]
    return missing + unknown + wrong


def fits(value, schema):
    return isinstance(value, str) and value in schema.get("enum", [value])
