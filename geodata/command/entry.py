"""How every command starts and ends: exit 0 done, 1 the data or the call was wrong, 2 usage, 130 broken off."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from geodata.errors import GeodataError


def run(main: Callable[[list[str] | None], int]) -> NoReturn:
    """Run a command's `main` on the words of the command line and end the process with its exit code.

    A wrong call becomes one sentence on stderr; a fault of ours crashes with its traceback.
    """
    name = Path(sys.argv[0]).stem
    try:
        code = main(None)
        sys.stdout.flush()
    except GeodataError as error:
        sys.stderr.write(f"csmap {name}: {error}\n")
        code = 1
    except KeyboardInterrupt:
        code = 130
    except BrokenPipeError:
        # The reader has gone (`| head`). Python flushes once more at the end: into nothing.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 141
    sys.exit(code)
