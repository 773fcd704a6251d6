"""What a command tells the shell."""

from __future__ import annotations

OK, COULD_NOT, USAGE, SOME_FAILED = 0, 1, 2, 3
