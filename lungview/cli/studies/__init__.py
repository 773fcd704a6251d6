"""Subcommands that read pictures and say something of them."""
