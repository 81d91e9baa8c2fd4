"""`python -I -m postrender`: the program, isolated from Python's environment variables and the working directory."""

from __future__ import annotations

from postrender.cli.main import run

if __name__ == "__main__":
    run()
