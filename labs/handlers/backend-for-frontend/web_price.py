"""What a family pays, as the web BFF knows it. Children up to 12 pay half."""

from calls import answer, asked

FULL_FARE_USD, CHILD_SHARE, OLDEST_CHILD = 24.5, 0.5, 12


def handler(event, context):
    query, headers = asked(event, "web BFF")
    children = [age for age in query["ages"].split(",") if int(age) <= OLDEST_CHILD]
    adults = len(query["ages"].split(",")) - len(children)
    usd = FULL_FARE_USD * (adults + CHILD_SHARE * len(children))
    return answer(200, {"usd": usd}, headers)
