"""Runs commands in turn and prints what each cost: `python -I -S spawn.py ROUNDS < jobs`.

A child shares its parent's memory until it executes its own program, and Linux counts that towards the child's
peak. So this parent is a process of its own that imports nothing, not even json: it must not be larger than a bare
interpreter, and a peak below its own 9 MB cannot be told. A blocking `wait4` gives the time and the peak;
`subprocess` with a timeout would poll. A job is a line of fields with tabs between: stdin, stdout, the command.
"""

import os
import sys
import time

_READ = os.O_RDONLY
_WRITE = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
_FOREIGN = ("PYTHON", "SPK_MACVLAN_")


def main() -> None:
    jobs = [line.rstrip("\n").split("\t") for line in sys.stdin]
    for turn in range(int(sys.argv[1])):
        for step in range(len(jobs)):
            # Each round starts with another job, so that none always has the same neighbour's caches.
            number = (turn + step) % len(jobs)
            print(number, *_run(*jobs[number]))


def _run(stdin: str, stdout: str, *argv: str) -> tuple[int, int]:
    """Wall time in nanoseconds and peak memory in KiB."""
    errors = f"{stdout}.err"
    files = [
        (os.POSIX_SPAWN_OPEN, 0, stdin, _READ, 0),
        (os.POSIX_SPAWN_OPEN, 1, stdout, _WRITE, 0o644),
        (os.POSIX_SPAWN_OPEN, 2, errors, _WRITE, 0o644),
    ]
    environment = {key: value for key, value in os.environ.items() if not key.startswith(_FOREIGN)}
    started = time.perf_counter_ns()
    pid = os.posix_spawn(argv[0], argv, environment, file_actions=files)
    _, status, usage = os.wait4(pid, 0)
    elapsed = time.perf_counter_ns() - started
    if status:
        _fail(argv, os.waitstatus_to_exitcode(status), errors)
    return elapsed, usage.ru_maxrss


def _fail(argv: tuple[str, ...], code: int, errors: str) -> None:
    with open(errors, encoding="utf-8", errors="replace") as file:
        sys.exit(f"{' '.join(argv)}: exit status {code}\n{file.read()}")


if __name__ == "__main__":
    main()
