"""
Run commands one after the other and write what they cost, as JSON.

A process of its own, with few imports: Linux counts the memory of the process that
starts a command into the peak of that command.
"""

from __future__ import annotations

import json
import os
import sys
import time


def run(argv: list[str]) -> dict[str, float]:
    started = time.perf_counter()
    pid = os.posix_spawnp(argv[0], argv, os.environ)
    _, status, usage = os.wait4(pid, 0)
    # Linux counts in kilobytes, macOS in bytes.
    unit = 1 if sys.platform == "darwin" else 1024
    return {
        "returncode": os.waitstatus_to_exitcode(status),
        "wall": time.perf_counter() - started,
        "cpu": usage.ru_utime + usage.ru_stime,
        "peak_memory": usage.ru_maxrss * unit,
    }


def main(result_path: str, commands: list[list[str]]) -> int:
    results = []
    for argv in commands:
        results.append(run(argv))
        if results[-1]["returncode"]:
            break
    with open(result_path, "w", encoding="utf-8") as file:
        json.dump(results, file)
    return int(results[-1]["returncode"])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], json.loads(sys.argv[2])))
