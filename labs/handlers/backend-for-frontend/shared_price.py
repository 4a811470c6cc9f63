"""What a family pays, asked of the one service that knows. Both BFFs run this."""

from calls import answer, asked, fetch


def handler(event, context):
    query, headers = asked(event, "a BFF")
    return answer(200, fetch("fares", 10, headers, ages=query["ages"]), headers)
