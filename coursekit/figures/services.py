"""Services: the name beneath the picture, the color of AWS's category, and a drawing of our own.

A drawing is the inside of a 48 × 48 square, in white strokes. `f` marks filled parts.
"""

from dataclasses import dataclass

# AWS's category colors, darkened where white strokes would fall below 3:1.
COMPUTE = "#d45b07"
INTEGRATION = "#d6156f"
DATABASE = "#4053d6"
STORAGE = "#5a8410"
NETWORKING = "#7d3fee"
MANAGEMENT = "#b0126a"
SECURITY = "#c8283f"
GENERAL = "#4a5665"


@dataclass(frozen=True)
class Service:
    """How one kind of node is drawn; `strokes` and `fills` are path data."""

    name: str
    color: str
    strokes: str = ""
    fills: str = ""


def dot(x: float, y: float, r: float) -> str:
    """A circle as path data."""
    return f"M{x - r} {y}a{r} {r} 0 1 0 {2 * r} 0a{r} {r} 0 1 0 {-2 * r} 0z"


def box(x: float, y: float, width: float, height: float) -> str:
    """A rectangle as path data."""
    return f"M{x} {y}h{width}v{height}h{-width}z"


QUEUE_RAILS = "M8 14h32M8 34h32"
QUEUE_FILLS = box(11, 19, 7, 10) + box(20.5, 19, 7, 10) + box(30, 19, 7, 10)
DRUM = "M11 14c0-3 6-5 13-5s13 2 13 5-6 5-13 5-13-2-13-5zM11 14v20c0 3 6 5 13 5s13-2 13-5V14"
CYLINDERS = DRUM + "M11 24c0 3 6 5 13 5s13-2 13-5"
BUS = "M8 24h32M15 24v-8M33 24v-8M24 24v8"
BUS_DOTS = dot(15, 12.5, 3.5) + dot(33, 12.5, 3.5) + dot(24, 35.5, 3.5)
SCREEN = "M8 11h32v22H8zM18 39h12M24 33v6"
CLOCK = dot(24, 24, 14) + "M24 15v9l6 4"
BELL = "M13 33V23a11 11 0 0 1 22 0v10l3 3H10zM21 40h6M24 12V9"
WAVES = "M9 17c5-6 10 6 15 0s10 6 15 0M9 25c5-6 10 6 15 0s10 6 15 0M9 33c5-6 10 6 15 0s10 6 15 0"
PAPER = "M14 8h14l7 7v25H14zM28 8v7h7M19 22h11M19 28h11M19 34h7"

SERVICES = {
    "lambda": Service("Lambda", COMPUTE, "M14 10h6l13 28h5M22 18L11 38"),
    "ec2": Service(
        "EC2",
        COMPUTE,
        "M14 14h20v20H14zM19 9v5M24 9v5M29 9v5M19 34v5M24 34v5M29 34v5M9 19h5M9 24h5M9 29h5"
        "M34 19h5M34 24h5M34 29h5",
    ),
    "fargate": Service(
        "Fargate", COMPUTE, "M24 8l14 7v18l-14 7-14-7V15zM10 15l14 7 14-7M24 22v18M17 11.5l14 7"
    ),
    "sqs-queue": Service("SQS queue", INTEGRATION, QUEUE_RAILS, QUEUE_FILLS),
    "sqs-fifo": Service(
        "SQS FIFO queue", INTEGRATION, QUEUE_RAILS + "M9 24h24M28 19l6 5-6 5", box(37, 18, 3, 12)
    ),
    "dead-letter-queue": Service(
        "Dead-letter queue", INTEGRATION, QUEUE_RAILS + "M18 18l12 12M30 18L18 30"
    ),
    "sns-topic": Service(
        "SNS topic",
        INTEGRATION,
        "M18 24h14M17 21l13-9M17 27l13 9",
        dot(13, 24, 5) + dot(34, 10.5, 4) + dot(36, 24, 4) + dot(34, 37.5, 4),
    ),
    "eventbridge-bus": Service("EventBridge bus", INTEGRATION, BUS, BUS_DOTS),
    "eventbridge-rule": Service("EventBridge rule", INTEGRATION, "M9 11h30L28 25v12l-8-4v-8z"),
    "eventbridge-archive": Service(
        "EventBridge archive", INTEGRATION, "M9 11h30v8H9zM12 19v19h24V19M20 26h8"
    ),
    "eventbridge-scheduler": Service("EventBridge Scheduler", INTEGRATION, CLOCK),
    "step-functions": Service(
        "Step Functions",
        INTEGRATION,
        "M24 15v5M24 20H14v5M24 20h10v5M14 33v3h20v-3",
        box(19, 7, 10, 8) + box(9, 25, 10, 8) + box(29, 25, 10, 8),
    ),
    "dynamodb-table": Service("DynamoDB table", DATABASE, CYLINDERS + "M21 33l3-4h-2l2-4"),
    "dynamodb-stream": Service("DynamoDB stream", DATABASE, DRUM + "M15 26c3-3 6 3 9 0s6 3 9 0"),
    "database": Service("Database", DATABASE, CYLINDERS),
    "search-index": Service("Search index", DATABASE, dot(21, 21, 11) + "M29 29l10 10"),
    "s3-bucket": Service(
        "S3 bucket",
        STORAGE,
        "M10 14l4 23c0 2 20 2 20 0l4-23c0 5-28 5-28 0zM10 14c0-5 28-5 28 0M24 24h12",
        dot(23, 24, 2.4),
    ),
    "api-gateway": Service(
        "API Gateway", NETWORKING, "M17 12l-8 4v16l8 4zM31 12l8 4v16l-8 4zM24 9v30M21 18h6M21 30h6"
    ),
    "load-balancer": Service(
        "Load balancer",
        NETWORKING,
        "M18 24h14M17 21l13-9M17 27l13 9M30 8h8v8h-8zM32 20h8v8h-8zM30 32h8v8h-8z",
        dot(13, 24, 5),
    ),
    "kinesis-stream": Service("Kinesis stream", NETWORKING, WAVES),
    "cloudwatch": Service("CloudWatch", MANAGEMENT, dot(24, 24, 14) + "M14 27h5l3-9 4 13 3-7h5"),
    "cloudwatch-logs": Service("CloudWatch Logs", MANAGEMENT, PAPER),
    "cloudwatch-alarm": Service("CloudWatch alarm", MANAGEMENT, BELL),
    "iam-policy": Service(
        "Policy", SECURITY, "M24 8l13 5v10c0 8-5 14-13 17-8-3-13-9-13-17V13zM18 24l4 4 8-8"
    ),
    "client": Service("Client", GENERAL, SCREEN),
    "mobile": Service("Mobile app", GENERAL, "M16 7h16v34H16zM22 36h4"),
    "user": Service("Person", GENERAL, dot(24, 17, 7) + "M10 40c0-9 6-13 14-13s14 4 14 13"),
    "server": Service(
        "Server",
        GENERAL,
        box(9, 10, 30, 12) + box(9, 26, 30, 12) + "M24 16h9M24 32h9",
        dot(16, 16, 2.2) + dot(16, 32, 2.2),
    ),
    "http": Service(
        "HTTP service", GENERAL, dot(24, 24, 15) + "M9 24h30M24 9c-9 8-9 22 0 30 9-8 9-22 0-30"
    ),
    "program": Service("Program", GENERAL, "M8 11h32v26H8zM8 18h32M14 25l5 4-5 4M23 33h8"),
    "document": Service("Document", GENERAL, PAPER),
    "state": Service("State", INTEGRATION),
}
