"""DIMSE (PS3.7, PS3.4): query, retrieve, receive and send, by pynetdicom."""
