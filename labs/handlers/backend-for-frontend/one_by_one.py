"""The phone's back end in its first version: one call after the other, no limits."""

from calls import answer, asked
from mobile_bff import parts

NO_LIMITS = dict.fromkeys(("departure", "tickets", "weather", "notices"))


def handler(event, context):
    query, headers = asked(event, "one by one")
    made = {name: part() for name, part in parts(query, headers, NO_LIMITS).items()}
    return answer(200, made, headers)
