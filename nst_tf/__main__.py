"""`python -m nst_tf`, and the command `nst-tf`: a process of its own."""

import sys

from .process.signals import Listener


def main():
    """Run the command and end the process with its exit status. Signals are heard from the first moment to the last."""
    listener = Listener().begin()
    from .cli import run

    sys.exit(run(sys.argv[1:], listener))


if __name__ == "__main__":
    main()
