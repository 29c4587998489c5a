"""Which of many findings chance would have brought about: the share of false ones among them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def false_discovery_shares(p: Floats) -> Floats:
    """Return the share of false ones among all findings at least as unlikely as each: Benjamini and Hochberg's q.

    Args:
        p: how likely chance alone would bring each about, 0 to 1.
    """
    # scipy.stats takes a second to load, and few of those who start us ask about chance.
    from scipy.stats import false_discovery_control

    return np.asarray(false_discovery_control(p, method="bh"), dtype=np.float64)
