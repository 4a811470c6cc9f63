"""What a family pays, as the mobile BFF knows it. Children up to 12 pay half."""

from calls import answer, asked

ADULT_USD = 24.5


def handler(event, context):
    query, headers = asked(event, "mobile BFF")
    ages = [int(age) for age in query["ages"].split(",")]
    usd = sum(ADULT_USD / 2 if age < 12 else ADULT_USD for age in ages)
    return answer(200, {"usd": usd}, headers)
