"""The deployment's own authority: what it signs is taken by a client that trusts it, and for its own names alone."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from geodata.errors import InvalidInput
from webmap.serving import certificates
from webmap.serving.certificates import Authority, authority, is_still_good, own_names, site_certificate

NAMES = ["map.office", "localhost", "10.1.2.3", "127.0.0.1"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("certificates") / "tls"


@pytest.fixture
def own(folder: Path) -> Authority:
    return authority(folder, "乐坪街道", NAMES)


def _greeted(folder: Path, pem: bytes, name: str) -> None:
    """Greet a server that has the certificate as one that trusts the authority does; raise what it says."""
    (folder / "site.pem").write_bytes(pem)
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(folder / "site.pem")
    trusting = ssl.create_default_context(cafile=folder / "authority.crt")
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            accepted, _ = listener.accept()
            with accepted, contextlib.suppress(OSError):  # where the client refuses, it says why
                serving.wrap_socket(accepted, server_side=True).close()

        thread = threading.Thread(target=answer)
        thread.start()
        try:
            with socket.create_connection(listener.getsockname()) as asked:
                trusting.wrap_socket(asked, server_hostname=name).close()
        finally:
            thread.join()


@pytest.mark.parametrize("name", NAMES)
def test_who_trusts_the_authority_takes_the_site(own: Authority, folder: Path, name: str) -> None:
    _greeted(folder, site_certificate(own, NAMES), name)


def test_the_site_is_nobody_else(own: Authority, folder: Path) -> None:
    with pytest.raises(ssl.SSLCertVerificationError, match=r"not valid for 'other\.office'"):
        _greeted(folder, site_certificate(own, NAMES), "other.office")


@pytest.mark.parametrize("name", ["bank.example", "8.8.8.8"])
def test_the_authority_counts_for_nothing_but_the_site(own: Authority, folder: Path, name: str) -> None:
    # Whoever has the key can sign what it likes; whoever trusts the authority doesn't take it.
    with pytest.raises(ssl.SSLCertVerificationError, match="permitted subtree violation"):
        _greeted(folder, site_certificate(own, [name]), name)
    with pytest.raises(InvalidInput, match=f"doesn't speak for {name}"):
        authority(folder, "x", [*NAMES, name])


def test_it_is_made_once_and_its_key_is_its_owners(own: Authority, folder: Path) -> None:
    assert authority(folder, "another title", NAMES).fingerprint == own.fingerprint
    assert authority(folder, "x", ["192.168.7.7"]).fingerprint == own.fingerprint, "addresses of an office change"
    assert (folder / "authority.key").stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700


def test_the_sites_certificate_is_renewed_before_it_ends_and_for_other_names(
    own: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    pem = site_certificate(own, NAMES)
    assert is_still_good(pem, own, NAMES)
    assert not is_still_good(pem, own, NAMES[:2])
    assert not is_still_good(b"nothing", own, NAMES)
    assert x509.load_pem_x509_certificate(pem).not_valid_after_utc < datetime.now(UTC) + timedelta(days=825)
    monkeypatch.setattr(certificates, "SITE_DAYS", certificates.RENEWED_BEFORE_DAYS - 1)
    assert not is_still_good(site_certificate(own, NAMES), own, NAMES)


def test_a_name_is_a_name(folder: Path) -> None:
    with pytest.raises(InvalidInput, match="is no name of a machine"):
        authority(folder, "x", ["a..b"])
    assert own_names(["Map.Office", "0.0.0.0", "[::1]"])[0] == "map.office"  # noqa: S104
    assert "0.0.0.0" not in own_names(["0.0.0.0"])  # noqa: S104
