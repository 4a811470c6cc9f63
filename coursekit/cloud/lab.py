"""A lab: what a notebook holds while it runs."""

import difflib
import time
from collections.abc import Callable, Sequence

from botocore.client import BaseClient
from botocore.config import Config
from IPython.display import display
from localstack_client.session import Session

from coursekit.cloud import functions, waiting
from coursekit.cloud.accounts import AccountLease, lease_account
from coursekit.cloud.clean import empty_account
from coursekit.cloud.emulator import Address, configured_address, connect_or_start
from coursekit.cloud.errors import LabError, UnknownLabError
from coursekit.cloud.guard import REGION, guard_process
from coursekit.paths import LABS

_CONFIG = Config(
    retries={"total_max_attempts": 1},  # a lab counts what happens; silent retries would lie
    connect_timeout=2,  # seconds
    read_timeout=70,  # seconds; longer than any function in a lab runs
    inject_host_prefix=False,  # sync-127.0.0.1 would not resolve
    proxies={},
    max_pool_connections=50,
    parameter_validation=True,
)
_ACTIVE_SECONDS = 30.0
_leases: dict[tuple[str, int], AccountLease] = {}  # of this process, by lab and ordinal


class Lab:
    """One account on the emulator, and the few things that a lab does with it again and again."""

    region = REGION

    def __init__(self, slug: str, address: Address, account: str, ordinal: int = 1) -> None:
        """Use `account` on the emulator at `address`; `open_lab` does it for you."""
        self.slug = slug
        self.account = account
        self._address = address
        self._ordinal = ordinal
        self._clients: dict[str, BaseClient] = {}
        self._session = Session(
            aws_access_key_id=account,
            aws_secret_access_key="made-up",
            aws_session_token=None,
            region_name=REGION,
            localstack_host=str(address),
        )

    def __repr__(self) -> str:
        """The lab's name; account numbers stay out of outputs."""
        return f"Lab({self.slug!r})"

    @property
    def role_arn(self) -> str:
        """A made-up role: the emulator does not check permissions."""
        return f"arn:aws:iam::{self.account}:role/lab"

    def client(self, service: str) -> BaseClient:
        """A plain boto3 client for the emulator. Nothing is retried."""
        if service not in self._clients:
            self._clients[service] = self._session.client(service, config=_CONFIG)
        return self._clients[service]

    def other_account(self) -> "Lab":
        """A second account of the same lab, empty."""
        return _open(self.slug, self._address, self._ordinal + 1)

    def deploy_function(
        self,
        *,
        function_name: str,
        handler_file: str,
        timeout: int = 3,
        memory_size: int = 128,
        environment: dict[str, object] | None = None,
        libraries: Sequence[str] = (),
        **create_function_arguments: object,
    ) -> str:
        """Create the function, or bring it up to date; wait until it is active; return its ARN.

        `handler_file` is relative to labs/handlers and has a function named `handler`.
        `timeout` is in seconds, `memory_size` in MB. `libraries` are modules of the course's own
        environment that go into the zip; boto3 is there without. Any other argument goes to
        `create_function`.
        """
        path = functions.handler_path(handler_file)
        code = functions.zip_handler(path, libraries)
        variables = {name: str(value) for name, value in (environment or {}).items()}
        configuration = {
            "FunctionName": function_name,
            "Runtime": "python3.13",
            "Role": self.role_arn,
            "Handler": f"{path.stem}.handler",
            "Timeout": timeout,
            "MemorySize": memory_size,
            "Environment": {"Variables": variables},
        } | create_function_arguments
        client = self.client("lambda")
        try:
            arn = client.create_function(Code={"ZipFile": code}, **configuration)["FunctionArn"]
        except client.exceptions.ResourceConflictException:
            # The cell was run again: same function, as it is described now.
            client.update_function_code(FunctionName=function_name, ZipFile=code)
            self._wait_active(function_name)
            allowed = client.meta.service_model.operation_model("UpdateFunctionConfiguration")
            known = allowed.input_shape.members
            arn = client.update_function_configuration(
                **{name: value for name, value in configuration.items() if name in known}
            )["FunctionArn"]
        self._wait_active(function_name)
        return arn

    def show_handler(self, handler_file: str) -> None:
        """Show the source of a handler, from the file that is deployed."""
        display(functions.source_bundle(functions.handler_path(handler_file)), raw=True)

    def log_lines(self, function_name: str) -> list[str]:
        """Every line of the function's log, oldest first, START, END and REPORT included."""
        return functions.read_log_lines(self.client("logs"), function_name)

    def log_records(self, function_name: str) -> list[dict]:
        """The JSON objects that the function printed, oldest first (by `at`, if all have it)."""
        return functions.parse_records(self.log_lines(function_name))

    def wait_for_records(
        self,
        function_name: str,
        enough: Callable[[list[dict]], object],
        *,
        what: str,
        timeout_seconds: float = 60,
    ) -> list[dict]:
        """Read the function's records until `enough(records)` is true; return them."""
        records: list[dict] = []

        def condition() -> bool:
            records[:] = self.log_records(function_name)
            return bool(enough(records))

        def seen() -> str:
            last = f", the last one {records[-1]}" if records else ""
            return f"{len(records)} records from {function_name}{last}"

        waiting.wait_until(
            condition,
            what,
            timeout_seconds,
            f"`lab.log_lines({function_name!r})` shows what the function wrote. To start over, "
            "run the notebook from the top: Kernel > Restart Kernel and Run All Cells.",
            seen,
            lab=self.slug,
        )
        return records

    def wait_until(
        self, condition: Callable[[], object], *, what: str, timeout_seconds: float = 60
    ) -> object:
        """Call `condition` until it returns something true; return that, unless it is `True`."""
        return waiting.wait_until(
            condition,
            what,
            timeout_seconds,
            "To start over, run the notebook from the top: "
            "Kernel > Restart Kernel and Run All Cells.",
            lab=self.slug,
        )

    def _wait_active(self, function_name: str) -> None:
        """Wait until the function can be invoked and changed."""
        deadline = time.monotonic() + _ACTIVE_SECONDS
        while time.monotonic() < deadline:
            found = self.client("lambda").get_function_configuration(FunctionName=function_name)
            state, update = found.get("State"), found.get("LastUpdateStatus")
            if "Failed" in (state, update):
                reason = found.get("StateReason") or found.get("LastUpdateStatusReason")
                raise LabError(f"{function_name} could not be deployed: {reason}")
            if state == "Active" and update in ("Successful", None):
                return
            time.sleep(0.02)
        raise LabError(
            f"{function_name} was not active after {_ACTIVE_SECONDS:.0f} s. "
            "Run the cell again; if it stays so, end the emulator and run `make start`."
        )


def open_lab(slug: str) -> Lab:
    """Connect to the emulator (or start it), take an account of one's own, and empty it."""
    _check_slug(slug)
    address = configured_address()
    lab = _open(slug, address, 1)
    print(f"lab {slug} is ready: an empty account on this machine's emulator")
    return lab


def _open(slug: str, address: Address, ordinal: int) -> Lab:
    running = connect_or_start(address)
    key = (slug, ordinal)
    if key not in _leases:
        _leases[key] = lease_account(slug)
    account = _leases[key].account
    if ordinal == 1:
        ignored = guard_process(address.url, account)
        if ignored:
            print(f"ignored, so that no real account is reached: {', '.join(ignored)}")
    lab = Lab(slug, address, account, ordinal)
    empty_account(lab.client, running)
    return lab


def _check_slug(slug: str) -> None:
    """Refuse a name that no notebook has, and propose the nearest."""
    slugs = sorted(path.stem for path in LABS.glob("*/*.ipynb"))
    if slug not in slugs:
        near = difflib.get_close_matches(slug, slugs, n=1)
        hint = f"Did you mean {near[0]!r}?" if near else f"There are: {', '.join(slugs) or 'none'}."
        raise UnknownLabError(
            f"there is no lab {slug!r}: labs/<part>/{slug}.ipynb is missing. {hint}"
        )
