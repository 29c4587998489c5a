"""The site's certificate where the site can read it, renewed while it runs, and how machines are told to trust it."""

from __future__ import annotations

import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from geodata.database.private import own_folder, write_as
from geodata.database.service_user import ServiceUser
from geodata.settings import Settings
from webmap.serving.certificates import FOLDER, Authority, authority, is_still_good, site_certificate

RENEWAL_S = 12 * 3600.0


class Certified:
    """The site's certificate for as long as the context lasts: `with Certified(...) as own: ...`.

    Attributes:
        names: by which the site may be asked for; the first is the one that addresses begin with.
        authority: who signs.
        path: the PEM that the site reads anew for each connection, so that a renewed one counts at once.
    """

    def __init__(self, settings: Settings, user: ServiceUser, folder: Path, names: Sequence[str]) -> None:
        self.names = list(names)
        self._user = user
        self.authority: Authority = authority(settings.home / FOLDER, settings.name, names)
        own_folder(folder / "tls-site", user)
        self.path = folder / "tls-site" / "site.pem"
        self.public = settings.home / FOLDER / "authority.crt"
        self._is_over = threading.Event()
        self.renew()

    def renew(self) -> bool:
        """Write another certificate where the one that is there ends soon or is for other names; say whether it was."""
        try:
            there = self.path.read_bytes()
        except OSError:
            there = b""
        if is_still_good(there, self.authority, self.names):
            return False
        write_as(self._user, self.path, site_certificate(self.authority, self.names).decode())
        return True

    def __enter__(self) -> Self:
        threading.Thread(target=self._keep, name="renews the certificate", daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()

    def _keep(self) -> None:
        while not self._is_over.wait(RENEWAL_S):
            if self.renew():
                sys.stderr.write("csmap serve: the site's certificate was renewed\n")


def how_to_trust(own: Certified) -> str:
    """Return what to do on each machine, once, so that its browsers take the site's certificate."""
    file = own.public
    return f"""Browsers warn until they trust this deployment's own authority. On each machine, once, with the file
  {file}
  SHA-256 {own.authority.fingerprint}
  Windows          certutil -addstore -f Root authority.crt          (as administrator; Edge and Chrome)
  macOS            sudo security add-trusted-cert -d -r trustRoot -k /Library/Keychains/System.keychain authority.crt
  Debian, Ubuntu   sudo cp authority.crt /usr/local/share/ca-certificates/csmap.crt && sudo update-ca-certificates
    and Chromium   certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n csmap -i authority.crt   (package libnss3-tools)
  Firefox          Settings, Privacy & Security, View Certificates, Authorities, Import
  Android          Settings, Security, Encryption & credentials, Install a certificate, CA certificate
  iOS, iPadOS      open the file, install the profile, then Settings, General, About, Certificate Trust Settings
It speaks for {", ".join(own.names)} and for private networks alone. Never hand on the file beside it, authority.key."""
