"""Synchronous work from an async host: in a bounded pool, with the task's context variables."""

import contextvars
from collections.abc import Callable
from concurrent.futures import Executor
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


async def in_pool(pool: Executor, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run it there. Cancelled, what has begun is finished: a message is taken in whole or not at all."""
    import asyncio  # a synchronous host need not load it

    context = contextvars.copy_context()
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(pool, lambda: context.run(function, *args, **kwargs))
