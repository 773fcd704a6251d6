"""`lungview train`: train a network, go on after a kill, and make a model folder of it."""

from __future__ import annotations

import argparse
import dataclasses
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lungview.cli.extras import needed
from lungview.cli.networks.evaluate import of_nodules, with_intervals
from lungview.errors import InputError
from lungview.training.data import distribute

NAME = "train"
OVERRIDES = ("size", "epochs", "batch", "rate", "seed", "weights", "teacher", "precision")


def add(subparsers: Any) -> None:
    command = subparsers.add_parser(NAME, help="train a network and export it (needs lungview[train])")
    command.add_argument("--config", type=Path, metavar="FILE", help="a TOML file: resources/training/*.toml")
    command.add_argument("--root", type=Path, default=Path(), help="where the configuration's paths start")
    command.add_argument("--arch", metavar="NAME", help="the architecture, without a configuration")
    command.add_argument("--task", choices=("subtype", "nodule", "custom"), help="default: custom")
    command.add_argument("--data", type=Path, action="append", metavar="DIR", help="class folders or a CSV")
    command.add_argument("--split", type=Path, action="append", metavar="FILE", help="a CSV for each --data")
    command.add_argument("--out", type=Path, required=True, metavar="DIR", help="the run folder")
    command.add_argument("--id", help="the model's id; default: the architecture and the task")
    command.add_argument("--size", type=int, help="side of the input, px")
    command.add_argument("--epochs", type=int)
    command.add_argument("--batch", type=int)
    command.add_argument("--rate", type=float, help="peak learning rate")
    command.add_argument("--seed", type=int)
    command.add_argument("--weights", help="none, imagenet, an .npz file, a run folder, or a model's id")
    command.add_argument("--teacher", metavar="MODEL", help="a model, or a run folder, to learn from")
    command.add_argument("--precision", choices=("float32", "mixed_bfloat16", "mixed_float16"))
    command.add_argument("--workers", metavar="HOST:PORT,HOST:PORT", help="machines that train together")
    command.add_argument("--worker", type=int, metavar="K", help="which of them this one is, from 0")
    command.add_argument("--no-export", action="store_true", help="stop after training")
    command.add_argument(
        "--folds", type=int, metavar="N", help="cross-validate: a run for each part by group"
    )
    command.add_argument(
        "--leave-out", action="append", default=[], metavar="PATIENT", help="findings: learn nothing from it"
    )
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    if args.config is not None and _trains_findings(args.config):
        return _findings(args)
    place = distribute.parse(args.workers, args.worker)
    config = _config(args)
    if args.folds is not None:
        return _cross_validate(args, config)
    with needed("training", "train"):
        from lungview.training.learn import curves, fit
        from lungview.training.learn.run_folder import RunFolder
    # The run folder belongs to the first worker; another one prepares its pictures anew.
    cache = args.out / "cache" if place.chief else None
    with _bar() as report, distribute.told(place):
        outcome = fit.train(config, args.out, args.root, cache=cache, on_progress=report, place=place)
    if not place.chief:
        print(f"{outcome.epochs} epochs, {outcome.reason}; worker 0 keeps the run")
        return 0
    picture = curves.draw(RunFolder(args.out)) if outcome.epochs else args.out
    print(f"{outcome.epochs} epochs, {outcome.reason}; best loss {outcome.best_loss:.4f}; {picture}")
    if args.no_export:
        return 0
    with needed(
        "training", "train"
    ):  # TensorFlow, which only the export needs: training runs on any backend of Keras
        from lungview.training.export import package
    card = package.package(args.out, args.root, args.out / "model", cache=cache, texts=config)
    print(f"{args.out / 'model'}: {card.reference}, {card.size / 1e6:.1f} MB; measure it: lungview evaluate")
    return 0


def _trains_findings(path: Path) -> bool:
    with needed("training", "train"):
        from lungview.training.findings import recipe
    return recipe.is_findings(path)


def _findings(args: argparse.Namespace) -> int:
    """Train the findings network stage by stage, and make a model folder of it."""
    from lungview.training.findings import recipe
    from lungview.training.findings.run import train

    training = recipe.read(args.config)
    left_out = frozenset(args.leave_out)
    model, sources = train(
        training, args.root, args.out, left_out, lambda name: print(f"stage {name}", flush=True)
    )
    if args.no_export:
        return 0
    with needed("training", "train"):
        from lungview.training.findings import package
    card = package.package(training, model, [*sources.slices, *sources.crops], args.out / "model")
    print(f"{args.out / 'model'}: {card.reference}, {card.size / 1e6:.1f} MB; measure it: lungview evaluate")
    return 0


def _cross_validate(args: argparse.Namespace, config: Any) -> int:
    """A line a fold, then the figures of all; nothing is exported."""
    with needed("training", "train"):
        from lungview.training import folds
    done = []
    with _bar() as report:
        for fold in folds.cross_validate(config, args.folds, args.out, args.root, report):
            found = folds.scores(fold)
            print(
                f"fold {fold.number}: {found['n']} pictures in {found['groups']} groups, "
                f"accuracy {found['accuracy']:.3f}, AUC {found['auc']:.3f}",
                flush=True,
            )
            done.append(fold)
    result = folds.pooled(config, done, args.out)
    lines = [f"{config.id}: {result['n']} pictures in {result['groups']} groups", *with_intervals(result)]
    print("\n".join([*lines, *of_nodules(result), f"{args.out / 'folds.csv'}: every picture"]))
    return 0


def _config(args: argparse.Namespace) -> Any:
    """The configuration of the file or of --arch and --data, with what else the command line says."""
    from lungview.training.learn import config as configs

    if args.config is not None:
        base = configs.read(args.config)
    elif args.arch and args.data:
        task = args.task or "custom"
        name = f"{args.arch}_{task}"
        base = configs.Config(name, name, task, args.arch, (configs.Source(str(args.data[0])),))
        base = dataclasses.replace(base, preparation="box" if task == "nodule" else "body")
    else:
        raise InputError("say what to train: --config FILE, or --arch NAME and --data DIR")
    changes = {name: getattr(args, name) for name in OVERRIDES if getattr(args, name) is not None}
    if args.id:
        changes["id"] = args.id
    if args.workers:
        changes["workers"] = len(args.workers.split(","))
    if args.data:
        splits = [str(s.resolve()) for s in args.split or ()]
        splits += [""] * (len(args.data) - len(splits))
        changes["sources"] = tuple(
            configs.Source(str(d.resolve()), s) for d, s in zip(args.data, splits, strict=True)
        )
    return dataclasses.replace(base, **changes)


@contextmanager
def _bar() -> Iterator[Callable[[int, int, int, int, float], None]]:
    """A progress bar on stderr where that is a terminal; log.csv has the rest."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(file=sys.stderr)
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task("training", total=None)

        def report(epoch: int, epochs: int, step: int, steps: int, loss: float) -> None:
            text = f"epoch {epoch + 1}/{epochs}, loss {loss:.3f}"
            progress.update(task, total=epochs * steps, completed=epoch * steps + step, description=text)

        yield report
