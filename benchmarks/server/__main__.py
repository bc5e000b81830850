"""``python -m benchmarks.server [port]``: prints its address, serves until killed."""

from __future__ import annotations

import asyncio
import sys

from benchmarks.server.admin import PATH, administer
from benchmarks.server.messages import Request, Response
from benchmarks.server.operations import answer
from benchmarks.server.protocol import HttpProtocol
from benchmarks.server.store import Store

if sys.platform == "win32":
    from asyncio import run
else:
    from uvloop import run


async def serve(port: int) -> None:
    store = Store()

    def respond(request: Request) -> tuple[Response, float]:
        if request.path.startswith(PATH):
            return administer(store, request), 0
        return answer(store, request), store.latency

    server = await asyncio.get_running_loop().create_server(
        lambda: HttpProtocol(respond), "127.0.0.1", port, backlog=1024
    )
    address, bound_port = server.sockets[0].getsockname()
    print(f"http://{address}:{bound_port}", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    run(serve(int(sys.argv[1]) if len(sys.argv) > 1 else 0))
