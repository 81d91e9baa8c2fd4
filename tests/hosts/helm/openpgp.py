"""Create a temporary OpenPGP key as the two key rings that Helm reads (RFC 4880, version 4, EdDSA)."""

from __future__ import annotations

import hashlib
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

_CREATED = (1_700_000_000).to_bytes(4, "big")
_ED25519 = bytes.fromhex("16092b06010401da470f01")  # the EdDSA algorithm and its curve
_SECRET_KEY, _PUBLIC_KEY, _USER, _SIGNATURE = 5, 6, 13, 2


class Rings(NamedTuple):
    secret: bytes
    public: bytes


def rings(user: str) -> Rings:
    """Create a key for one user that certifies and signs: Helm signs only with the primary key."""
    key, name = Ed25519PrivateKey.generate(), user.encode()
    public = b"\x04" + _CREATED + _ED25519 + _number(b"\x40" + key.public_key().public_bytes_raw())
    scalar = _number(key.private_bytes_raw())
    secret = public + b"\x00" + scalar + (sum(scalar) % 65536).to_bytes(2, "big")
    named = _packet(_USER, name) + _packet(_SIGNATURE, _certification(key, public, name))
    return Rings(_packet(_SECRET_KEY, secret) + named, _packet(_PUBLIC_KEY, public) + named)


def _certification(key: Ed25519PrivateKey, public: bytes, user: bytes) -> bytes:
    """Return the key's own signature, which states the user and the key's purpose."""
    covered = b"\x99" + len(public).to_bytes(2, "big") + public
    may_certify_and_sign = _subpacket(27, b"\x03")
    head = b"\x04\x13\x16\x08" + _sized(_subpacket(2, _CREATED) + may_certify_and_sign)  # SHA-256
    end = b"\x04\xff" + len(head).to_bytes(4, "big")
    digest = hashlib.sha256(covered + b"\xb4" + len(user).to_bytes(4, "big") + user + head + end).digest()
    signature = key.sign(digest)
    issuer = _subpacket(16, hashlib.sha1(covered).digest()[-8:])
    return head + _sized(issuer) + digest[:2] + _number(signature[:32]) + _number(signature[32:])


def _packet(tag: int, body: bytes) -> bytes:
    assert len(body) < 192  # a larger body would need a longer length field
    return bytes([0xC0 | tag, len(body)]) + body


def _subpacket(kind: int, body: bytes) -> bytes:
    return bytes([len(body) + 1, kind]) + body


def _sized(body: bytes) -> bytes:
    return len(body).to_bytes(2, "big") + body


def _number(value: bytes) -> bytes:
    bare = value.lstrip(b"\x00")
    return (len(bare) * 8 - 8 + bare[0].bit_length()).to_bytes(2, "big") + bare
