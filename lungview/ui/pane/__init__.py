"""One view: its picture, camera, mouse and overlays."""
