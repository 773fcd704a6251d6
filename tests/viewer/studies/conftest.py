from tests.overlays.conftest import images

__all__ = ["images"]
