"""
Run commands one after the other, then print what they cost, as a last line of JSON.

A process of its own, with few imports: Linux counts the memory of the process that
starts a command into the peak of that command.
"""

import json
import resource
import subprocess
import sys
import time

if __name__ == "__main__":
    started = time.perf_counter()
    for command in json.loads(sys.argv[1]):
        subprocess.run(command, check=True)
    wall = time.perf_counter() - started
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    # Linux counts in kilobytes, macOS in bytes.
    peak_memory = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    cpu = usage.ru_utime + usage.ru_stime
    print(json.dumps({"wall": wall, "cpu": cpu, "peak_memory": peak_memory}))
