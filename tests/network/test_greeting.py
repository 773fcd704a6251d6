"""What LiteRT writes unasked when it makes a network, and what others write meanwhile."""

import os
import subprocess
import sys

import pytest


def _stderr(code: str) -> str:
    environment = {k: v for k, v in os.environ.items() if k != "TF_CPP_MIN_LOG_LEVEL"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stderr


def test_what_others_write_meanwhile_arrives_and_the_greeting_does_not():
    code = (
        "import os\n"
        "from lungview.network.greeting import GREETING, first_greeting_dropped\n"
        "with first_greeting_dropped():\n"
        "    os.write(2, b'before\\n' + GREETING + b'after\\n')\n"
        "with first_greeting_dropped():\n"
        "    os.write(2, b'second\\n')\n"
    )
    assert _stderr(code) == "before\nafter\nsecond\n"


def test_an_error_while_it_is_made_is_raised_and_what_was_written_arrives():
    code = (
        "import os\n"
        "from lungview.network.greeting import first_greeting_dropped\n"
        "try:\n"
        "    with first_greeting_dropped():\n"
        "        os.write(2, b'why\\n')\n"
        "        raise ValueError\n"
        "except ValueError:\n"
        "    os.write(2, b'raised\\n')\n"
    )
    assert _stderr(code) == "why\nraised\n"


def test_a_process_without_standard_error_makes_its_network_all_the_same():
    code = (
        "import os\n"
        "os.close(2)\n"
        "from lungview.network.greeting import first_greeting_dropped\n"
        "with first_greeting_dropped():\n"
        "    made = True\n"
        "assert made\n"
    )
    assert _stderr(code) == ""


@pytest.mark.parametrize(
    ("room", "model"), [("runtime", "alexnet"), ("dense", "findings")], ids=["picture", "maps"]
)
def test_a_real_network_greets_nobody(room: str, model: str) -> None:
    code = (
        "from lungview.model import registry\n"
        f"from lungview.network import {room}\n"
        f"{room}.load(registry.find({model!r}))\n"
    )
    assert _stderr(code) == ""


def test_a_second_thread_s_network_does_not_greet_beside_the_first_one_s():
    code = (
        "import os, tempfile, threading\n"
        "from lungview.network import greeting\n"
        "begun, ended = threading.Event(), threading.Event()\n"
        "make = tempfile.TemporaryFile\n"
        "def slow():\n"  # the moment before standard error is turned aside
        "    begun.set()\n"
        "    ended.wait(0.5)\n"
        "    return make()\n"
        "tempfile.TemporaryFile = slow\n"
        "def second():\n"
        "    begun.wait()\n"
        "    with greeting.first_greeting_dropped():\n"
        "        greet()\n"
        "    ended.set()\n"
        "said = []\n"
        "def greet():\n"  # once a process
        "    said or said.append(os.write(2, greeting.GREETING))\n"
        "other = threading.Thread(target=second)\n"
        "other.start()\n"
        "with greeting.first_greeting_dropped():\n"
        "    greet()\n"
        "other.join()\n"
    )
    assert _stderr(code) == ""


def test_a_network_that_could_not_be_made_leaves_the_greeting_to_the_next():
    code = (
        "import os\n"
        "from lungview.network.greeting import GREETING, first_greeting_dropped\n"
        "try:\n"
        "    with first_greeting_dropped():\n"
        "        raise ValueError\n"
        "except ValueError:\n"
        "    pass\n"
        "with first_greeting_dropped():\n"
        "    os.write(2, GREETING)\n"
    )
    assert _stderr(code) == ""
