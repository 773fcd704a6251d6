"""What this process may use of the machine."""

from __future__ import annotations

import os


def cpus() -> int:
    """Processors that this process may run on: a container may give it fewer than there are."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1
