"""The titles of a selection of key images (PS3.16 CID 7010), by their codes."""

from __future__ import annotations

OF_INTEREST = "113000"
# Those that say all by themselves: of quality and of the best in a set the standard wants a reason beside it.
TITLES = {
    OF_INTEREST: "Of Interest",
    "113002": "For Referring Provider",
    "113003": "For Surgery",
    "113004": "For Teaching",
    "113005": "For Conference",
    "113006": "For Therapy",
    "113007": "For Patient",
    "113008": "For Peer Review",
    "113009": "For Research",
    "113018": "For Printing",
    "113020": "For Report Attachment",
}
