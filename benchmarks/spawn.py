"""Runs commands in turn and prints the cost of each: `python -I -S spawn.py ROUNDS < jobs`.

A child shares its parent's memory until it executes its own program, and Linux counts that memory towards the child's
peak. The parent is therefore a separate process that imports very little, not even json: it must not be larger than a
bare interpreter, and it cannot measure a peak below the 9 MB that it uses itself. A blocking `wait4` gives the time and
the peak; `subprocess` with a timeout would poll. Each line of the input is a job, with tabs between its fields: the
file for standard input, the file for standard output, and the words of the command.
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
            # Each round starts with the next job, so that no job always runs first.
            number = (turn + step) % len(jobs)
            print(number, *_run(*jobs[number]))


def _run(stdin: str, stdout: str, *argv: str) -> tuple[int, int]:
    """Run a command; return its wall time in nanoseconds and its peak memory in KiB."""
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
