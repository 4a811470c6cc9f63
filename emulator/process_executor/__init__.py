"""LAMBDA_RUNTIME_EXECUTOR=process: LocalStack runs Lambda functions as processes, without Docker.

launch.py       runs LocalStack so that nothing of it outlives serve.py
backends.py     how DynamoDB Local and Kinesis Mock are launched
tidy.py         what LocalStack would pile up, put away
executor.py     one execution environment, as LocalStack's RuntimeExecutor asks for
forkserver.py   LocalStack's side of the process that all functions are forked from
functions/      the functions' side, on the functions' own Python: zygote.py, runtime_client.py
leash.py        ends a command when its parent has gone
"""

from localstack.services.lambda_.invocation.plugins import RuntimeExecutorPlugin


class ProcessRuntimeExecutorPlugin(RuntimeExecutorPlugin):
    """The entry point `process`; LocalStack loads it at the first function."""

    name = "process"

    def load(self, *_: object, **__: object) -> type:
        from process_executor.executor import ProcessRuntimeExecutor

        return ProcessRuntimeExecutor
