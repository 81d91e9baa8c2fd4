"""Runs the program for `python -I -m postrender`, which ignores PYTHON* variables and the working directory."""

from __future__ import annotations

from postrender.cli.main import run

if __name__ == "__main__":
    run()
