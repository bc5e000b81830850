"""The look that the other tests take sees what is amiss."""

from __future__ import annotations

import json

from tests.hostile.figures import Figures
from tests.hostile.looking import Look, look
from tests.sites.bucket import Bucket


def test_lost_and_wrong_objects_are_seen(bucket: Bucket) -> None:
    recorded = []
    figures = Figures("", lambda name, value: recorded.append(value))
    paths = {
        "a.txt": "a.0cc175b9c0f1.txt",
        "b.txt": "b.92eb5ffee6ae.txt",
        "lost.txt": "lost.000000000000.txt",
    }
    bucket.put("staticfiles.json", json.dumps({"paths": paths}).encode())
    bucket.put("a.0cc175b9c0f1.txt", b"a")
    bucket.put("b.92eb5ffee6ae.txt", b"something else")

    seen = look(bucket, figures)

    assert seen == Look(lost=["lost.000000000000.txt"], wrong=["b.92eb5ffee6ae.txt"])
    assert recorded == [["", 0, 1, 1, 0, 0]]
