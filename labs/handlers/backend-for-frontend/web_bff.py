"""The planning page's back end: one request, a week of sailings and the notices."""

import screens
from calls import answer, asked, fetch, together


def handler(event, context):
    query, headers = asked(event, "web BFF")
    days = query["days"].split(",")
    parts = {day: lambda day=day: fetch("sailings", 6, headers, day=day) for day in days}
    parts["notices"] = lambda: screens.notices(fetch("notices", 3, headers))
    came, missing = together(parts)
    notices = came.pop("notices", None)
    week = {day: screens.timetable(sailings) for day, sailings in came.items()}
    content = {"week": week, "notices": notices, "missing": missing}
    return answer(200, content, headers)
