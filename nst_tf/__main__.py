# PYTHON_ARGCOMPLETE_OK: shells that complete every Python program look for this
"""`python -m nst_tf`, and the command `nst-tf`: a process of its own."""

import os
import sys

from .process.signals import Listener


def main():
    """Run the command and end the process with its exit status. Signals are heard from the first moment to the last."""
    listener = Listener().begin()
    if "_ARGCOMPLETE" in os.environ:  # a shell asks how the line that is being typed may go on
        from .completion import complete

        complete()
    from .cli import run

    sys.exit(run(sys.argv[1:], listener))


if __name__ == "__main__":
    main()
