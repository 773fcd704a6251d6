from __future__ import annotations

from pathlib import Path

import pytest
from pydicom.dataset import Dataset

from tests.overlays.made import ct


@pytest.fixture
def images(tmp_path: Path) -> list[Dataset]:
    """A CT of ten slices in the folder `ct`."""
    return ct(tmp_path / "ct")
