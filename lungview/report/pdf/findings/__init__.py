"""The second reader in a PDF."""
