"""Hanging rules: which layout and windows a study is shown with when it is opened."""
