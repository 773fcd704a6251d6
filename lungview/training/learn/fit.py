"""Training: one network, one configuration, one run folder; goes on where a killed run stopped."""

from __future__ import annotations

import dataclasses
import itertools
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
from keras import ops

from lungview.errors import InputError, LungViewError
from lungview.model.input import scale
from lungview.training import architectures
from lungview.training.data import augment, dataset, distribute
from lungview.training.learn import feature_start, head_start
from lungview.training.learn import loss as losses
from lungview.training.learn.ahead import ahead
from lungview.training.learn.config import Config
from lungview.training.learn.run_folder import Onlooker, RunFolder
from lungview.training.learn.teacher import Teacher, network, to_picture

# (epoch, epochs, step, steps, mean loss of the epoch so far)
Progress = Callable[[int, int, int, int, float], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended: the epochs done, the best validation loss and accuracy, and why it stopped."""

    epochs: int
    best_loss: float
    best_accuracy: float
    reason: str


def samples_of(config: Config, root: Path, cache: Path | None = None) -> dataset.Samples:
    """The pictures of all sources. Raises InputError."""
    look = dataset.Look(size=(config.size, config.size), preparation=config.preparation)
    parts = [
        dataset.load(
            root / s.data,
            config.task,
            split=root / s.split if s.split else None,
            look=look,
            cache=cache,
        )
        for s in config.sources
    ]
    return dataset.in_fold(dataset.join(parts), config.fold, config.folds, config.seed)


def train(
    config: Config,
    folder: Path,
    root: Path,
    *,
    cache: Path | None = None,
    on_progress: Progress | None = None,
    place: distribute.Place = distribute.ALONE,
) -> Outcome:
    """Train, or go on training, into `folder`, which of several processes at their places the chief keeps.

    Raises InputError (data, folder, configuration), WeightsError, and LungViewError when the loss is no
    longer a number or the disk is full; what was good until then is kept.
    """
    keras.utils.set_random_seed(config.seed + place.index)
    if config.workers != place.size:
        raise InputError(f"the run is of {config.workers} worker(s), and {place.size} are named")
    run = RunFolder(folder) if place.chief else Onlooker(folder)
    going_on = run.begin(config)
    samples = samples_of(config, root, cache)
    learned, valid = samples.part("train"), samples.part("valid")
    if len(learned) < place.size or not len(valid):
        raise InputError("the data needs pictures for training and for validation", folder)
    if config.rating:
        learned = dataset.rated(learned, config.rating)
    team = distribute.Team(place)
    going_on = bool(team.chiefs(going_on)[0])
    model = network(config, len(samples.classes), root, fresh=not going_on)
    if not config.epochs:
        run.keep_best(model)
        return Outcome(0, *_validated(model, valid, config), "nothing to learn")
    teacher = Teacher(config, root, len(samples.classes)) if config.teacher else None
    if place.chief and not going_on:
        _first(model, config, learned, teacher)
    steps = math.ceil(len(learned) // place.size / config.batch)
    steps = min(steps, config.steps) if config.steps else steps
    _compile(model, config, len(samples.classes), steps)
    epoch, best = team.chiefs(*(run.restore(model) if going_on else (0, math.inf)))
    team.begin(model)
    asked = teacher if config.teacher_share else None
    session = _Session(config, run, model, learned, valid, asked, steps, team, on_progress)
    return session.run_epochs(int(epoch), best)


def _first(model: Any, config: Config, learned: dataset.Samples, teacher: Teacher | None) -> None:
    """What a new network learns before its epochs: the teacher's features, then its own head."""
    if config.features_first and teacher is not None:
        name = architectures.find(config.architecture).scale
        views, features = _views(config, learned, teacher)
        feature_start.start(model, views, features, scale_name=name, passes=config.features_first)
    if config.head_first:
        head_start.start(model, _first_epochs(config, learned), config.smoothing)


def _first_epochs(config: Config, learned: dataset.Samples) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """The pictures as they are, then changed as some epochs would, in the network's scale; their targets."""
    name = architectures.find(config.architecture).scale
    plain = dataclasses.replace(augment.PLAIN, balance=config.recipe.balance)
    for epoch in range(head_start.PASSES):
        recipe = config.recipe if epoch else plain
        made = augment.batches(learned, 32, recipe=recipe, seed=config.seed + 1, epoch=epoch, scale_name=name)
        yield from ((batch.values, batch.targets) for batch in made)


def _views(config: Config, learned: dataset.Samples, teacher: Teacher) -> tuple[np.ndarray, np.ndarray]:
    """Changed pictures of the training part, uint8, and the teacher's features of them."""
    name = architectures.find(config.architecture).scale
    epochs = (
        augment.batches(learned, 32, recipe=config.recipe, seed=config.seed + 2, epoch=e, scale_name=name)
        for e in range(feature_start.VIEWS)
    )
    values = (batch.values for made in epochs for batch in made)
    pairs = [(np.rint(to_picture(v, name)).astype(np.uint8), teacher.features(v)) for v in values]
    pictures, features = (np.concatenate(part) for part in zip(*pairs, strict=True))
    return pictures, features


def _compile(model: Any, config: Config, classes: int, steps: int) -> None:
    total = steps * config.epochs
    warmup = max(1, round(total * config.warmup))
    schedule = keras.optimizers.schedules.CosineDecay(
        config.rate / 20,
        max(1, total - warmup),
        alpha=0.01,
        warmup_target=config.rate,
        warmup_steps=warmup,
    )
    optimizer = keras.optimizers.AdamW(
        schedule,
        weight_decay=config.decay,
        global_clipnorm=config.clip,
        use_ema=averages(config, model),
        ema_momentum=config.ema or 0.99,
    )
    share = config.teacher_share if config.teacher else 0.0
    model.compile(
        optimizer, losses.training_loss(classes, config.smoothing, share, config.teacher_temperature)
    )
    optimizer.build(model.trainable_variables)  # a first step that makes variables is traced twice


def averages(config: Config, model: Any) -> bool:
    """Whether the weights are averaged over the run: not where batch statistics are learned with them.

    Those belong to the plain weights; with averaged ones the network is far off (measured on a VGG16:
    validation loss 0.81 averaged, 0.55 plain, after the same epoch).
    """
    learned = [n for n in model.layers if isinstance(n, keras.layers.BatchNormalization) and n.trainable]
    return config.ema > 0 and not learned


class _Session:
    """The epochs of one run."""

    def __init__(
        self,
        config: Config,
        run: RunFolder,
        model: Any,
        learned: dataset.Samples,
        valid: dataset.Samples,
        teacher: Teacher | None,
        steps: int,
        team: distribute.Team,
        on_progress: Progress | None,
    ) -> None:
        self._config, self._run, self._model = config, run, model
        self._learned, self._valid, self._teacher = learned, valid, teacher
        self._steps, self._team, self._on_progress = steps, team, on_progress
        self._scale = architectures.find(config.architecture).scale
        self._average = (
            keras.callbacks.SwapEMAWeights(swap_on_epoch=True) if averages(config, model) else None
        )
        if self._average is not None:
            self._average.set_model(model)
            self._average.set_params({"epochs": config.epochs + 1})  # it ends its work in the last epoch

    def run_epochs(self, done: int, best: float) -> Outcome:
        epoch, accuracy, best_epoch, reason = done - 1, math.nan, done, "all epochs done"
        for epoch in range(done, self._config.epochs):
            started = time.monotonic()
            loss = self._one_epoch(epoch)
            if not math.isfinite(loss):
                raise LungViewError(
                    f"the loss is not a number in epoch {epoch + 1}; the last good state is kept",
                    self._run.path,
                    "lower the rate",
                )
            self._team.level(self._model)
            valid_loss, valid_accuracy = self._team.chiefs(*self._validated(best))
            if valid_loss <= best:
                best, accuracy, best_epoch = valid_loss, valid_accuracy, epoch
            self._run.keep(self._model, epoch + 1, best)
            self._log(epoch, loss, valid_loss, valid_accuracy, time.monotonic() - started)
            if self._config.patience and epoch - best_epoch >= self._config.patience:
                reason = f"no better validation loss in {self._config.patience} epochs"
                break
        return Outcome(epoch + 1, best, accuracy, reason)

    def _one_epoch(self, epoch: int) -> float:
        """The mean loss of the epoch's batches; not finite as soon as one is not."""
        total, step = 0.0, 0
        batches = itertools.islice(self._batches(epoch), self._steps)
        for step, (values, targets) in enumerate(ahead(batches), start=1):
            self._model.reset_metrics()
            total += self._team.mean(float(self._model.train_on_batch(values, targets)))
            if not math.isfinite(total):
                return total
            if self._on_progress is not None:
                self._on_progress(epoch, self._config.epochs, step, self._steps, total / step)
        return total / max(step, 1)

    def _batches(self, epoch: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        for batch in augment.batches(
            self._learned,
            self._config.batch,
            recipe=self._config.recipe,
            seed=self._config.seed,
            epoch=epoch,
            scale_name=self._scale,
            share=self._team.share,
        ):
            targets = batch.targets
            if self._teacher is not None:
                targets = np.concatenate([targets, self._teacher.probabilities(batch.values)], axis=1)
            yield batch.values, targets

    def _validated(self, best: float) -> tuple[float, float]:
        """Loss and accuracy of the averaged weights on the validation part; the best are kept."""
        if self._average is not None:
            self._average.on_epoch_end(0)
        loss, accuracy = _validated(self._model, self._valid, self._config)
        if loss <= best:
            self._run.keep_best(self._model)
        if self._average is not None:
            self._average.on_epoch_begin(0)
        return loss, accuracy

    def _log(self, epoch: int, loss: float, valid_loss: float, accuracy: float, seconds: float) -> None:
        rate = float(ops.convert_to_numpy(self._model.optimizer.learning_rate))
        row = {"epoch": epoch + 1, "loss": loss, "valid_loss": valid_loss, "valid_accuracy": accuracy}
        self._run.log({**row, "rate": rate, "seconds": seconds})


def _validated(model: Any, valid: dataset.Samples, config: Config) -> tuple[float, float]:
    """Mean label loss, nats, and accuracy of the network as it is on the validation part."""
    logits = logits_of(model, valid.pictures, architectures.find(config.architecture).scale)
    loss = ops.mean(losses.label_loss(ops.convert_to_tensor(valid.targets), logits))
    hit = valid.targets[np.arange(len(logits)), logits.argmax(axis=1)] > 0
    return float(loss), float(hit.mean())


def logits_of(
    model: Any, pictures: np.ndarray, scale_name: str, batch: int = 32, *, mirrored: bool = False
) -> np.ndarray:
    """(n, C) float32 logits of prepared pictures (n, rows, columns) uint8.

    mirrored: the mean of those of each picture and of its mirror image.
    """
    if mirrored:
        both = (logits_of(model, p, scale_name, batch) for p in (pictures, pictures[:, :, ::-1]))
        return np.asarray(np.mean(list(both), axis=0))
    parts = [
        np.asarray(model.predict_on_batch(scale(_filled(pictures[i : i + batch], batch), scale_name)))
        for i in range(0, len(pictures), batch)
    ]
    return np.concatenate(parts)[: len(pictures)].astype(np.float32)


def _filled(pictures: np.ndarray, batch: int) -> np.ndarray:
    """Repeated until they are `batch`: a batch of another size would be compiled once more."""
    return pictures if len(pictures) == batch else np.resize(pictures, (batch, *pictures.shape[1:]))
