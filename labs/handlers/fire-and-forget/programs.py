"""The two programs on the museum's computer in the cellar: the doors and the canteen's till.

Each keeps the badges that it refuses. SNS posts a withdrawn badge to a program's address, or the
program takes it from a queue. While the computer is away, every post is answered with the status
that `go_away` named, and no queue is read.

Prints one JSON line for each message that was taken or turned away.
"""

import json
import threading
import time

import boto3


class Programs:
    def __init__(self, topic_arn):
        self.topic_arn = topic_arn
        self.refused = {"doors": set(), "canteen": set()}  # badges
        self.queues = {}  # the queue's URL, of a program that has one
        self.away_status = None
        self.present = threading.Event()
        self.present.set()
        self.reading = threading.Lock()
        self.noting = threading.Lock()

    def receive_post(self, program, kind, body):
        """The status that SNS is answered. Before its first message it asks to be let in."""
        if kind == "SubscriptionConfirmation":
            return self.confirm(json.loads(body))
        if kind == "UnsubscribeConfirmation":
            return 200  # SNS says goodbye: nothing to take
        status = self.away_status
        if status is not None:
            self.say("turned away", program, badge_of(body), via="post", status=status)
            return status
        self.take(program, badge_of(body), via="post")
        return 200

    def confirm(self, request):
        """Anyone may post to an address, so one topic is let in and no other."""
        if request["TopicArn"] != self.topic_arn:
            return 403
        boto3.client("sns").confirm_subscription(
            TopicArn=request["TopicArn"], Token=request["Token"]
        )
        return 200

    def read_queues(self):
        """Take and delete, for ever, whenever the computer is there."""
        sqs = boto3.client("sqs")
        while True:
            self.present.wait()
            with self.reading:
                for program, url in list(self.queues.items()):
                    if self.present.is_set():
                        self.read(sqs, program, url)
            time.sleep(0.05)  # whoever waits for the end of a read gets its turn

    def read(self, sqs, program, url):
        found = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1)
        for message in found.get("Messages", []):
            self.take(program, badge_of(message["Body"]), via="queue")
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])

    def take(self, program, badge_id, via):
        """The badge is refused from now on. A second time changes nothing."""
        with self.noting:
            self.refused[program].add(badge_id)
        self.say("took", program, badge_id, via=via)

    def badges_refused_by(self, program):
        with self.noting:
            return sorted(self.refused[program])

    def go_away(self, status):
        self.away_status = status
        self.present.clear()
        with self.reading:
            pass  # no read is under way any more

    def come_back(self):
        self.away_status = None
        self.present.set()

    def say(self, step, program, badge_id, **fields):
        line = {"step": step, "at": time.time(), "program": program, "badge_id": badge_id}
        with self.noting:
            print(json.dumps({**line, **fields}), flush=True)


def badge_of(text):
    """The badge in SNS's envelope, which is the same in a post and in a queue."""
    return json.loads(json.loads(text)["Message"])["badge_id"]
