"""Debian's Chromium, as tests and benches start it."""

from __future__ import annotations

from pathlib import Path

CHROMIUM = Path("/usr/bin/chromium")
_OFF = (
    # The browser's own page for what its address bar suggests: each new window loads it, 200 scripts, beside ours.
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    # What Playwright switches off: Chromium heeds the last of several lists.
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "LensOverlay",
    "MediaRouter",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "OptimizationHints",
    "NetworkTimeServiceQuerying",
    "AimEnabled",
    "PreconnectToSearch",
)
_PLAIN = ["--no-sandbox", f"--disable-features={','.join(_OFF)}"]
DRAWING = [*_PLAIN, "--enable-unsafe-swiftshader"]
"""Maps are drawn by the processor."""
ALONE = [*_PLAIN, "--disable-3d-apis", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]
"""A browser that has no WebGL and finds no host but this machine."""
