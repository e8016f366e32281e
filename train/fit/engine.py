"""The loop that trains: optimiser, schedule, mixed precision, several processes, and a state to go on from.

Teacher and student share it; what they differ in is a Task. Everything random is decided by the seed and the position
in the training alone, so a run that was killed and continued gives the same networks, and equal runs are equal (bit for
bit on a CPU). A batch is cut into parts, one for each process and each round of gradient accumulation: two processes
with half a batch each learn what one process learns with `accumulate` 2. Each part's batch norms see their own part;
their running statistics are the mean over the parts.

    torchrun --nproc-per-node 4 -m train.teacher ...

    FOLDER/state.pt   networks, optimiser, position, best networks so far; replaced as a whole
    FOLDER/log.csv    a line for each epoch
    FOLDER/curves.png loss and accuracy over the epochs (needs matplotlib)
    FOLDER/events...  the same for TensorBoard, where it is installed
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset
from tqdm import tqdm

from train.files import replace_file
from train.fit.group import Group
from train.fit.plan import Plan, rate_at
from train.fit.recipe import Recipe
from train.fit.run_log import COLUMNS, write_log
from train.weights_file import read_content
from tsmf_live import interrupt
from tsmf_live.frames import CheckpointError, UsageError

STATE_FILE = "state.pt"
MOMENTUM = 0.9


class Drawer(Protocol):
    """Makes batches, in this process or in a worker; picklable."""

    def draw(self, epoch: int, number: int, samples: np.ndarray) -> Any:
        """The batch of these samples; the same arguments give the same batch."""


class Task(Protocol):
    """What is trained. `networks` are saved; those in `trained` get gradients and training mode."""

    networks: dict[str, nn.Module]
    trained: tuple[str, ...]

    def loss(self, batch: Any) -> tuple[Tensor, int]:
        """Mean loss of a batch on the networks' device, and how many of its samples are right."""

    def validate(self) -> tuple[float, float]:
        """Loss and accuracy on the validation samples, networks in evaluation mode."""


@dataclass(frozen=True)
class Settings:
    """How a run is carried out.

    Attributes:
        folder: of the run.
        document: everything that decides its result, for the state: a run goes on only with the same.
        accumulate: parts that each process works through before a step.
        precision: "fp32", or mixed: "bf16" (CUDA, CPU), "fp16" (CUDA).
        workers: processes that draw batches; 0: this one.
        save_s: the state is written at the end of each epoch, and when this much time has passed since.
    """

    folder: Path
    recipe: Recipe
    seed: int
    document: dict[str, Any]
    device: torch.device
    accumulate: int = 1
    precision: str = "fp32"
    workers: int = 0
    save_s: float = 60.0


@dataclass
class Progress:
    """Where a run stands.

    Attributes:
        step: optimiser steps done.
        loss_sum, right, seen: of the epoch so far, over all processes.
        seconds: time spent so far in this epoch, also before the run was continued.
        history: a line of run_log.COLUMNS for each finished epoch.
        best: validation accuracy, minus its loss, and epoch of the networks kept; None before the first.
    """

    step: int = 0
    loss_sum: float = 0.0
    right: int = 0
    seen: int = 0
    seconds: float = 0.0
    history: list[list[float]] = field(default_factory=list)
    best: tuple[float, float, int] | None = None

    def require(self, plan: Plan) -> None:
        """ValueError unless it is possible in a run of this plan."""
        counts, sums = (self.step, self.right, self.seen), (self.loss_sum, self.seconds)
        lines = [*self.history, *([] if self.best is None else [self.best])]
        if not all(type(n) is int and n >= 0 for n in counts) or self.step > plan.epochs * plan.per_epoch:
            raise ValueError(f"step {self.step!r:.20} of {plan.epochs * plan.per_epoch}")
        if not all(isinstance(x, float) and math.isfinite(x) for x in sums) or self.seen > plan.batch * plan.per_epoch:
            raise ValueError("sums that cannot be")
        if len(self.history) != self.step // plan.per_epoch or (self.best is None) != (not self.history):
            raise ValueError(f"{len(self.history)} finished epochs at step {self.step}")
        if any(len(line) != len(COLUMNS) for line in self.history) or len(self.best or "abc") != 3:
            raise ValueError("lines of another length")
        if not all((type(x) in (int, float) and abs(x) < 1e300) or x != x for line in lines for x in line):
            raise ValueError("lines of something else than numbers")


class _Batches(Dataset):
    """All parts of a run that one process draws, in order; item = position in the run."""

    def __init__(self, drawer: Drawer, plan: Plan, rank: int, accumulate: int) -> None:
        self.drawer, self.plan, self.rank, self.accumulate = drawer, plan, rank, accumulate

    def __getitem__(self, item: int) -> Any:
        step, part = divmod(item, self.accumulate)
        return self.drawer.draw(*self.plan.part(step, self.rank * self.accumulate + part))


def make_optimiser(recipe: Recipe, parameters: list[nn.Parameter]) -> torch.optim.Optimizer:
    """The recipe's optimiser; its rate is set before each step."""
    if recipe.optimiser == "sgd":
        return torch.optim.SGD(
            parameters, recipe.rate, momentum=MOMENTUM, nesterov=True, weight_decay=recipe.weight_decay
        )
    return torch.optim.AdamW(parameters, recipe.rate, weight_decay=recipe.weight_decay)


def run(task: Task, drawer: Drawer, rows: np.ndarray, settings: Settings, group: Group) -> Progress:
    """Trains, or goes on with what the folder holds; leaves the best networks in the task, in evaluation mode.

    Best: highest validation accuracy, then lowest loss, then latest.

    Raises:
        UsageError: the folder holds a run with other settings; too few samples for one batch.
        CheckpointError: the folder's state cannot be read, or the loss is not finite.
    """
    recipe = settings.recipe
    parts = group.size * settings.accumulate
    plan = Plan(np.asarray(rows), min(recipe.batch, len(rows)), recipe.epochs, parts, settings.seed)
    if plan.batch < parts:
        raise UsageError(f"{len(rows)} training samples, batch {recipe.batch}: too few for {parts} parts of a batch")
    runner = _Runner(task, settings, group, plan)
    runner.load()
    if runner.progress.step < recipe.epochs * plan.per_epoch:
        runner.train(drawer)
    runner.keep_best()
    return runner.progress


class _Runner:
    """One run: networks, optimiser and position, and the steps that change them."""

    def __init__(self, task: Task, settings: Settings, group: Group, plan: Plan) -> None:
        self.task, self.settings, self.group, self.plan = task, settings, group, plan
        networks = [task.networks[name].to(settings.device) for name in task.trained]
        self.parameters = [p for network in networks for p in network.parameters() if p.requires_grad]
        #: Running statistics of batch norms, which each part moves by itself.
        self.statistics = [b for network in networks for name, b in network.named_buffers() if "running_" in name]
        self.optimiser = make_optimiser(settings.recipe, self.parameters)
        cuda = settings.device.type == "cuda"
        self.scaler = torch.amp.GradScaler(settings.device.type, enabled=settings.precision == "fp16" and cuda)
        self.progress = Progress()
        self.best_state: dict[str, dict[str, Tensor]] = {}
        self._written = time.monotonic()

    def train(self, drawer: Drawer) -> None:
        """From where the run stands to its end."""
        total = self.plan.epochs * self.plan.per_epoch
        shown = {"desc": "training", "unit": "step", "disable": None if self.group.leads else True}  # None: no terminal
        with tqdm(total=total, initial=self.progress.step, **shown) as bar:
            batches = self._batches(drawer)
            self._training_mode()
            began = time.monotonic()
            while self.progress.step < total:
                loss = self._step(batches)
                self.progress.seconds += time.monotonic() - began
                began = time.monotonic()
                if self.progress.step % self.plan.per_epoch == 0:
                    self._end_epoch()
                    self._training_mode()
                    began = time.monotonic()
                elif time.monotonic() - self._written > self.settings.save_s:
                    self.save()
                bar.update()
                bar.set_postfix(loss=f"{loss:.3f}", refresh=False)

    def _batches(self, drawer: Drawer) -> Iterator[Any]:
        rounds, settings = self.settings.accumulate, self.settings
        items = range(self.progress.step * rounds, self.plan.epochs * self.plan.per_epoch * rounds)
        dataset = _Batches(drawer, self.plan, self.group.rank, rounds)
        more = {"multiprocessing_context": "spawn", "prefetch_factor": 4} if settings.workers else {}
        loader = DataLoader(dataset, batch_size=None, sampler=items, num_workers=settings.workers, **more)
        with interrupt.unheard_by_children():
            return iter(loader)

    def _training_mode(self) -> None:
        for name, network in self.task.networks.items():
            network.train(name in self.task.trained)

    def _step(self, batches: Iterator[Any]) -> float:
        """One step of the optimiser; the mean loss of this process's parts."""
        settings, step = self.settings, self.progress.step
        rate = rate_at(settings.recipe, step, self.plan.per_epoch)
        for options in self.optimiser.param_groups:
            options["lr"] = rate
        self.optimiser.zero_grad(set_to_none=False)
        before = [b.clone() for b in self.statistics]
        moved = [torch.zeros_like(b) for b in self.statistics]
        loss_sum, right = 0.0, 0
        for part in range(settings.accumulate):
            number = self.group.rank * settings.accumulate + part
            torch.manual_seed(hash((settings.seed, step, number)) % 2**63)  # dropout: of the position alone
            for buffer, old in zip(self.statistics, before, strict=True):
                buffer.copy_(old)
            loss, correct = self._loss(next(batches))
            self.scaler.scale(loss / self.plan.parts).backward()
            for total, buffer in zip(moved, self.statistics, strict=True):
                total += buffer
            loss_sum, right = loss_sum + loss.item() / settings.accumulate, right + correct
        self._join(moved)
        self.scaler.step(self.optimiser)
        self.scaler.update()
        self._count(loss_sum, right)
        return loss_sum

    def _loss(self, batch: Any) -> tuple[Tensor, int]:
        settings = self.settings
        kind = {"bf16": torch.bfloat16, "fp16": torch.float16}.get(settings.precision)
        with torch.autocast(settings.device.type, kind, enabled=kind is not None):
            loss, right = self.task.loss(batch)
        if not math.isfinite(loss.item()):
            epoch = self.progress.step // self.plan.per_epoch + 1
            raise CheckpointError(
                f"{settings.folder}: the loss is not finite in epoch {epoch}; expected a number: take a smaller --rate "
                "or --precision fp32 and a new --out"
            )
        return loss, right

    def _join(self, moved: list[Tensor]) -> None:
        """Gradients: sum over the parts (each was divided by their number); statistics: mean over them."""
        for parameter in self.parameters:
            if parameter.grad is None:
                parameter.grad = torch.zeros_like(parameter)
        self.group.add([p.grad for p in self.parameters])
        self.group.add(moved)
        for buffer, total in zip(self.statistics, moved, strict=True):
            buffer.copy_(total / self.plan.parts)

    def _count(self, loss: float, right: int) -> None:
        sums = torch.tensor([loss / self.group.size, right], dtype=torch.float64, device=self.settings.device)
        self.group.add([sums])
        progress = self.progress
        progress.loss_sum += float(sums[0])
        progress.right += int(sums[1])
        progress.seen += self.plan.batch
        progress.step += 1

    def _end_epoch(self) -> None:
        """Validates, keeps the networks if they are the best so far, writes log and state."""
        progress, plan = self.progress, self.plan
        epoch = progress.step // plan.per_epoch
        for network in self.task.networks.values():
            network.eval()
        loss, accuracy = self.group.share(self.task.validate() if self.group.leads else None)
        rate = rate_at(self.settings.recipe, progress.step - 1, plan.per_epoch)
        mean_loss, train_accuracy = progress.loss_sum / plan.per_epoch, progress.right / progress.seen
        progress.history.append([epoch, mean_loss, train_accuracy, loss, accuracy, rate, progress.seconds])
        score = (accuracy, -loss, epoch) if math.isfinite(accuracy) else (0.0, 0.0, epoch)
        if progress.best is None or score >= progress.best:
            progress.best = score
            self.best_state = {
                name: {key: t.detach().cpu().clone() for key, t in self.task.networks[name].state_dict().items()}
                for name in self.task.trained
            }
        progress.loss_sum, progress.right, progress.seen, progress.seconds = 0.0, 0, 0, 0.0
        self.save()
        if self.group.leads:
            write_log(self.settings.folder, progress.history)

    def save(self) -> None:
        """Writes the state, whole: a reader finds the old one or the new one."""
        self._written = time.monotonic()
        if not self.group.leads:
            return
        state = {
            "settings": self.settings.document,
            "networks": {name: self.task.networks[name].state_dict() for name in self.task.trained},
            "optimiser": self.optimiser.state_dict(),
            "scaler": self.scaler.state_dict(),
            "progress": vars(self.progress),
            "best": self.best_state,
        }
        replace_file(self.settings.folder / STATE_FILE, lambda path: torch.save(state, path))

    def load(self) -> None:
        """Takes over the folder's state, if it has one."""
        path = self.settings.folder / STATE_FILE
        if not path.is_file():
            return
        try:
            state = read_content(path)
            settings = dict(state["settings"])
        except Exception as error:  # a damaged file can make the reader fail in any way
            raise CheckpointError(
                f"{path}: the state of a run cannot be read ({type(error).__name__}); remove it to begin anew"
            ) from error
        other = [key for key, value in self.settings.document.items() if settings.get(key) != value]
        if other:
            raise UsageError(
                f"{self.settings.folder}: holds a run with another {other[0]} ({settings.get(other[0])!r}, now "
                f"{self.settings.document[other[0]]!r}); expected the same to go on: choose another --out or remove it"
            )
        try:
            self._take_over(state)
        except Exception as error:  # what a damaged file holds can fail in any way
            raise CheckpointError(
                f"{path}: the state of a run does not fit it ({str(error).strip().splitlines()[-1].strip()[:150]}); "
                "remove it to begin anew"
            ) from error

    def _take_over(self, state: dict[str, Any]) -> None:
        """The networks, optimiser and position of a state; any exception if they are not this run's."""
        for name in self.task.trained:
            self.task.networks[name].load_state_dict(state["networks"][name])
        own = self.optimiser.state_dict()
        self.optimiser.load_state_dict({"state": state["optimiser"]["state"], "param_groups": own["param_groups"]})
        for parameter, kept in self.optimiser.state.items():
            for key, value in kept.items():
                if not isinstance(value, Tensor) or value.shape not in (parameter.shape, ()):
                    raise ValueError(f"optimiser: {key} is of another shape")
        if self.scaler.is_enabled():
            self.scaler.load_state_dict(state["scaler"])
        self.progress = Progress(**state["progress"])
        self.progress.require(self.plan)
        expected = {} if self.progress.best is None else dict.fromkeys(self.task.trained)
        if state["best"].keys() != expected.keys():
            raise ValueError("the best networks are others")
        for name, best in state["best"].items():
            shapes = {key: t.shape for key, t in self.task.networks[name].state_dict().items()}
            if {key: t.shape for key, t in best.items()} != shapes:
                raise ValueError(f"the best {name} is of another shape")
        self.best_state = state["best"]

    def keep_best(self) -> None:
        """Puts the best networks into the task."""
        for name, state in self.best_state.items():
            self.task.networks[name].load_state_dict(state)
        for network in self.task.networks.values():
            network.eval()
