"""Start: freeze_support first, then the command line."""

import multiprocessing

if __name__ == "__main__":
    # Before any other import: a frozen worker process must turn off here, or it starts the program again.
    multiprocessing.freeze_support()

import os
import sys


def main() -> int:
    """Entry point of the console script, the GUI script and the frozen program."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # a windowed build has neither
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))
    from lungview import cli, logs

    logs.start()
    return cli.main()


if __name__ == "__main__":
    sys.exit(main())
