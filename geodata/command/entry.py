"""How every command starts and ends: exit 0 done, 1 the data or the call was wrong, 2 usage, 130 broken off."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from geodata.errors import GeodataError

_MACHINE = {
    errno.EACCES: "Give this account the right to, run the command as the owner, or with sudo",
    errno.EPERM: "Give this account the right to, run the command as the owner, or with sudo",
    errno.ENOSPC: "The disk is full: free some space and try again",
    errno.EDQUOT: "This account has used up its space: free some and try again",
    errno.EROFS: "The disk can't be written: use a folder on another one",
}
"""What to do where the machine says no, which is neither the data's fault nor ours."""


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
    except OSError as error:
        if error.errno not in _MACHINE:
            raise
        sys.stderr.write(f"csmap {name}: {error.filename or 'a file'}: {error.strerror}. {_MACHINE[error.errno]}\n")
        code = 1
    sys.exit(code)
