"""The planning page's back end: one request, a week of sailings and the notices."""

from functools import partial

import screens
from calls import answer, asked, fetch, together


def handler(event, context):
    query, headers = asked(event, "web BFF")
    days = query["days"].split(",")

    def sailings(day):
        return screens.timetable(fetch("sailings", 6, headers, day=day))

    parts = {day: partial(sailings, day) for day in days}
    parts["notices"] = lambda: screens.notices(fetch("notices", 3, headers))
    came, missing = together(parts)
    notices = came.pop("notices", None)
    content = {"week": came, "notices": notices, "missing": missing}
    return answer(200, content, headers)
