"""One network in three engines, each on one thread, in turns: `… -m tests.benchmarks.networks.engines MODEL`.

They are asked about slices of the bundled series, prepared as the program does. ONNX Runtime gets what
tf2onnx makes of the model's file, OpenVINO what its own TFLite frontend does.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from lungview import paths
from lungview.cli.checks import sample
from lungview.image import readers
from lungview.model import registry
from lungview.model.input import prepare
from lungview.model.registry import Entry
from lungview.sources.files.scan import scan

ROUNDS = 25
EVERY = 10  # th slice of the bundled series: from the neck's side to the belly's
Engine = Callable[[np.ndarray], list[np.ndarray]]


def litert(entry: Entry) -> Engine:
    from lungview.network import runtime

    _, runner = runtime.opened(entry.card, runtime.verified(entry), threads=1)
    return lambda image: list(runner(image=image).values())


def onnx_runtime(entry: Entry) -> Engine:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "model.onnx"
        convert = [sys.executable, "-m", "tf2onnx.convert", "--opset", "17"]
        subprocess.run(
            [*convert, "--tflite", str(entry.folder / entry.card.file), "--output", str(file)],
            check=True,
            capture_output=True,
        )
        session = onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    return lambda image: list(session.run(None, {name: image}))


def openvino(entry: Entry) -> Engine:
    import openvino

    core = openvino.Core()
    # Float32: with bfloat16, which it takes by itself where the processor has it, answers move by percents.
    asked: dict[str, object] = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": "f32"}
    asked |= {"INFERENCE_NUM_THREADS": 1}
    compiled = core.compile_model(core.read_model(entry.folder / entry.card.file), "CPU", asked)
    request = compiled.create_infer_request()
    return lambda image: [np.array(value) for value in request.infer([image]).values()]


ENGINES = {"LiteRT": litert, "ONNX Runtime": onnx_runtime, "OpenVINO": openvino}


def measured(model: str) -> dict[str, dict[str, float]]:
    """Of each engine: milliseconds of a call (quartiles), and how far its answer is off.

    They are of CPU time: of one thread it is the time a free processor takes, whatever else the machine does.
    off: the largest difference of a probability from LiteRT's, of all slices.
    """
    entry = registry.find(model)
    seen = images(entry)
    image = seen[len(seen) // 2]
    engines = {name: make(entry) for name, make in ENGINES.items()}
    answers = {
        name: np.stack([_probabilities(engine(one), entry) for one in seen])
        for name, engine in engines.items()
    }
    times: dict[str, list[float]] = {name: [] for name in engines}
    for turn in range(ROUNDS + 2):
        for name, engine in engines.items():
            start = time.process_time()
            engine(image)
            if turn >= 2:
                times[name].append(1e3 * (time.process_time() - start))
    return {
        name: {
            **dict(zip(("low", "median", "high"), statistics.quantiles(times[name], n=4), strict=True)),
            "off": float(np.abs(answers[name] - answers["LiteRT"]).max()),
        }
        for name in engines
    }


def images(entry: Entry) -> list[np.ndarray]:
    """(1, rows, columns, channels) float32 each: slices as the network gets them, or a box in each."""
    found = []
    for instance in scan([paths.resources() / "sample"]).series[0].instances[::EVERY]:
        slice_ = readers.read_instance(instance)
        values = prepare(slice_, entry.card, sample.box(slice_, entry.card)).values
        found.append(np.ascontiguousarray(values[np.newaxis], np.float32))
    return found


def _probabilities(answer: list[np.ndarray], entry: Entry) -> np.ndarray:
    (found,) = [each for each in answer if each.shape == (1, len(entry.card.classes))]
    return found


if __name__ == "__main__":
    print(json.dumps(measured(sys.argv[1])))
