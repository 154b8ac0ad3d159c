"""Checkpoints signed with a key that lies elsewhere (Ed25519, RFC 8032): who holds the ledger alone can rebuild its chain, and not the signature.

What is signed is the canonical JSON of the checkpoint without its signature; a key is named by the SHA-256 of its public bytes.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping
from importlib.util import find_spec
from typing import TYPE_CHECKING

from heldby.errors import HeldbyError
from heldby.model.ident import Plain, canonical_json

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

ALGORITHM = "Ed25519"
SIGNATURE = "signature"


def new_key() -> tuple[bytes, bytes]:
    """A new private key and its public one, as PEM."""
    _needs_library()
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), public


def signed(checkpoint: Mapping[str, Plain], private: bytes) -> dict[str, Plain]:
    """The checkpoint with its signature. Raises HeldbyError on what is no private Ed25519 key in PEM (without a password)."""
    _needs_library()
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(private, None)
    except (ValueError, TypeError) as e:
        raise HeldbyError("--key", f"is no private key in PEM without a password ({e})") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise HeldbyError("--key", f"is another kind of key, not {ALGORITHM}")
    value = base64.b64encode(key.sign(_signed_bytes(checkpoint))).decode()
    return {**checkpoint, SIGNATURE: {"algorithm": ALGORITHM, "key": _name(key.public_key()), "value": value}}


def signature_fault(checkpoint: Mapping[str, Plain], public: bytes) -> str:
    """Why the checkpoint is not one that the holder of this key signed; "" if it is. Raises HeldbyError on what is no public key in PEM."""
    _needs_library()
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    try:
        key = load_pem_public_key(public)
    except (ValueError, TypeError) as e:
        raise HeldbyError("--public-key", f"is no public key in PEM ({e})") from None
    if not isinstance(key, Ed25519PublicKey):
        raise HeldbyError("--public-key", f"is another kind of key, not {ALGORITHM}")
    told = checkpoint.get(SIGNATURE)
    if not isinstance(told, Mapping):
        return "it is not signed"
    if told.get("key") != _name(key):
        return "another key signed it"
    try:
        key.verify(base64.b64decode(str(told.get("value", "")), validate=True), _signed_bytes(checkpoint))
    except (InvalidSignature, binascii.Error):
        return "its signature does not fit what it says: it was changed"
    return ""


def _signed_bytes(checkpoint: Mapping[str, Plain]) -> bytes:
    return canonical_json({key: value for key, value in checkpoint.items() if key != SIGNATURE}).encode("utf-8", "surrogatepass")


def _name(key: Ed25519PublicKey) -> str:
    return hashlib.sha256(key.public_bytes_raw()).hexdigest()


def _needs_library() -> None:
    if find_spec("cryptography") is None:
        raise HeldbyError("checkpoint", "signing needs the package cryptography: pip install 'heldby[sign]'")
