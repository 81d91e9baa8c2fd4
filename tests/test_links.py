"""Test that every link in the documentation works, and that its diagrams and conversion examples are correct."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from urllib.parse import urlsplit

import pytest

from postrender import config, conversion
from postrender.manual import Entry
from postrender.manual.entries import ENTRIES
from tests.docs import ROOT, Block, blocks, links, links_in, prose, read

# To link to another host, add the host here deliberately.
HOSTS = {"cosmic-ray.readthedocs.io"}
FILES = [path.relative_to(ROOT) for path in ROOT.rglob("*.md")]
PAGES = sorted(str(file) for file in FILES if not any(part.startswith(".") for part in file.parts))

URL = re.compile(r"\bhttps?://[^\s)>`|\"']*")
SPAN = re.compile(r"`[^`]*`")
HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)

every_page = pytest.mark.parametrize("page", PAGES)


# Tests of links.


def anchors(page: str) -> set[str]:
    """Return the anchors of a page's headings, as GitHub makes them: a repeated anchor gets a number."""
    seen: Counter[str] = Counter()
    found = set()
    for heading in HEADING.findall(prose(page)):
        name = re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")
        found.add(f"{name}-{seen[name]}" if seen[name] else name)
        seen[name] += 1
    return found


def dead(page: str, relative: Iterable[str]) -> list[str]:
    """Return the links of a page that lead to no file of the repository, or to a missing heading."""
    return [link for link in relative if not leads_somewhere(page, link)]


def leads_somewhere(page: str, link: str) -> bool:
    path, _, anchor = link.partition("#")
    file = (ROOT / page).parent.joinpath(path).resolve() if path else ROOT / page
    return file.is_file() and (not anchor or anchor in anchors(str(file.relative_to(ROOT))))


@every_page
def test_every_relative_link_leads_to_a_file_of_the_repository_and_to_a_heading(page: str) -> None:
    assert dead(page, (link for link in links(page) if "://" not in link)) == []


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.seen[0])
def test_every_link_of_what_explain_answers_leads_to_a_page(entry: Entry) -> None:
    """An entry's pages are relative to `docs/`, whichever page shows the table with the entry."""
    assert dead("docs/README.md", [*entry.pages, *links_in(entry.cause), *links_in(entry.advice)]) == []


@pytest.mark.parametrize(
    "link", ["gone.md", "gone.md#heading", "faq.md#gone", "#gone", "../docs", "maintainers", "../gone.md"]
)
def test_a_dead_link_is_found(link: str) -> None:
    assert dead("docs/faq.md", [link, "faq.md", "#releases", "../README.md#quick-start"]) == [link]


@every_page
def test_the_links_out_are_few_and_well_formed(page: str) -> None:
    for url in map(urlsplit, URL.findall(SPAN.sub("", prose(page)))):
        assert (url.scheme, url.hostname in HOSTS, url.port, url.username) == ("https", True, None, None), url.geturl()


@every_page
def test_no_link_is_written_in_a_way_that_is_not_looked_at(page: str) -> None:
    text = SPAN.sub("", prose(page))
    assert not re.search(r"\]\[|^\[[^\]]+\]:|<a |<img |\]\([^)]*\s", text, re.MULTILINE)
    assert text.count("](") == len(links(page))


def test_anchors_are_found_as_github_makes_them() -> None:
    assert {"two-releases-use-one-network-who-owns-it", "may-the-master-be-the-nodes-own-nic-br-ex"} <= anchors(
        "docs/faq.md"
    )
    assert "specnetworks-in-order" in anchors("docs/config.md")


# Tests of diagrams.

PICTURES = [block for page in PAGES for block in blocks(page) if block.language == "mermaid"]
PAIRS = {"]": "[", ")": "(", "}": "{"}


def place(block: Block) -> str:
    return f"{block.page}:{block.line}"


def test_there_is_a_picture_of_the_network_and_one_of_the_pipeline() -> None:
    assert [block.page for block in PICTURES] == ["README.md", "docs/maintainers/architecture.md"]


@pytest.mark.parametrize("block", PICTURES, ids=place)
def test_a_picture_is_a_flowchart_whose_brackets_close(block: Block) -> None:
    first, *lines = block.text.splitlines()
    assert first == "flowchart LR"
    words = [line.split()[0] for line in lines]
    assert words.count("subgraph") == words.count("end")
    for line in lines:
        opened: list[str] = []
        for char in re.sub(r'"[^"]*"', "", line).replace("-->", "").replace("-.->", ""):
            if char in PAIRS.values():
                opened.append(char)
            assert char not in PAIRS or opened.pop() == PAIRS[char], line
        assert opened == [], line
        assert line.count('"') % 2 == 0
        assert line.count("|") in (0, 2), line


def test_the_picture_of_the_network_is_that_of_the_example() -> None:
    picture = PICTURES[0].text
    for number, network in enumerate(EXAMPLE.networks, 1):
        assert f'nic{number}["NIC {network.master}"]' in picture
        assert f'nic{number} -->|"{network.name}"| net{number}' in picture
        assert f'net{number}["net{number}, TMM 1.{number}"]' in picture


@pytest.mark.parametrize(
    ("folder", "module"),
    [("yamledit", "stream"), ("spk", "target"), ("conversion", "plan"), ("yamledit", "splice"), ("yamledit", "proof")],
)
def test_the_picture_of_the_pipeline_has_its_modules(folder: str, module: str) -> None:
    assert (ROOT / f"postrender/{folder}/{module}.py").is_file()
    assert re.search(rf"\b{module}\b", PICTURES[1].text)


# Tests of conversion examples.

PAGE_CONFIG = config.parse((ROOT / "examples/spk-macvlan.yaml").read_bytes())
#: F5's guide lists the internal network first. The README starts with the example chart, which has the opposite order.
ATTACHED = re.findall(r"sriov-(\w+)", read("examples/spk/charts/f5-tmm/values.yaml").partition("cniNetworks: ")[2])[:2]
EXAMPLE = PAGE_CONFIG._replace(
    networks=tuple(sorted(PAGE_CONFIG.networks, key=lambda it: ATTACHED.index(it.name.removeprefix("macvlan-"))))
)


def test_the_before_of_the_readme_becomes_its_after() -> None:
    (diff,) = (block.text.splitlines(keepends=True) for block in blocks("README.md") if block.language == "diff")
    before, after = ("".join(line[1:] for line in diff if line[0] in f" {sign}") for sign in "-+")
    definitions, _, workload = conversion.convert(before.encode(), EXAMPLE).output.decode().rpartition("---\n")
    assert workload == after
    (definition,) = (block.text for block in blocks("README.md") if block.language == "yaml")
    assert definition in definitions
    assert definitions.count("kind: NetworkAttachmentDefinition") == len(EXAMPLE.networks)


def test_the_definition_of_the_readme_is_as_the_page_has_it() -> None:
    (text,) = re.findall(r"config: '(.*)'", read("README.md"))
    assert json.loads(text) == {
        "cniVersion": "0.3.1",
        "name": "macvlan-external",
        "type": "macvlan",
        "master": "ens256",
        "mode": "bridge",
        "ipam": {},
    }
