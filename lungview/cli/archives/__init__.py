"""Subcommands that speak with archives: ask, fetch, send, answer."""
