"""The second reader without a window: asked, given up, hidden, remembered."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lungview import paths
from lungview.classify.case import Verdict
from lungview.classify.classify import classify
from lungview.image.slice import Instance
from lungview.model.input import Box
from lungview.viewer.second_reader import judging
from lungview.viewer.second_reader import reader as second_reader
from lungview.viewer.second_reader.heat_map_look import Look
from tests.in_memory import make_slice
from tests.tiny import install, square


def test_no_qt_is_loaded_with_it():
    rooms = "lungview.viewer.second_reader.reader, lungview.viewer.second_reader.series_run"
    code = f"import sys, {rooms}; print(any(n.startswith('PySide6') for n in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_it_says_of_the_slice_what_the_model_says_of_it_alone(opened, reader, show):
    show(square())
    reader.run(override=True)
    assert reader.busy

    opened.hand.work()

    alone = classify(reader.slice, reader.entry, override=True).prediction
    assert not reader.busy
    assert reader.case().prediction.probabilities == alone.probabilities
    assert np.array_equal(reader.visible().cams, alone.cams)


def test_what_the_gate_refuses_is_not_to_be_seen(opened, reader, show):
    show(square())
    reader.run()
    opened.hand.work()

    assert reader.case().prediction.verdict is Verdict.NOT_SUITABLE
    assert reader.visible() is None


def test_the_answer_of_a_run_that_was_given_up_never_arrives(opened, reader, show):
    show(square())
    reader.run()

    assert reader.cancel()
    opened.hand.work()

    assert (reader.busy, reader.case()) == (False, None)
    assert not reader.cancel()


def test_a_run_ends_when_another_slice_is_on_screen(opened, reader, show):
    first = square(0)
    show(first, square(1))
    reader.run()

    opened.workspace.stack.go(1)
    opened.hand.work()

    assert not reader.busy
    assert reader.case(first) is None


def test_on_every_slice_it_waits_until_one_stays_on_screen(opened, reader, show):
    show(square(0), square(1))
    opened.hand.work()
    reader.set_auto(True)
    (pause,) = [each for each in opened.hand.timers if each.started]
    assert not reader.busy

    pause.ring()
    opened.hand.work()
    assert reader.case() is not None

    reader.set_auto(True)
    assert not pause.started  # it is answered already


@pytest.mark.parametrize("override", [False, True])
def test_without_a_slice_it_says_so(opened, reader, told, override):
    reader.run(override=override)
    assert told == ["There is no slice to classify"]


def test_a_plane_is_not_classified(opened, reader, show, told):
    shown = square()
    show(replace(shown, instance=replace(shown.instance, plane="axial")))
    reader.run()
    assert reader.slice is None
    assert told == ["A reformatted plane is not classified"]


def test_without_a_model_it_says_so(opened, monkeypatch, tmp_path, show, told):
    monkeypatch.setattr(paths, "models", lambda: tmp_path / "no-models")
    reader = second_reader.of(opened.workspace)
    show(square())
    reader.run()
    assert told == ["No model is installed"]


def test_a_fault_of_the_program_is_an_answer_with_a_sentence(opened, reader, show, monkeypatch):
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(judging, "classify", broken)
    show(square())
    reader.run()
    opened.hand.work()

    assert reader.case().error.message == "the classification stopped: ZeroDivisionError"
    assert not reader.busy


def test_a_refusal_takes_no_overridden_answer_away(opened, reader, show, told):
    show(square())
    reader.run(override=True)
    opened.hand.work()
    given = reader.case()

    reader.run()
    opened.hand.work()

    assert reader.case() is given
    assert told == ["The overridden answer stays; the gate still refuses the slice"]


def test_the_classes_go_round(opened, reader, show):
    show(square())
    reader.run(override=True)
    opened.hand.work()
    keys = reader.visible().keys
    seen = []
    reader.class_changed.connect(lambda: seen.append(reader.class_key))

    for _ in keys:
        reader.step_class(1)

    at = keys.index(reader.visible().label)
    assert seen == [keys[(at + step) % len(keys)] for step in (1, 2, 3)]


def test_another_model_is_kept_and_the_answers_of_the_first_come_back(opened, reader, show):
    install("other", name="Other")
    reader.list_models()
    reader.choose("tiny")
    show(square())
    reader.run(override=True)
    opened.hand.work()

    reader.choose("other")
    assert (opened.workspace.settings.default_model, reader.case()) == ("other", None)

    reader.choose("tiny")
    assert reader.visible() is not None


def test_a_box_is_of_its_slice_and_a_nodule_model_answers_for_it(opened, reader, show):
    install("nodule", preparation="box", task="nodule")
    reader.list_models()
    reader.choose("nodule")
    first, second = square(0), square(1)
    show(first, second)
    reader.set_box(first, Box(10, 90, 70, 150))

    assert reader.needs_box
    assert reader.box(first) == Box(10, 90, 70, 150)
    assert reader.box(second) is None


def test_a_nodule_cut_out_beforehand_needs_no_box(reader):
    small = Instance(Path("cut.png"), rows=64, columns=64)
    assert reader.is_crop(make_slice(instance=small, values=np.zeros((64, 64), np.uint8)))
    assert not reader.is_crop(square(rows=64, columns=160))


def test_a_look_that_is_only_tried_is_not_kept(opened, reader):
    changes = []
    reader.look_changed.connect(lambda: changes.append(reader.look.opacity))
    before = opened.workspace.settings.heatmap_opacity

    reader.set_look(Look(0.9, 0.1, reader.look.colours), kept=False)
    assert opened.workspace.settings.heatmap_opacity == before

    reader.set_look(Look(0.9, 0.1, reader.look.colours))
    assert opened.workspace.settings.heatmap_opacity == 0.9
    assert changes == [0.9]


def test_while_the_reader_reads_first_an_opinion_is_asked_for_and_the_answer_waits(opened, reader, show):
    wanted = []
    reader.opinion_wanted.connect(lambda: wanted.append(1))
    show(square())
    reader.first.set_on(True)
    reader.run(override=True)
    opened.hand.work()
    assert (wanted, reader.hidden(), reader.visible()) == ([1], True, None)

    reader.first.record(reader.slice, "bright", reader.case())

    assert reader.visible().label == "bright"


def test_the_answer_of_an_earlier_session_is_there_with_its_time(opened, reader, show):
    show(square())
    reader.run(override=True)
    opened.hand.work()
    given = reader.case().judged

    later = second_reader.SecondReader(opened.workspace)
    opened.hand.work()
    assert later.case() is None  # asked for, in a thread
    opened.hand.work()

    assert later.case().judged.probabilities == given.probabilities
    assert later.answered_at().startswith("20")
    assert reader.answered_at() == ""
