"""WADO-RS: the objects of a series one by one, in the transfer syntax the archive keeps (PS3.18 10.4)."""

from __future__ import annotations

from functools import partial
from io import BytesIO

from dicomweb_client.api import DICOMwebClient

from lungview.errors import NetworkError
from lungview.remote_nodes import WebNode
from lungview.sources.dicomweb import find
from lungview.sources.dicomweb.client import client, in_words
from lungview.sources.folder import Folder
from lungview.sources.retrieval import Arriving, OnObject, Retrieved
from lungview.sources.retrying import OnRetry, retried
from lungview.sources.source import Cancel, FoundSeries, check, never

_AS_KEPT = (("application/dicom", "*"),)


def get(
    node: WebNode,
    series: FoundSeries,
    folder: Folder,
    on_object: OnObject | None = None,
    cancelled: Cancel = never,
    *,
    on_retry: OnRetry | None = None,
) -> Retrieved:
    """Retrieve a series. Raises NoAnswer, Refused, ReportError (no room), Cancelled.

    What is in the folder already is not asked for again; an object that the archive does not give is missing.
    """
    named = find.objects(node, series.study_uid, series.series_uid, cancelled, on_retry)
    arriving = Arriving(series, folder, named, on_object)
    asking = client(node)
    for uid in arriving.missing():
        check(cancelled)
        try:
            one = partial(_object, node, asking, series, uid)
            arriving.keep(retried(node, one, cancelled, on_retry=on_retry))
        except NetworkError as error:
            if type(error) is not NetworkError:
                raise
    return arriving.result()


def open_object(node: WebNode, study_uid: str, series_uid: str, sop_uid: str) -> BytesIO:
    """One object into memory. Raises NetworkError: the archive does not give it."""
    series = FoundSeries(study_uid, series_uid)
    asking = client(node)
    return BytesIO(retried(node, lambda: _object(node, asking, series, sop_uid)))


def _object(node: WebNode, asking: DICOMwebClient, series: FoundSeries, uid: str) -> bytes:
    with in_words(node, "WADO-RS"):
        dataset = asking.retrieve_instance(series.study_uid, series.series_uid, uid, media_types=_AS_KEPT)
        written = BytesIO()
        dataset.save_as(written, enforce_file_format=True)
    return written.getvalue()
