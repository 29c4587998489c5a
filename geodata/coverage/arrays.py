"""The kinds of arrays that coverage is worked out on."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Nodes = npt.NDArray[np.int32]
Costs = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]
