"""Removes what Helm and kustomize quote in their messages, because rendered text and values may be secrets.

A message keeps only the programs' own phrases, the names of files that were opened, lines and columns in them, and the
literal text of a template's `fail` or `required`. Everything else becomes `…`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

LONGEST = 1 << 14  #: the maximum number of characters of a message that are examined; far fewer are shown
CUT = "…"
PUNCTUATION = "()[]{}<>\"'`,.;:|!?"
#: The types of JSON and of Go, listed one by one: an open pattern could also match a value.
_TYPE = (
    r"(?:string|number|integer|boolean|bool|object|array|null|nil|int64|float64|interface \{\}|\[\]interface \{\}|"
    r"map\[string\]interface \{\}|(?:releaseutil|util)\.SimpleHead|SimpleHead\.(?:kind|version|metadata(?:\.name)?)|"
    r"(?:chartutil|common)\.Values|\*?(?:v1\.)?chart\.Metadata|types\.Kustomization|reflect\.Value)"
)
_EXPECTED = r"(?:<document start>|<stream-start>|'[],:?}\[{-]'|node content|alphabetic or numeric character|key)"
_PARSED = (
    r"(?:block (?:mapping|sequence|collection|scalar|entry)|flow (?:mapping|sequence|node)|simple key|quoted scalar|"
    r"plain scalar|anchor|alias|tag|directive|node|document)"
)
_STATUS = (
    r"(?:401 Unauthorized|403 Forbidden|404 Not Found|407 Proxy Authentication Required|429 Too Many Requests|"
    r"500 Internal Server Error|502 Bad Gateway|503 Service Unavailable|504 Gateway Timeout)"
)
PHRASES = (
    # Go's templates, and Helm's functions in them
    r"execution error at",
    r"parse error at",
    r"template:",
    r"executing",
    r"\bat(?= <)",
    r"error calling(?: (?:fail|required|include|tpl|index|lookup|from(?:Yaml|Json)|to(?:Yaml|Json|Date)|mustToDate):)?",
    r"cannot parse template",
    r"unclosed action|unexpected EOF|unexpected \{\{end\}\}|undefined variable",
    r"missing value for (?:if|with|range|else)",
    r"no template|associated with template|not defined|\bfunction\b",
    r"parsing time|cannot parse|could not parse",
    r"range can't iterate over",
    rf"nil pointer evaluating {_TYPE}|index of nil pointer|index out of range",
    rf"can't evaluate field|in type {_TYPE}",
    rf"wrong type for value; expected {_TYPE}; got {_TYPE}|incompatible types for comparison",
    rf"interface conversion: interface \{{\}} is {_TYPE}, not {_TYPE}",
    r"runtime error:|integer divide by zero|rendering template has a nested reference name:",
    r"illegal base64 data at input byte|invalid semantic version|invalid character|unexpected end of JSON input",
    r"looking for beginning of (?:value|object key string)|after (?:top-level value|object key|array element)",
    # YAML and JSON
    r"YAML parse error on|error converting YAML to JSON:|error unmarshaling JSON:|while decoding JSON:",
    r"cannot unmarshal yaml document:|yaml: (?:line \d{1,7}: )?|unmarshal errors:|line \d{1,7}:?",
    r"mapping values are not allowed in this context",
    r"block (?:sequence|mapping) entries are not allowed in this context",
    rf"did not find (?:URI escaped octet|expected {_EXPECTED}(?: or {_EXPECTED})?)|could not find expected ':'",
    r"found (?:character that cannot start any token|a tab character that violates indentation)",
    r"found unknown escape character",
    r"found (?:unexpected end of stream|unexpected document indicator|undefined tag handle|undefined alias)",
    rf"while (?:parsing|scanning) an? {_PARSED}",
    r"unknown anchor|referenced|control characters are not allowed",
    r"mapping key|already defined(?: at line \d{1,7})?|invalid (?:map key|trailing UTF-8 octet)",
    rf"json: cannot unmarshal {_TYPE} into Go (?:value|struct field {_TYPE}) of type {_TYPE}",
    r"json: unknown field|error unmarshaling",
    # values and their schema
    r"values don't meet the specifications of the schema\(s\) in the following chart\(s\):|- at",
    rf"got {_TYPE}, want {_TYPE}(?: or {_TYPE})*|does not match pattern",
    r"is not valid (?:email|hostname|ipv4|ipv6|uri|date|date-time|time|regex|uuid|json-pointer)\b",
    r"missing propert(?:y|ies)|additional propert(?:y|ies)|not allowed|value must be(?: one of)?",
    r"(?:min|max)(?:Length|Items|Properties)?(?:imum)?: got|(?:oneOf|anyOf|allOf|not) failed|, want",
    r"failed parsing --set data:|error parsing index:|has no value|unable to parse key:?|invalid syntax",
    r"strconv\.(?:Atoi|Parse(?:Bool|Float|Int|Uint)): parsing|value out of range",
    # the chart and its dependencies
    r"cannot load (?:Chart|values)\.yaml:|Chart\.yaml file is missing|failed to parse(?: the parameter values:)?",
    r"validation: chart\.metadata\.(?:apiVersion|name|type|version) is (?:required|invalid)",
    r"invalid kube version|as version",
    r"chart requires kubeVersion:|which is incompatible with Kubernetes",
    r"[Aa]n error occurred while checking for chart dependencies\.",
    r"You may need to run .helm dependency build. to fetch missing dependencies:",
    r"found in Chart\.yaml, but missing in charts/ directory:",
    r"no (?:cached repository|repository definition) for|Please add the missing repos via 'helm repo add'",
    r"is not a valid chart repository or cannot be reached:|looks like|could not (?:download|find|retrieve)",
    r"can't get a valid version for|Make sure a matching chart version exists in the repo, or change the version",
    r"the lock file \((?:Chart|requirements)\.lock\) is out of sync with the dependencies file",
    r"\((?:Chart|requirements)\.yaml\)\. Please update the dependencies",
    r"directory|(?:repositor(?:y|ies)|chart|version|dependency) not found|not found(?: in)?|constraint",
    r"dial tcp|lookup|no such host|i/o timeout|(?:read|connect):",
    r"connection (?:refused|reset by peer)|network is unreachable|context deadline exceeded|permission denied",
    rf"{_STATUS}|x509: certificate (?:signed by unknown authority|has expired or is not yet valid)",
    r"tls: failed to verify certificate:|tls: handshake failure|failed to fetch|Get",
    # files
    r"\b(?:open|stat|lstat|read|readdirent)\b|no such file or directory|is a directory|not a directory",
    r"file name too long|too many levels of symbolic links|file does not exist",
    # kustomize
    r"accumulating (?:resources|components)(?: from)?:?|accumulation err|accumulate(?:d|ing) (?:resource|target)s?",
    r"unable to find one of 'kustomization\.yaml', 'kustomization\.yml' or 'Kustomization' in directory",
    r"invalid Kustomization:|evalsymlink failure on|security;|is not in or below|file path|must resolve to a file",
    r"no (?:resource )?matches for|no matches|failed to find unique target for patch",
    r"may not add resource with an already registered id:|merging from generator",
    r"error in (?:add|copy|move|remove|replace|test) for path:|missing (?:value|path)",
    r"Unable to remove nonexistent key:",
    r"(?:add|copy|move|remove|replace|test) operation does not apply:|doc is missing (?:key|path):",
    r"cycle detected|new root|cannot be absolute|git (?:cmd|fetch) failed",
    r"it failed and printed nothing|signal: killed",
)
PHRASE = re.compile("|".join(PHRASES))
#: The path of a template or file in a message of Helm or kustomize, with an optional line and column.
FILE = re.compile(r"[\w./-]+?(?=(?::\d+){0,2}(?:[^\w./-]|$))(?::\d{1,7}){0,2}")
#: The beginning of Helm's message for `fail` or `required`.
DEMAND = re.compile(r"execution error at \([^()\s]+\): ")
#: A template's action that calls `fail` or `required`, and a string in it, as Go writes it.
ACTION = re.compile(r"\{\{(?:(?!\}\}).)*?\b(?:fail|required)\b(?:(?!\}\}).)*\}\}", re.DOTALL)
STRING = re.compile(r'"((?:[^"\\\n]|\\.)*)"|`([^`]*)`')
ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|(.))")
NAMED_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}
VERB = re.compile(r"%[-+ #0]*[\d.]*[a-zA-Z%]")  #: what `printf` replaces by a value
WORD = re.compile(r"\S+")
CUT_PART = re.compile(rf"\0(?:[{re.escape(PUNCTUATION)}]*\0)*")


def own_words(message: str) -> str:
    """Return a failed program's error without the warnings before it, because warnings may repeat values."""
    lines = message[:LONGEST].splitlines()
    first = next((number for number, line in enumerate(lines) if line.startswith("Error:")), 0)
    words = " ".join(" ".join(lines[first:]).removeprefix("Error:").split())
    return words.partition(" Use --debug flag to render out invalid YAML")[0]


def remove_values(message: str, templates: Mapping[str, str], opened: Collection[str]) -> str:
    """Return a message without anything that may be a value.

    `templates` are the texts of the chart's templates, by path. `opened` are the paths of all files that were opened.
    """
    words = " ".join(message[:LONGEST].split())
    kept = bytearray(len(words))
    demand = DEMAND.match(words)  # the chart's own sentence follows, which may contain values
    own = demand.end() if demand else len(words)
    for match in PHRASE.finditer(words, 0, own):
        _keep(kept, match.start(), match.end())
    names = {*_ends(templates), *_ends(opened)}
    for match in FILE.finditer(words, 0, own):
        first = _first_known(match[0].partition(":")[0], names)
        if first >= 0:
            _keep(kept, match.start() + first, match.end())
    for start, end in _literal(words[own:], templates.values()):
        _keep(kept, own + start, own + end)
    return _shortened(words, kept)


def _first_known(path: str, names: Collection[str]) -> int:
    """Return where the name of an opened file begins in a path, at its slash if folders precede it; else -1.

    Helm writes a chart's name in front of the paths of its files.
    """
    if path in names:
        return 0
    slash = path.find("/")
    while slash >= 0 and path[slash + 1 :] not in names:
        slash = path.find("/", slash + 1)
    return slash


def _ends(paths: Collection[str]) -> Iterator[str]:
    """Yield each path, and what remains without its first folders: programs name files in several ways."""
    for path in paths:
        steps = path.split("/")
        yield from ("/".join(steps[number:]) for number in range(len(steps)))


def _literal(sentence: str, templates: Collection[str]) -> Sequence[tuple[int, int]]:
    """Return where a sentence is the literal text of a `fail` or `required`; values stand between these places."""
    for text in templates if sentence else ():
        for action in ACTION.finditer(text):
            for string in STRING.finditer(action[0]):
                places = _places(sentence, string[2] if string[1] is None else ESCAPE.sub(_character, string[1]))
                if places:
                    return places
    return ()


def _character(escape: re.Match[str]) -> str:
    number = escape[1] or escape[2]
    return chr(int(number, 16)) if number else NAMED_ESCAPES.get(escape[3], escape[3])


def _places(sentence: str, literal: str) -> list[tuple[int, int]]:
    """Return where the parts of a literal stand in a sentence; an empty list if the sentence was not made of it."""
    parts = [" ".join(part.split()) for part in VERB.split(literal)]
    at, places = 0, list[tuple[int, int]]()
    for part in parts:
        start = sentence.find(part, at)
        if start < 0:
            return []
        at = start + len(part)
        places.append((start, at))
    begins, ends = sentence.startswith(parts[0]), sentence.endswith(parts[-1])
    return places if begins and ends and any(parts) else []


def _keep(kept: bytearray, start: int, end: int) -> None:
    kept[start:end] = b"\1" * (end - start)


def _shortened(message: str, kept: bytearray) -> str:
    """Return the kept words; a single `…` replaces everything that is removed between two of them."""
    words: list[str] = []
    for match in WORD.finditer(message):
        word = _reduced_word(match[0], kept[match.start() : match.end()])
        if word != CUT or words[-1:] != [CUT]:
            words.append(word)
    return " ".join(words)


def _reduced_word(word: str, kept: bytearray) -> str:
    if not any(kept):
        return CUT
    shown = "".join(char if keep or char in PUNCTUATION else "\0" for char, keep in zip(word, kept, strict=True))
    return CUT_PART.sub(CUT, shown)
