"""dmgbuild -s packaging/macos/dmg_settings.py LungView dist/LungView.dmg"""

files = ["dist/LungView.app", "LICENSE"]
symlinks = {"Applications": "/Applications"}
icon = "resources/icons/lungview.icns"
icon_locations = {"LungView.app": (140, 150), "Applications": (360, 150), "LICENSE": (250, 300)}
window_rect = ((200, 200), (500, 400))
format = "ULFO"
