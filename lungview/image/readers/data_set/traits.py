"""Traits: what can tell a picture from another one at its place: phase, kernel, echo, energy, time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pydicom.datadict import tag_for_keyword
from pydicom.dataset import Dataset

from lungview.image.readers.data_set.elements import as_ordinary, key_of
from lungview.image.readers.data_set.geometry import FrameGroups
from lungview.image.readers.data_set.values import as_plainly_written, first_item, number, numbers, text
from lungview.image.slice import Traits


def _text(dataset: Dataset, keyword: str) -> str:
    found = as_plainly_written(dataset, keyword)
    return (text(dataset, keyword) if found is None else found).replace("\\", " ")


def _number(dataset: Dataset, keyword: str) -> str:
    """So that "80" and "80.0" are one energy."""
    value = number(dataset, keyword)
    return "" if value is None else f"{value:g}"


def _numbers(dataset: Dataset, keyword: str) -> str:
    return " × ".join(f"{value:g}" for value in numbers(dataset, keyword))


@dataclass(frozen=True, slots=True)
class _Element:
    """Where a trait is written: in a functional group (PS3.3 C.7.6.16), or plainly."""

    trait: str
    keyword: str
    group: str = ""
    read: Callable[[Dataset, str], str] = _number


# The names of traits are those of `image.stacks`.
_ELEMENTS = (
    _Element("phase", "TemporalPositionIndex", "FrameContentSequence"),
    _Element("phase", "TemporalPositionIdentifier"),
    _Element("percent", "NominalPercentageOfCardiacPhase", "CardiacSynchronizationSequence"),
    _Element("percent", "NominalPercentageOfRespiratoryPhase", "RespiratorySynchronizationSequence"),
    _Element("kernel", "ConvolutionKernel", "CTReconstructionSequence", _text),
    _Element("echo", "EchoNumbers"),
    _Element("echo time", "EffectiveEchoTime", "MREchoSequence"),
    _Element("echo time", "EchoTime"),
    _Element("inversion time", "InversionTime"),
    _Element("flip angle", "FlipAngle"),
    _Element("voltage", "KVP", "CTXRayDetailsSequence"),
    _Element("b value", "DiffusionBValue", "MRDiffusionSequence"),
    _Element("kind", "FrameType", "CTImageFrameTypeSequence", _text),
    _Element("kind", "FrameType", "MRImageFrameTypeSequence", _text),
    _Element("kind", "ImageType", read=_text),
    _Element("component", "ComplexImageComponent", "MRImageFrameTypeSequence", _text),
    _Element("repetition time", "RepetitionTime", "MRTimingAndRelatedParametersSequence"),
    _Element("sequence", "SequenceName", read=_text),
    _Element("algorithm", "ReconstructionAlgorithm", "CTReconstructionSequence", _text),
    _Element("filter", "FilterType", read=_text),
    _Element("field", "ReconstructionDiameter", "CTReconstructionSequence"),
    _Element("unit", "RescaleType", "PixelValueTransformationSequence", _text),
    _Element("contrast agent", "ContrastBolusAgent", read=_text),
    _Element("contrast phase", "ContrastBolusAgentPhase", "ContrastBolusUsageSequence", _text),
    _Element("description", "SeriesDescription", read=_text),
    _Element("thickness", "SliceThickness", "PixelMeasuresSequence"),
    _Element("pixel spacing", "PixelSpacing", "PixelMeasuresSequence", _numbers),
    _Element("stack", "StackID", "FrameContentSequence", _text),
)
# Nearly every slice has values of its own in these: they are read one by one, as written.
_OWN = (
    _Element("acquisition", "FrameAcquisitionNumber", "FrameContentSequence", _text),
    _Element("acquisition", "AcquisitionNumber", read=_text),
    _Element("trigger", "NominalCardiacTriggerDelayTime", "CardiacSynchronizationSequence", _text),
    _Element("trigger", "TriggerTime", read=_text),
    _Element("time", "FrameAcquisitionDateTime", "FrameContentSequence", _text),
    _Element("time", "AcquisitionDateTime", read=_text),
    _Element("time", "AcquisitionTime", read=_text),
    _Element("frame time", "FrameReferenceTime", read=_text),
    _Element("content time", "ContentTime", read=_text),
)
_OWN_PLAIN = tuple(each for each in _OWN if not each.group)
_OWN_NAMES = tuple(each.trait for each in _OWN_PLAIN)
_OWN_KEYS = tuple(key_of(each.keyword) for each in _OWN_PLAIN)
_IN_GROUPS = {
    tag_for_keyword(group): (group, tuple(each for each in (*_ELEMENTS, *_OWN) if each.group == group))
    for group in dict.fromkeys(each.group for each in (*_ELEMENTS, *_OWN) if each.group)
}
SHARED_KEYWORDS = tuple(dict.fromkeys(each.keyword for each in _ELEMENTS))
TRAIT_TAGS = tuple(
    tag
    for keyword in dict.fromkeys(("DimensionIndexSequence", *(each.keyword for each in (*_ELEMENTS, *_OWN))))
    if (tag := tag_for_keyword(keyword)) is not None
)


def traits_of(groups: FrameGroups, common: Traits) -> Traits:
    """The traits of one frame, as pairs of name and value; those without a value are left out.

    common: what `common_traits` gives of its file; what a frame's own functional groups say counts before it.
    """
    if not groups.items:
        return (*common, *_own(groups))
    return (*{**dict(common), **_of_frame(groups.items[0])}.items(), *_dimensions(groups))


def common_traits(dataset: Dataset, items: tuple[Dataset, ...] = ()) -> Traits:
    """The traits that the frames of a file have in common; of a plain image those in SHARED_KEYWORDS.

    items: the functional groups of a frame, its own and the shared.
    """
    if not items:
        return _found(_ELEMENTS, FrameGroups((), dataset))
    return _found((*_ELEMENTS, *_OWN), FrameGroups(items[1:], dataset))


def _of_frame(own: Dataset) -> dict[str, str]:
    """What a frame's own functional groups say."""
    found: dict[str, str] = {}
    there = own.keys()
    for group, elements in [_IN_GROUPS[tag] for tag in _IN_GROUPS if tag in there]:
        item = first_item(own, group)
        if item is None:
            continue
        for each in elements:
            if each.trait not in found and (value := each.read(item, each.keyword)):
                found[each.trait] = value
    return found


def _own(groups: FrameGroups) -> Traits:
    ordinary = as_ordinary(groups.plain)
    if ordinary is None:
        return _found(_OWN_PLAIN, groups)
    said = zip(_OWN_NAMES, ordinary.ascii(_OWN_KEYS), strict=True)
    return tuple([pair for pair in said if pair[1]])


def _found(elements: tuple[_Element, ...], groups: FrameGroups) -> Traits:
    found: dict[str, str] = {}
    for each in elements:
        if each.trait not in found:
            dataset = groups.find(each.group) if each.group else groups.plain
            if value := each.read(dataset, each.keyword):
                found[each.trait] = value
    return tuple(found.items())


def _dimensions(groups: FrameGroups) -> Traits:
    """Dimension Index Values (PS3.3 C.7.6.17) but for those of the place."""
    if not any(groups.dimensions):
        return ()
    values = numbers(groups.find("FrameContentSequence"), "DimensionIndexValues")
    if len(groups.dimensions) != len(values):
        return ()
    other = [f"{v:g}" for v, counts in zip(values, groups.dimensions, strict=True) if counts]
    return (("dimension", "-".join(other)),)
