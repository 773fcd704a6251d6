"""Hanging rules in the window: put in force when a study is opened, kept, and changed in a dialog."""
