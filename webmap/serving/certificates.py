"""A certificate authority of the deployment's own, and the site's certificate from it: TLS where nobody sells one.

The authority's word counts for the site's names and for addresses of private networks alone (name constraints, RFC
5280), so that whoever steals its key can't pass for the rest of the world with the machines that trust it.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from geodata.errors import InvalidInput

FOLDER = "tls"
AUTHORITY_DAYS, SITE_DAYS, RENEWED_BEFORE_DAYS = 3650, 90, 30
"""Browsers refuse certificates of a site that hold for more than 825 days, whoever signed them."""
PRIVATE_NETWORKS = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "127.0.0.0/8", "fc00::/7",
                    "fe80::/10", "::1/128")  # fmt: skip


@dataclass(frozen=True)
class Authority:
    """Whose word browsers take for the site once they are told to.

    Attributes:
        certificate: what they are told to trust.
        key: only its owner may read its file.
    """

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def fingerprint(self) -> str:
        """SHA-256, to be compared with what the other machine shows."""
        return self.certificate.fingerprint(hashes.SHA256()).hex(":").upper()


def own_names(stated: Sequence[str] = ()) -> list[str]:
    """Return the names and addresses by which people may ask for this machine, those that are stated first."""
    host = socket.gethostname().lower()
    found = [*(name.strip("[]").lower() for name in stated), host, "localhost", "127.0.0.1", "::1"]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        try:
            asked.connect(("192.0.2.1", 9))  # sends nothing: the system says by which address it would
            found.append(str(asked.getsockname()[0]))
        except OSError:
            pass
    return [name for name in dict.fromkeys(found) if name not in ("0.0.0.0", "::", "")]  # noqa: S104


def authority(folder: Path, title: str, names: Sequence[str]) -> Authority:
    """Return the deployment's authority: made the first time, read afterwards.

    Args:
        folder: where `authority.crt` and `authority.key` lie.
        title: the place's, for lists of certificates.
        names: those that a new one may speak for, besides private networks.

    Raises:
        InvalidInput: it doesn't speak for one of the names, or it has run out.
    """
    stated, key_file = folder / "authority.crt", folder / "authority.key"
    if not stated.exists() or not key_file.exists():
        folder.mkdir(mode=0o700, exist_ok=True)
        key = ec.generate_private_key(ec.SECP256R1())
        made = _sign_authority(title, key, names)
        _write(key_file, _pem_of(key))
        _write(stated, made.public_bytes(serialization.Encoding.PEM), mode=0o644)
    certificate = x509.load_pem_x509_certificate(stated.read_bytes())
    stored = serialization.load_pem_private_key(key_file.read_bytes(), None)
    if not isinstance(stored, ec.EllipticCurvePrivateKey):
        raise InvalidInput(f"{key_file} is no key of csmap's: delete {folder} to have another authority made")
    left = [name for name in names if not _speaks_for(certificate, name)]
    if left or certificate.not_valid_after_utc < datetime.now(UTC) + timedelta(days=SITE_DAYS):
        why = f"doesn't speak for {left[0]}" if left else f"ends on {certificate.not_valid_after_utc:%Y-%m-%d}"
        raise InvalidInput(
            f"the authority in {stated} {why}: delete {folder} to have another one made, which every machine has to "
            "be told to trust again"
        )
    return Authority(certificate, stored)


def site_certificate(signing: Authority, names: Sequence[str]) -> bytes:
    """Return a new key of the site's with its certificate for the names and that of the authority, as one PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    made = (
        _begun(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0][:64])]), SITE_DAYS)
        .issuer_name(signing.certificate.subject)
        .public_key(key.public_key())
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([_general(name) for name in names]), critical=False)
        .add_extension(_usage(signs=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signing.key.public_key()), critical=False)
        .sign(signing.key, hashes.SHA256())
    )
    return _pem_of(key) + b"".join(
        each.public_bytes(serialization.Encoding.PEM) for each in (made, signing.certificate)
    )


def is_still_good(pem: bytes, signing: Authority, names: Sequence[str]) -> bool:
    """Say whether the site's certificate is this authority's, for all the names, and far from its end."""
    try:
        found = x509.load_pem_x509_certificate(pem)
        stated = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        found.verify_directly_issued_by(signing.certificate)
    except Exception:  # whatever is wrong with it, another is made
        return False
    is_far = found.not_valid_after_utc > datetime.now(UTC) + timedelta(days=RENEWED_BEFORE_DAYS)
    return is_far and set(stated) == {_general(name) for name in names}


def _sign_authority(title: str, key: ec.EllipticCurvePrivateKey, names: Sequence[str]) -> x509.Certificate:
    own = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, f"csmap {title}"[:64]),
            x509.NameAttribute(NameOID.COMMON_NAME, f"csmap {names[0]}"[:64]),
        ]
    )
    general = [_general(name) for name in names]
    networks = [x509.IPAddress(ip_network(each)) for each in PRIVATE_NETWORKS]
    outside = [x509.IPAddress(ip_network(each.value)) for each in general if isinstance(each, x509.IPAddress)]
    words = [each for each in general if isinstance(each, x509.DNSName)]
    return (
        _begun(own, AUTHORITY_DAYS)
        .issuer_name(own)
        .public_key(key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.NameConstraints([*words, *networks, *outside], None), critical=True)
        .add_extension(_usage(signs=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )


def _begun(subject: x509.Name, days: int) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    # Clocks of an office differ.
    builder = x509.CertificateBuilder().subject_name(subject).serial_number(x509.random_serial_number())
    return builder.not_valid_before(now - timedelta(hours=24)).not_valid_after(now + timedelta(days=days))


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs,
        crl_sign=signs,
        encipher_only=False,
        decipher_only=False,
    )


def _general(name: str) -> x509.DNSName | x509.IPAddress:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        pass
    try:
        return x509.DNSName(name.encode("idna").decode())
    except (UnicodeError, ValueError):
        raise InvalidInput(
            f"{name!r} is no name of a machine; wanted is one like map.example.org or 10.0.0.5"
        ) from None


def _speaks_for(certificate: x509.Certificate, name: str) -> bool:
    wanted = _general(name)
    allowed = certificate.extensions.get_extension_for_class(x509.NameConstraints).value.permitted_subtrees or []
    if isinstance(wanted, x509.DNSName):
        return wanted in allowed
    address = wanted.value
    return any(isinstance(each, x509.IPAddress) and address in each.value for each in allowed)  # type: ignore[operator]


def _pem_of(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _write(path: Path, content: bytes, *, mode: int = 0o600) -> None:
    """Write a file that is never there half, nor for a moment readable by others."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.unlink(missing_ok=True)
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(content)
    beside.replace(path)
