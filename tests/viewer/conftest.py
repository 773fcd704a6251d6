"""What tests of the viewer share: a workspace without a window."""

from tests.viewer.by_hand import opened

__all__ = ["opened"]
