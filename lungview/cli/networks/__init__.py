"""Subcommands that make, measure and manage models and their data."""
