"""Reports the results as a table and as a sentence, and lists missed targets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from benchmarks.measure import Cost

TOOL = "spk-macvlan"
#: The versions of kustomize, newest first, each with its name in tools.binaries.
KUSTOMIZES = (("kustomize 5.8", "kustomize-5.8"), ("kustomize 5.6", "kustomize"))
BY_NAME, BY_POSITION = "by name", "by position"
INTERPRETER = "python -I -c pass"

_HEADER = ("stream", "what ran", "median ms", "peak MB", "times the tool")
_ROW = "{:<24}  {:<25}  {:>9}  {:>7}  {:>14}"


class Result(NamedTuple):
    documents: int
    size: int
    costs: Mapping[str, Cost]

    def ratio(self, slower: str, faster: str) -> float:
        return self.costs[slower].wall_ms / self.costs[faster].wall_ms


def ratios(result: Result) -> dict[str, float]:
    """Return the ratios that `--require` accepts, by name.

    The kustomize ratios are those of the newest version that ran.
    """
    found = {"interpreter": result.ratio(TOOL, INTERPRETER)}
    newest = next((label for label, _ in KUSTOMIZES if f"{label} {BY_NAME}" in result.costs), None)
    if newest:
        found["by-name"] = result.ratio(f"{newest} {BY_NAME}", TOOL)
        found["by-position"] = result.ratio(f"{newest} {BY_POSITION}", TOOL)
    return found


def missed(result: Result, targets: Mapping[str, float]) -> list[str]:
    """Return a line for each missed ratio: the kustomize ratios have a minimum, the interpreter ratio has a maximum."""
    found, lines = ratios(result), []
    for name, target in targets.items():
        most = name == "interpreter"
        if found[name] > target if most else found[name] < target:
            lines.append(f"missed: {name} is {found[name]:.2f}, must be at {'most' if most else 'least'} {target:g}")
    return lines


def header() -> str:
    return _ROW.format(*_HEADER)


def table(result: Result) -> str:
    """Return a line for each job; the first line also names the stream."""
    stream = f"{result.documents:,} docs, {result.size / 1e3:,.0f} KB"
    lines = []
    for name, cost in result.costs.items():
        figures = (f"{cost.wall_ms:,.1f}", f"{cost.peak_mb:,.1f}", f"{result.ratio(name, TOOL):,.2f}")
        lines.append(_ROW.format(stream, name, *figures))
        stream = ""
    return "\n".join(lines)


def sentence(results: list[Result]) -> str:
    """Return the results as one sentence, for quoting in documentation."""
    return f"{TOOL} takes {'; '.join(_clause(result) for result in results)}."


def _clause(result: Result) -> str:
    tool, found = result.costs[TOOL], ratios(result)
    text = f"{tool.wall_ms:.0f} ms and {tool.peak_mb:.0f} MB for {result.documents:,} documents"
    text += f" ({result.size / 1e3:,.0f} KB), {found['interpreter']:.1f} times as long as a bare interpreter"
    if "by-name" not in found:
        return text
    return (
        f"{text}, and kustomize takes {found['by-name']:,.1f} times as long with the same edits"
        f" by name and {found['by-position']:,.1f} times by position"
    )
