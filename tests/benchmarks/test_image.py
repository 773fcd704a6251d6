"""What reading and showing cost, each against a named peer in the same run. `make bench` runs it."""

from __future__ import annotations

import threading
import tracemalloc
from collections.abc import Callable
from itertools import cycle
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom import Dataset, uid

from lungview.image import phantom
from lungview.image.display import display
from lungview.image.slice import Instance, Slice
from lungview.image.window import LUNG, VoiLutFunction, Window, to_uint8
from lungview.sources.cache import SliceCache
from lungview.sources.files.scan import scan
from tests.benchmarks.ratio import best_ratio, median_ratio, seconds

SYNTAXES = {
    "raw": uid.ExplicitVRLittleEndian,
    "jpeg 2000": uid.JPEG2000Lossless,
    "jpeg-ls": uid.JPEGLSLossless,
}
ROUNDS = {"raw": 9, "jpeg 2000": 3, "jpeg-ls": 5}


def _of_a_scanner(dataset: Dataset, index: int) -> None:
    """Bring a header to the length of a real one: 94 elements in the CT of the Lung-PET-CT-Dx collection."""
    private = dataset.private_block(0x0019, "LUNGVIEW", create=True)
    for number in range(30):
        private.add_new(number, "LO", f"private value {number} of slice {index}")
    dataset.SoftwareVersions, dataset.ProtocolName, dataset.ConvolutionKernel = "1.0", "Thorax", "B70f"
    dataset.DataCollectionDiameter, dataset.ReconstructionDiameter = "500", "331"
    dataset.ExposureTime, dataset.XRayTubeCurrent, dataset.Exposure = "500", "120", "60"
    dataset.TableHeight, dataset.GantryDetectorTilt, dataset.RotationDirection = "150", "0", "CW"
    dataset.ReferencedImageSequence = [_reference(), _reference()]


def _reference() -> Dataset:
    item = Dataset()
    item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = uid.CTImageStorage, uid.generate_uid()
    return item


@pytest.fixture(scope="module")
def many_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """2,000 files of 128 × 128: a header scan does not read pixels."""
    folder = tmp_path_factory.mktemp("many")
    thorax = phantom.Thorax(2000, 128, slice_spacing=0.2, noise=0)
    phantom.write_series(folder, thorax, change=_of_a_scanner)
    return folder


def test_a_header_scan_is_twice_as_fast_as_a_plain_pydicom_loop(many_files: Path) -> None:
    files = sorted(many_files.iterdir())

    def plain() -> None:
        for file in files:
            pydicom.dcmread(file, stop_before_pixels=True)

    def ours() -> None:
        assert len(scan([many_files]).series[0].instances) == 2000

    assert best_ratio(plain, ours, rounds=4) >= 2.0


@pytest.fixture(scope="module", params=SYNTAXES)
def full_series(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> list[Instance]:
    """300 slices of 512 × 512."""
    folder = tmp_path_factory.mktemp("series")
    syntax = SYNTAXES[request.param]
    phantom.write_series(folder, phantom.Thorax(300, 512), transfer_syntax=syntax, change=_of_a_scanner)
    return list(scan([folder]).series[0].instances)


def _fill(cache: SliceCache, instances: list[Instance]) -> None:
    """Read all of them ahead, and wait for the last."""
    done = threading.Event()
    missing = {instance.path for instance in instances}

    def one_came(instance: Instance) -> None:
        missing.discard(instance.path)
        if not missing:
            done.set()

    end = cache.listen(one_came)
    cache.prefetch(instances, 0, 1)
    assert done.wait(300)
    end()


def test_a_whole_series_is_decoded_faster_than_by_a_plain_pydicom_loop(
    full_series: list[Instance], request: pytest.FixtureRequest
) -> None:
    def plain() -> None:
        held = [pydicom.dcmread(instance.path).pixel_array for instance in full_series]
        assert len(held) == 300

    def ours() -> None:
        cache = SliceCache(budget_bytes=1 << 30, workers=2)
        _fill(cache, full_series)
        cache.close()

    # Neither side shall pay for memory that the host of a virtual machine gives out for the first time.
    plain()
    ours()
    rounds = ROUNDS[request.node.callspec.params["full_series"]]
    assert median_ratio([(plain, ours)] * rounds) >= 1.7


@pytest.fixture(scope="module")
def hu() -> np.ndarray:
    return phantom.Thorax(1, 512).hu(0).astype(np.float32)


def _formula(values: np.ndarray, window: Window) -> np.ndarray:
    """PS3.3 C.11.2.1.2.1 as it stands there: three cases, in floating point."""
    c, w = window.center, window.width
    shown = ((values.astype(np.float64) - (c - 0.5)) / (w - 1) + 0.5) * 255
    shown[values <= c - 0.5 - (w - 1) / 2] = 0
    shown[values > c - 0.5 + (w - 1) / 2] = 255
    return np.rint(shown).astype(np.uint8)


# A drag: no two frames have the same window, so nothing may be kept from one to the next.
DRAG = [Window(-600.0 + i, 1500.0 + 2 * i) for i in range(50)]


def test_a_window_is_shown_five_times_as_fast_as_by_the_formula(hu: np.ndarray) -> None:
    slice_ = _slice(hu)
    for window in DRAG:
        assert np.array_equal(display(slice_, window), _formula(hu, window))

    def ours(window: Window) -> np.ndarray:
        return display(slice_, window)

    assert _drag_ratio(lambda w: _formula(hu, w), ours, DRAG) >= 5.0
    # The same formula with np.clip: what a careful NumPy program would do.
    assert _drag_ratio(lambda w: to_uint8(hu, w), ours, DRAG) >= 4.0


def test_a_sigmoid_is_shown_faster_than_by_the_formula(hu: np.ndarray) -> None:
    slice_ = _slice(hu)
    drag = [Window(w.center, w.width, VoiLutFunction.SIGMOID) for w in DRAG]

    assert _drag_ratio(lambda w: to_uint8(hu, w), lambda w: display(slice_, w), drag) >= 2.0


def _drag_ratio(
    peer: Callable[[Window], object], ours: Callable[[Window], object], drag: list[Window]
) -> float:
    peers, own = cycle(drag), cycle(drag)
    return best_ratio(lambda: peer(next(peers)), lambda: ours(next(own)), 400)


def _slice(hu: np.ndarray) -> Slice:
    return Slice(Instance(Path("phantom.dcm"), modality="CT"), hu.copy(), unit="HU")


@pytest.fixture(scope="module")
def long_series(tmp_path_factory: pytest.TempPathFactory) -> list[Instance]:
    """600 slices of 512 × 512, 300 MiB."""
    folder = tmp_path_factory.mktemp("long")
    phantom.write_series(folder, phantom.Thorax(600, 512, slice_spacing=0.5, noise=0), change=_of_a_scanner)
    return list(scan([folder]).series[0].instances)


def test_an_open_series_costs_little_more_than_its_stored_pixels(long_series: list[Instance]) -> None:
    stored = 600 * 512 * 512 * 2
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    series = scan([long_series[0].path.parent]).series[0]
    cache = SliceCache(budget_bytes=1 << 30, workers=1)
    _fill(cache, list(series.instances))
    used = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    cache.close()

    print(f"\n    {used / stored:.3f} × the stored pixels")
    assert used <= 1.15 * stored


def test_a_cached_slice_is_ready_to_show_within_4_ms(long_series: list[Instance]) -> None:
    cache = SliceCache(budget_bytes=1 << 30, workers=1)
    _fill(cache, long_series)

    def one_step(instance: Instance) -> None:
        slice_ = cache.peek(instance)
        assert slice_ is not None
        display(slice_, LUNG)

    times = sorted(seconds(lambda i=i: one_step(i)) for i in long_series)  # type: ignore[misc]
    cache.close()
    p95 = times[int(len(times) * 0.95)]
    print(f"\n    median {times[300] * 1e3:.2f} ms, p95 {p95 * 1e3:.2f} ms")
    assert p95 <= 4e-3
