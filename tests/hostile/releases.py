"""Releases of a small site; each has other bytes, and so other hashed names."""

from __future__ import annotations


def release(number: int) -> dict[str, str]:
    """Return files that refer to each other; a few stay the same in all releases."""
    return {
        "css/base.css": "b { background: url(../logo.png) }",
        "css/theme.css": f'@import "base.css"; i {{ order: {number} }}',
        "app.js": f"let release = {number};",
        "logo.png": f"PNG {number}",
        f"only/{number}.txt": str(number),
        "robots.txt": "the same",
        **{f"pages/{n}.txt": f"{n} of {number}" for n in range(4)},
    }
