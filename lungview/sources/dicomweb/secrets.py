"""Passwords and tokens in the system's key store, and nowhere else."""

from __future__ import annotations

import keyring
from keyring.errors import KeyringError, PasswordDeleteError

from lungview.errors import NetworkError
from lungview.remote_nodes import WebNode

_SERVICE = "LungView DICOMweb"


def secret(node: WebNode) -> str:
    """The password or token of a node. Raises NetworkError: none is kept, or there is no key store."""
    try:
        found = keyring.get_password(_SERVICE, _account(node))
    except KeyringError as error:
        raise _no_store(error) from None
    if not found:
        raise NetworkError(f"no password or token is kept for {node.name}", hint="lungview pacs login")
    return found


def keep(node: WebNode, value: str) -> None:
    """Put it into the key store; "" takes it out. Raises NetworkError: there is no key store."""
    try:
        if value:
            keyring.set_password(_SERVICE, _account(node), value)
        else:
            keyring.delete_password(_SERVICE, _account(node))
    except PasswordDeleteError:
        return  # there was none
    except KeyringError as error:
        raise _no_store(error) from None


def _account(node: WebNode) -> str:
    # With the address: a node of the same name elsewhere must not be told this one's.
    return f"{node.user}@{node.url}"


def _no_store(error: KeyringError) -> NetworkError:
    return NetworkError(
        f"the system's key store cannot be used ({type(error).__name__})",
        hint="on Linux it is a service such as GNOME Keyring or KWallet",
    )
