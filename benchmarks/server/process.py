"""The server's process: a manager passes it what the benchmark asks for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.managers import BaseManager
from queue import SimpleQueue
from threading import Thread
from typing import Any

import uvloop

from benchmarks.server.protocol import HttpProtocol
from benchmarks.server.store import Store


class Server(Store):
    """The store, which a thread serves over HTTP."""

    def __init__(self) -> None:
        super().__init__()
        addresses: SimpleQueue[tuple[str, int]] = SimpleQueue()
        Thread(target=lambda: uvloop.run(self._serve(addresses)), daemon=True).start()
        self._endpoint = "http://{}:{}".format(*addresses.get())

    def endpoint(self) -> str:
        return self._endpoint

    async def _serve(self, addresses: SimpleQueue[Any]) -> None:
        server = await asyncio.get_running_loop().create_server(
            lambda: HttpProtocol(self), "127.0.0.1", 0, backlog=1024
        )
        addresses.put(server.sockets[0].getsockname())
        await server.serve_forever()


class Manager(BaseManager):
    """Starts a process with a server, and passes it the calls of its methods."""

    server: Callable[[], Server]


Manager.register("server", Server)


@contextmanager
def running_server() -> Iterator[Server]:
    with Manager() as manager:
        yield manager.server()
