"""Test that twice the input takes about twice the work, for every verb and dimension; work is counted in calls.

`python -m benchmarks.scaling` measures time and memory for larger inputs.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import pytest

from benchmarks.growth import DIMENSIONS, HEAD, VERBS
from tests import in_process

#: Each merged map has all keys of the maps above it, so the compiled output grows with the square of the input, up to a
#: limit.
GROWS_WITH_THE_SQUARE = {("compile", "merge_chain")}
SIZE = 400
RATIO = 2.3
COUNTED = {"call", "c_call"}


def calls(work: Callable[[], object]) -> int:
    """Count the calls of Python functions and C functions."""
    number = 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal number
        number += event in COUNTED

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(before)
    return number


def work_of(verb: str, dimension: str, size: int, config: Path) -> int:
    made = DIMENSIONS[dimension](size)
    config.write_text(HEAD + made.config)
    words = VERBS[verb] if verb == "init" else (*VERBS[verb], "--config", str(config))
    return calls(lambda: in_process.call(*words, input=made.stream.encode()))


@pytest.mark.parametrize("dimension", DIMENSIONS)
@pytest.mark.parametrize("verb", VERBS)
def test_work_grows_with_the_input(tmp_path: Path, verb: str, dimension: str) -> None:
    work_of(verb, dimension, 8, tmp_path / "config.yaml")  # the first call imports the modules
    small, large = (work_of(verb, dimension, SIZE * factor, tmp_path / "config.yaml") for factor in (1, 2))
    assert (large < small * RATIO) == ((verb, dimension) not in GROWS_WITH_THE_SQUARE)


def test_what_grows_with_the_square_is_refused_in_time(tmp_path: Path) -> None:
    made = DIMENSIONS["merge_chain"](8000)
    config = tmp_path / "config.yaml"
    config.write_text(HEAD + made.config)
    done = in_process.call("compile", "--format", "flux", "--config", str(config), input=made.stream.encode())
    assert (done.returncode, done.stdout) == (3, b"")
    assert b"--limit values=" in done.stderr
