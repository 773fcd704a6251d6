"""The curves of a run as a picture."""

from __future__ import annotations

from pathlib import Path

from lungview.training.learn.run_folder import RunFolder


def draw(run: RunFolder) -> Path:
    """Write curves.png: losses on the left, validation accuracy on the right. Returns its path."""
    from matplotlib.figure import Figure  # not pyplot: no window system, no global state

    history = run.history()
    epochs = [row["epoch"] for row in history]
    figure = Figure(figsize=(9, 3.5), layout="constrained")
    left, right = figure.subplots(1, 2)
    left.plot(epochs, [row["loss"] for row in history], label="training")
    left.plot(epochs, [row["valid_loss"] for row in history], label="validation (averaged weights)")
    left.set(xlabel="epoch", ylabel="loss, nats")
    left.legend()
    right.plot(epochs, [row["valid_accuracy"] for row in history])
    right.set(xlabel="epoch", ylabel="validation accuracy", ylim=(0, 1))
    path = run.path / "curves.png"
    figure.savefig(path, dpi=120)
    return path
