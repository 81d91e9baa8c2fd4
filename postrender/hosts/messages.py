"""Removes what Helm and kustomize quote in their messages, because rendered text and values may be secrets.

A message keeps only text that cannot come from a value: the programs' own phrases, places in files, and words that
follow each other in the chart's templates, such as a sentence after `fail` or `required`. The rest becomes `…`.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

LONGEST = 1 << 14  #: the maximum number of characters of a message that are examined; far fewer are shown
CUT = "…"
PUNCTUATION = "()[]{}<>\"'`,.;:|!?"
QUOTES = ('"{}"', "'{}'", "`{}`")
#: The types of JSON and of Go, listed one by one: an open pattern could also match a value.
_TYPE = (
    r"(?:string|number|integer|boolean|bool|object|array|null|nil|int64|float64|interface \{\}|\[\]interface \{\}|"
    r"map\[string\]interface \{\}|(?:releaseutil|util)\.SimpleHead|SimpleHead\.(?:kind|version|metadata(?:\.name)?)|"
    r"(?:chartutil|common)\.Values|\*?(?:v1\.)?chart\.Metadata|types\.Kustomization|reflect\.Value)"
)
_EXPECTED = r"(?:<document start>|<stream-start>|'[^' ]{1,3}'|node content|alphabetic or numeric character|key)"
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
    r"error calling \w{1,30}:",
    r"cannot parse template",
    r"unclosed action|unexpected EOF|unexpected \{\{end\}\}|missing value for \w{1,10}|undefined variable",
    r"no template|associated with template|not defined",
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
    rf"did not find (?:URI escaped octet|expected {_EXPECTED}(?: or {_EXPECTED})?)|could not find expected '.'",
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
    r"strconv\.\w{1,20}: parsing|value out of range",
    # the chart and its dependencies
    r"cannot load (?:Chart|values)\.yaml:|Chart\.yaml file is missing|failed to parse(?: the parameter values:)?",
    r"validation: chart\.metadata\.\w{1,20} is (?:required|invalid)|invalid kube version|as version",
    r"chart requires kubeVersion:|which is incompatible with Kubernetes v[\d.]+",
    r"[Aa]n error occurred while checking for chart dependencies\.",
    r"You may need to run .helm dependency build. to fetch missing dependencies:",
    r"found in Chart\.yaml, but missing in charts/ directory:",
    r"no (?:cached repository|repository definition) for|Please add the missing repos via 'helm repo add'",
    r"is not a valid chart repository or cannot be reached:|looks like|could not (?:download|find|retrieve)",
    r"can't get a valid version for|Make sure a matching chart version exists in the repo, or change the version",
    r"the lock file \((?:Chart|requirements)\.lock\) is out of sync with the dependencies file",
    r"\((?:Chart|requirements)\.yaml\)\. Please update the dependencies",
    r"directory|(?:repositor(?:y|ies)|chart|version|dependency) not found|not found(?: in)?|constraint",
    r"dial tcp(?: [\d.]{7,15}:\d{1,5}| \[[\da-f:]{2,39}\]:\d{1,5})?:|lookup|no such host|i/o timeout|(?:read|connect):",
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
    r"cycle detected|new root|cannot be absolute|git (?:cmd|fetch) failed",
    r"it failed and printed nothing|signal: killed",
)
PHRASE = re.compile("|".join(PHRASES))
#: The path of a template or file in a message of Helm or kustomize, with an optional line and column.
TEMPLATE = re.compile(r"[\w.-]+/([\w./-]+)(?::\d+){0,2}")
#: The beginning of Helm's message for `fail` or `required`.
DEMAND = re.compile(r"execution error at \([^()\s]+\): ")
EXPRESSION = re.compile(r"<([^<>]+)>")
ADDRESS = re.compile(r"(?:https?|oci)://(?:[^\s/@\"']*@)?([\w.-]+(?::\d+)?)")
WORD = re.compile(r"\S+")
CUT_PART = re.compile(rf"\0(?:[{re.escape(PUNCTUATION)}]*\0)*")
LINE_BREAK = re.compile(r"\\[nrt]")  #: a line break, as written within quotes in a template
PARSING = "parse error at ("  #: the beginning of a message about a template's syntax, which contains no value


def remove_values(message: str, templates: Mapping[str, str], is_known: Callable[[str], bool]) -> str:
    """Return a message without anything that may be a value.

    `templates` are the texts of the chart's templates, by path. `is_known` reports whether a word is the name of a
    file in the repository, or the name, version or server of a dependency.
    """
    words = " ".join(message[:LONGEST].split())
    if words.startswith(PARSING):
        return words
    texts = [*templates.values()]
    pairs, whole = _pairs(texts), "\n".join(texts)
    kept = bytearray(len(words))
    demand = DEMAND.match(words)  # the chart's own sentence follows, which may contain values
    for match in PHRASE.finditer(words, 0, demand.end() if demand else len(words)):
        _keep(kept, match.start(), match.end())
    for match in TEMPLATE.finditer(words):
        if match[1] in templates:
            _keep(kept, match.start(), match.end())
    for match in EXPRESSION.finditer(words):
        if match[1] in whole:
            _keep(kept, match.start(), match.end())
    for match in ADDRESS.finditer(words):
        if is_known(match[1]):
            _keep(kept, match.start(), match.start() + match[0].index("://") + 3)
            _keep(kept, match.start(1), match.end(1))
    _keep_known_words(words, kept, pairs, is_known)
    if demand and any(quotes.format(words[demand.end() :]) in whole for quotes in QUOTES):
        _keep(kept, demand.end(), len(words))
    return _shortened(words, kept)


def _keep(kept: bytearray, start: int, end: int) -> None:
    kept[start:end] = b"\1" * (end - start)


def _plain(word: str) -> str:
    return word.strip(PUNCTUATION.replace(".", "")).rstrip(".,:;")


def _pairs(texts: Sequence[str]) -> set[tuple[str, str]]:
    """Return the pairs of consecutive words in the templates."""
    found: set[tuple[str, str]] = set()
    for text in texts:
        words = [_plain(word) for word in LINE_BREAK.sub(" ", text).split()]
        found.update(pairwise(words))
    return found


def _keep_known_words(
    words: str, kept: bytearray, pairs: set[tuple[str, str]], is_known: Callable[[str], bool]
) -> None:
    before = None
    for match in WORD.finditer(words):
        word = _plain(match[0])
        if word and is_known(word):
            _keep(kept, match.start(), match.end())
        if before and (_plain(before[0]), word) in pairs and word and _plain(before[0]):
            _keep(kept, before.start(), match.end())
        before = match


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
