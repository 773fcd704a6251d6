"""What is proposed and accepted in an association: SOP classes and transfer syntaxes (PS3.8 7.1.1.13)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice

from pydicom.uid import (
    JPEG2000,
    ComputedRadiographyImageStorage,
    CTImageStorage,
    DeflatedExplicitVRLittleEndian,
    DigitalXRayImageStorageForPresentation,
    EncapsulatedPDFStorage,
    EnhancedCTImageStorage,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGExtended12Bit,
    JPEGLossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    JPEGLSNearLossless,
    KeyObjectSelectionDocumentStorage,
    MRImageStorage,
    PositronEmissionTomographyImageStorage,
    RLELossless,
    SecondaryCaptureImageStorage,
)
from pynetdicom import ALL_TRANSFER_SYNTAXES, AllStoragePresentationContexts
from pynetdicom.presentation import PresentationContext, build_context
from pynetdicom.sop_class import (  # type: ignore[attr-defined]
    BasicTextSRStorage,
    ComprehensiveSRStorage,
    EnhancedSRStorage,
    GrayscaleSoftcopyPresentationStateStorage,
    SegmentationStorage,
)

MOST = 128  # presentation contexts of one association (PS3.8 9.3.2.2)
PLAIN = (ExplicitVRLittleEndian, ImplicitVRLittleEndian)
PACKED = (
    JPEG2000Lossless, JPEGLSLossless, JPEGLosslessSV1, JPEGLossless, RLELossless, JPEGBaseline8Bit,
    JPEGExtended12Bit, JPEG2000, JPEGLSNearLossless, DeflatedExplicitVRLittleEndian,
)  # fmt: skip
STORAGE = tuple(sorted(str(each.abstract_syntax) for each in AllStoragePresentationContexts))
USUAL = (
    CTImageStorage, EnhancedCTImageStorage, MRImageStorage, ComputedRadiographyImageStorage,
    DigitalXRayImageStorageForPresentation, PositronEmissionTomographyImageStorage,
    SecondaryCaptureImageStorage, BasicTextSRStorage, EnhancedSRStorage, ComprehensiveSRStorage,
    SegmentationStorage, GrayscaleSoftcopyPresentationStateStorage, KeyObjectSelectionDocumentStorage,
    EncapsulatedPDFStorage,
)  # fmt: skip
ALL_SYNTAXES = (*PLAIN, *(uid for uid in ALL_TRANSFER_SYNTAXES if uid not in PLAIN))


def wanted(classes: Sequence[str] = ()) -> list[PresentationContext]:
    """What a retrieval proposes for its objects: `classes`, or the usual ones.

    Plain syntaxes in one context, each other one in its own, as far as there is room: the other side may send
    an object as it keeps it.
    """
    chosen = sorted(set(classes)) or list(USUAL)
    plain = (build_context(uid, list(PLAIN)) for uid in chosen)
    packed = (build_context(uid, syntax) for syntax in PACKED for uid in chosen)
    return list(islice(_chained(plain, packed), MOST - 1))  # one is the retrieval's own


def of_files(pairs: Iterable[tuple[str, str]]) -> list[PresentationContext]:
    """What a sender proposes for objects of these (SOP class, transfer syntax): each as it is written.

    One context a pair: the other side's choice within one would shut out the others.
    """
    return [build_context(uid, syntax) for uid, syntax in sorted(set(pairs))]


def _chained(*parts: Iterable[PresentationContext]) -> Iterable[PresentationContext]:
    for part in parts:
        yield from part
