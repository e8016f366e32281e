"""The first bundled weights: teacher and student trained on the simulated actor, held-out people decide.

    python -m train.first_weights --data FOLDER --out assets/demo.safetensors

Three steps: clips are simulated (train.simulated), the teacher learns from the skeletons, then the student learns from
the pictures weighted by the fixed teacher's attention. Temperature and thresholds are fitted on the validation people;
the test people are looked at once, at the end. Simulated people: for demonstration only.

**Source:** the order of training is TSMF's, strategy "fixed teacher"; the recipe (AdamW, one cycle, no dropout, small
pictures first) is chosen so that two CPU cores manage in an hour.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor
from torch.nn import functional as F
from tqdm import tqdm

from train import command
from train.published import load_backbone
from train.simulated import CLIP_FRAMES, SHORTEST_WINDOW, SimulatedSet, make
from tsmf_live import roi
from tsmf_live.actor.subject import ACTIONS, IDLE, LOOK_ALIKES
from tsmf_live.nets import checkpoint
from tsmf_live.nets.attention import joint_attention
from tsmf_live.nets.checkpoint import Spec
from tsmf_live.nets.resnet import ResNet18
from tsmf_live.nets.stgcn import STGCN
from tsmf_live.nets.tsmf import TSMF, normalise

# ---- settings -------------------------------------------------------------------------------------------------------
CLIPS = {"train": 4320, "validation": 360, "test": 540}
BATCH = 16
TEACHER_RATE = 2e-3  # AdamW, peak of one cycle
STUDENT_RATE = 2e-3
WEIGHT_DECAY = 0.02
SMALL_SIDE = 113  # px: most of the student's training is on pictures of half the size
LABEL_SMOOTHING = 0.05
# ---------------------------------------------------------------------------------------------------------------------

SPEC = Spec(
    labels=ACTIONS,
    idle=IDLE,
    temporal="causal",
    attention="paper",
    crop="metric",
    normalisation="root",
    window_frames=CLIP_FRAMES,
    trained_on="the simulated actor (train.first_weights): for demonstration, not for real people",
)


def batches(count: int, rng: np.random.Generator) -> Iterator[np.ndarray]:
    """Shuffled index batches, sorted inside for the disk's sake; the incomplete last one is left out."""
    order = rng.permutation(count)
    for i in range(0, count - BATCH + 1, BATCH):
        yield np.sort(order[i : i + BATCH])


def turn(joints: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Joints (N, T, 25, 3) seen from a slightly other side, by a slightly tilted sensor, of another size."""
    for n in range(len(joints)):
        heading, tilt = rng.normal(0, 0.2), rng.normal(0, 0.06)
        c, s = math.cos(heading), math.sin(heading)
        around_y = np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])
        c, s = math.cos(tilt), math.sin(tilt)
        around_x = np.array([[1, 0, 0], [0, c, -s], [0, s, c]])
        centre = joints[n, :, :1].mean(axis=0)
        moved = (joints[n] - centre) @ (around_y @ around_x).T * rng.uniform(0.9, 1.1)
        joints[n] = moved + centre + rng.normal(0, 0.1, 3)
    return joints


def train_teacher(network: STGCN, data: SimulatedSet, epochs: int, seed: int) -> None:
    """Trains a causal ST-GCN on windows of 1 to 3 s; leaves it in evaluation mode."""
    rng = np.random.default_rng(seed)
    steps = epochs * (len(data.labels) // BATCH)
    optimiser = torch.optim.AdamW(network.parameters(), TEACHER_RATE, weight_decay=WEIGHT_DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, TEACHER_RATE, total_steps=max(steps, 10), pct_start=0.2)
    progress = tqdm(total=steps, desc="teacher", unit="step")
    for _ in range(epochs):
        for rows in batches(len(data.labels), rng):
            frames = int(rng.integers(SHORTEST_WINDOW, CLIP_FRAMES + 1))
            joints = turn(np.array(data.joints[rows, -frames:]), rng)
            x = torch.from_numpy(normalise(joints, SPEC.normalisation)).permute(0, 3, 1, 2)
            scores, _ = network(x, SPEC.pooled_steps)
            loss = step(optimiser, scores, torch.from_numpy(data.labels[rows]).long())
            schedule.step()
            progress.update()
            progress.set_postfix(loss=f"{loss:.3f}")
    progress.close()
    network.eval()


def step(optimiser: torch.optim.Optimizer, scores: Tensor, labels: Tensor) -> float:
    """One step down the cross-entropy; returns it."""
    loss = F.cross_entropy(scores, labels, label_smoothing=LABEL_SMOOTHING)
    optimiser.zero_grad(set_to_none=True)
    loss.backward()
    optimiser.step()
    return loss.item()


@torch.inference_mode()
def teach(network: STGCN, data: SimulatedSet) -> tuple[np.ndarray, np.ndarray]:
    """The fixed teacher on every clip's window: scores (N, classes), attention (N, 25)."""
    scores, attention = [], []
    for joints, start in zip(tqdm(data.joints, desc="teacher scores", unit="clip"), data.starts, strict=True):
        x = torch.from_numpy(normalise(np.array(joints[start:]), SPEC.normalisation)).permute(2, 0, 1)[None]
        score, feature = network(x, SPEC.pooled_steps)
        scores.append(score[0].numpy())
        attention.append(joint_attention(feature, SPEC.attention)[0].numpy())
    return np.stack(scores), np.stack(attention)


def student_image(crops: np.ndarray, attention: np.ndarray, rng: np.random.Generator | None = None) -> np.ndarray:
    """The student's image (225, 225, 3) as the live program makes it; `rng`: with other light and slightly moved."""
    if rng is not None:
        gain, bias = rng.uniform(0.75, 1.3), rng.uniform(-20, 20)
        crops = np.clip(crops * (gain * rng.uniform(0.92, 1.08, 3)) + bias, 0, 255).astype(np.uint8)
        crops = np.roll(crops, tuple(rng.integers(-6, 7, 2)), axis=(2, 3))
        attention = attention * rng.uniform(0.85, 1.15, attention.shape).astype(np.float32)
    return roi.weigh(roi.compose([list(crops)]), [attention])


def train_student(
    network: ResNet18,
    data: SimulatedSet,
    attention: np.ndarray,
    epochs: tuple[int, int],
    rate: float,
    seed: int,
) -> None:
    """Trains a ResNet-18 on half-size pictures, then on the size it is used with; leaves it in evaluation mode."""
    rng = np.random.default_rng(seed)
    network = network.to(memory_format=torch.channels_last).train()
    small_epochs, full_epochs = epochs
    per_epoch = len(data.labels) // BATCH
    steps = (small_epochs + full_epochs) * per_epoch
    optimiser = torch.optim.AdamW(network.parameters(), rate, weight_decay=WEIGHT_DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, rate, total_steps=max(steps, 10), pct_start=0.15)
    progress = tqdm(total=steps, desc="student", unit="step")
    for epoch in range(small_epochs + full_epochs):
        for rows in batches(len(data.labels), rng):
            images = np.stack([student_image(data.crops[n], attention[n], rng) for n in rows])
            x = torch.from_numpy(images).permute(0, 3, 1, 2)
            if epoch < small_epochs:
                x = F.interpolate(x, (SMALL_SIDE, SMALL_SIDE), mode="area")
            scores = network(x.contiguous(memory_format=torch.channels_last))
            loss = step(optimiser, scores, torch.from_numpy(data.labels[rows]).long())
            schedule.step()
            progress.update()
            progress.set_postfix(loss=f"{loss:.3f}")
    progress.close()
    network.eval()


@torch.inference_mode()
def study(network: ResNet18, data: SimulatedSet, attention: np.ndarray) -> np.ndarray:
    """The student's scores (N, classes)."""
    scores = []
    for crops, weights in zip(tqdm(data.crops, desc="student scores", unit="clip"), attention, strict=True):
        x = torch.from_numpy(student_image(crops, weights)).permute(2, 0, 1)[None]
        scores.append(network(x.contiguous(memory_format=torch.channels_last))[0].numpy())
    return np.stack(scores)


def fit_temperature(scores: np.ndarray, labels: np.ndarray) -> float:
    """The temperature under which the scores' probabilities are most likely to be right (Guo et al., ICML 2017)."""
    candidates = np.geomspace(0.3, 8.0, 120)
    x, y = torch.from_numpy(scores), torch.from_numpy(labels).long()
    losses = [F.cross_entropy(x / t, y).item() for t in candidates]
    return float(candidates[int(np.argmin(losses))])


def accuracies(teacher: np.ndarray, student: np.ndarray, labels: np.ndarray) -> dict[str, float]:
    """Shares of clips whose best class is right; look-alikes: among the four that only the picture tells apart."""
    alike = np.isin(labels, [ACTIONS.index(name) for name in LOOK_ALIKES])
    found = {}
    for name, scores in (("teacher", teacher), ("student", student), ("fusion", teacher + student)):
        right = scores.argmax(axis=1) == labels
        found[name] = round(float(right.mean()), 4)
        found[f"{name}_look_alikes"] = round(float(right[alike].mean()), 4)
    return found


def report(name: str, scores: np.ndarray, labels: np.ndarray) -> None:
    """Prints each class's recall and the class it is most often taken for."""
    best = scores.argmax(axis=1)
    print(f"{name}: recall by class")
    for k, label in enumerate(ACTIONS):
        rows = labels == k
        wrong = best[rows & (best != labels)]
        taken = ACTIONS[np.bincount(wrong).argmax()] if len(wrong) else "-"
        print(f"  {label:20s} {np.mean(best[rows] == k):6.1%}   most often taken for: {taken}")


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__.split("\n")[0],
        epilog="example: python -m train.first_weights --data /tmp/actor --out assets/demo.safetensors",
    )
    parser.add_argument("--data", type=Path, required=True, metavar="FOLDER", help="where the simulated clips are kept")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="the checkpoint to write")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--scale", type=float, default=1.0, help="share of the clips to make (0.02 for a quick try)")
    parser.add_argument("--teacher-epochs", type=int, default=2)
    parser.add_argument("--student-epochs", type=int, nargs=2, default=(4, 1), metavar=("SMALL", "FULL"))
    parser.add_argument("--student-rate", type=float, default=STUDENT_RATE, help="peak learning rate")
    parser.add_argument("--init", type=Path, metavar="FILE", help="train this checkpoint's student further")
    parser.add_argument("--imagenet", type=Path, metavar="FILE", help="begin with torchvision's ResNet-18 weights")
    parser.add_argument("--processes", type=int, default=2, help="that simulate clips")
    parser.add_argument("--threads", type=int, default=2, help="of the networks; 1 beside other work")
    return parser.parse_args()


def main() -> None:
    args = parse()
    began = time.time()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    keep_or_clear(args.data, {"scale": args.scale, "seed": args.seed, "teacher_epochs": args.teacher_epochs})
    sets = {split: clips_of(args, split) for split in CLIPS}
    teacher_file = args.data / "teacher.safetensors"
    teacher = STGCN(len(ACTIONS), "causal", dropout=0.0)
    if teacher_file.exists():
        teacher.load_state_dict(load_file(teacher_file))
        teacher.eval()
    else:
        train_teacher(teacher, sets["train"], args.teacher_epochs, args.seed)
        save_file(teacher.state_dict(), teacher_file)
    _, attention = teach(teacher, sets["train"])
    student = TSMF.load(args.init).student if args.init else ResNet18(len(ACTIONS))
    if args.imagenet:
        load_backbone(student, args.imagenet)
    train_student(student, sets["train"], attention, args.student_epochs, args.student_rate, args.seed)
    checkpoint.save(args.out, SPEC, teacher.state_dict(), student.state_dict())
    finish(args.out, sets["validation"], sets["test"])
    print(f"{(time.time() - began) / 60:.0f} minutes")


def keep_or_clear(folder: Path, settings: dict[str, float]) -> None:
    """Forgets what another run with other settings left in the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    note = folder / "settings.json"
    if not note.exists() or json.loads(note.read_text()) != settings:
        for name in (*(f"{split}.done" for split in CLIPS), "teacher.safetensors"):
            (folder / name).unlink(missing_ok=True)
        note.write_text(json.dumps(settings))


def clips_of(args: argparse.Namespace, split: str) -> SimulatedSet:
    """The clips of a split, simulated first if they are not there in full."""
    done = args.data / f"{split}.done"
    if not done.exists():
        make(args.data, split, max(BATCH * 2, int(CLIPS[split] * args.scale)), args.seed, args.processes)
        done.touch()
    return SimulatedSet.open(args.data, split)


def finish(path: Path, validation: SimulatedSet, test: SimulatedSet) -> None:
    """Calibrates a written checkpoint on the validation people, measures it on the test people, writes it again."""
    model = TSMF.load(path)
    found = {}
    for name, data in (("validation", validation), ("test", test)):
        scores, attention = teach(model.teacher, data)
        found[name] = scores, study(model.student, data, attention)
    spec = replace(
        model.spec,
        temperature_teacher=fit_temperature(found["validation"][0], validation.labels),
        temperature_fused=fit_temperature(sum(found["validation"]), validation.labels),
        accuracy=accuracies(*found["test"], test.labels),
    )
    checkpoint.save(path, spec, model.teacher.state_dict(), model.student.state_dict())
    report("teacher", found["test"][0], test.labels)
    report("fusion", sum(found["test"]), test.labels)
    print(json.dumps(spec.accuracy, indent=1))
    print(f"temperatures: teacher {spec.temperature_teacher:.2f}, fused {spec.temperature_fused:.2f}; wrote {path}")


if __name__ == "__main__":
    command.run(main)
