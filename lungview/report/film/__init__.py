"""Slices one after the other as a moving picture or as a folder of pictures; a frame at a time in memory."""
