"""What the two screens show, made of what the services answer. No calls, no waits."""


def departure(sailings, at):
    """The next sailing: on the home screen, three fields."""
    following = next(sailing for sailing in sailings if sailing["departs"] > at)
    return {name: following[name] for name in ("departs", "gate", "status")}


def valid_tickets(tickets):
    return [ticket for ticket in tickets if ticket["state"] == "valid"]


def ticket(ticket, sailing):
    """A ticket as it is shown at the ramp."""
    return {"departs": sailing["departs"], "barcode": ticket["barcode"]}


def deck_weather(weather, at):
    """The weather of this hour."""
    hour = next(hour for hour in weather if hour["at"][:13] == at[:13])
    return {name: hour[name] for name in ("wind_knots", "air_c")}


def notices(notices):
    """The titles of what is in force."""
    return [notice["title"]["en"] for notice in notices if notice["in_force"]]


def timetable(sailings):
    """The planning page's rows: when, how much, and whether a car fits."""
    return [
        {
            "departs": sailing["departs"],
            "arrives": sailing["arrives"],
            "adult_usd": sailing["fares_usd"]["adult"],
            "free_car_places": sailing["free_car_places"],
        }
        for sailing in sailings
    ]
