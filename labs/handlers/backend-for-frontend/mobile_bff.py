"""The phone's back end: one request, one home screen.

It asks all services at once, each with a limit. Two parts are required. What is missing is named
in the answer.
"""

import screens
from calls import answer, asked, fetch, together

LIMITS = {"departure": 6, "tickets": 6, "weather": 3, "notices": 3}  # seconds a call
REQUIRED = {"departure", "tickets"}


def handler(event, context):
    query, headers = asked(event, "mobile BFF")
    came, missing = together(parts(query, headers))
    if REQUIRED & set(missing):
        return answer(503, {"missing": missing}, headers)
    return answer(200, {**came, "missing": missing}, headers)


def parts(query, headers, limits=LIMITS):
    """How each part of the home screen is made."""
    at = query["at"]

    def departure():
        sailings = fetch("sailings", limits["departure"], headers, day=at[:10])
        return screens.departure(sailings, at)

    def tickets():
        limit = limits["tickets"]
        shown = []
        bought = fetch("tickets", limit, headers, customer=query["customer"])
        for ticket in screens.valid_tickets(bought):
            sailing = fetch("sailings", limit, headers, id=ticket["sailing"])
            shown.append(screens.ticket(ticket, *sailing))
        return shown

    def weather():
        return screens.deck_weather(fetch("weather", limits["weather"], headers), at)

    def notices():
        return screens.notices(fetch("notices", limits["notices"], headers))

    return {part.__name__: part for part in (departure, tickets, weather, notices)}
