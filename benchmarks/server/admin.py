"""What the benchmark asks the server itself: no client counts, no latency."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from benchmarks.server.messages import Request, Response
from benchmarks.server.store import Bucket, Store

PATH = "/-/"


def administer(store: Store, request: Request) -> Response:
    """Answer ``/-/<command>?…`` with JSON."""
    query = request.query
    bucket = store.buckets.setdefault(query.get("bucket", ""), Bucket())
    result: Any = None
    match request.path.removeprefix(PATH):
        case "latency":
            store.latency = float(query["ms"]) / 1000
        case "wipe":
            store.buckets[query["bucket"]] = Bucket()
        case "reset":
            bucket.reset()
        case "copy":
            now = datetime.now(UTC)
            for key, stored in store.buckets[query["source"]].items():
                bucket.put(key, replace(stored, modified=now))
        case "fill":
            stored = store.stored(b"x", ())
            for number in range(int(query["count"])):
                bucket.put(f"dir{number // 200:04}/file{number:06}.js", stored)
        case "dump":
            result = {key: stored.etag for key, stored in bucket.items()}
        case "state":
            result = {
                "requests": dict(sorted(bucket.requests.items())),
                "objects": len(bucket),
                "put_seconds": put_seconds(store, bucket),
            }
        case _:
            return Response(404)
    return Response(body=json.dumps(result).encode())


def put_seconds(store: Store, bucket: Bucket) -> float:
    """Return the time from the first PUT's arrival to the last one's answer."""
    if bucket.first_put is None or bucket.last_put is None:
        return 0
    return bucket.last_put - bucket.first_put + store.latency
