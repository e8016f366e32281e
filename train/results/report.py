"""The tables of an evaluation: CSV files, and one HTML page with everything."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from pathlib import Path

import numpy as np

from train.files import replace_file
from tsmf_live.recording.tables import cell_of

PICTURES = {
    "confusion.png": "Confusion matrix",
    "gain.png": "What fusion adds to each class (the paper's Figure 4)",
    "reliability.png": "Calibration: accuracy over confidence",
    "views.png": "What the student sees: spatial weights, ROI, the two multiplied (the paper's Figure 3)",
}
MOST_CONFUSED = 15
STYLE = (
    "body{font:15px sans-serif;margin:2em;max-width:75em} img{max-width:100%} "
    "td,th{padding:2px 9px;text-align:right;border-bottom:1px solid #ddd} "
    "td:first-child,th:first-child{text-align:left}"
)


def write_classes(path: Path, labels: Sequence[str], counts: np.ndarray, recall: Mapping[str, np.ndarray]) -> None:
    """Samples and recall of each class, for each kind of scores; empty where there is no sample."""
    rows = ((label, int(counts[k]), *(_number(recall[name][k]) for name in recall)) for k, label in enumerate(labels))
    write_csv(path, ("class", "samples", *(f"recall {name}" for name in recall)), rows)


def write_confusion(path: Path, labels: Sequence[str], counts: np.ndarray) -> None:
    """Counts; rows are the truth."""
    write_csv(
        path, ("true \\ said", *labels), ((label, *map(int, row)) for label, row in zip(labels, counts, strict=True))
    )


def _number(value: float) -> str:
    return f"{value:.4f}" if np.isfinite(value) else ""


def write_csv(path: Path, header: Iterable[object], rows: Iterable[Iterable[object]]) -> None:
    """Writes a table; text that a spreadsheet would compute is escaped."""

    def write(new: Path) -> None:
        with new.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow([cell_of(str(name)) for name in header])
            writer.writerows([cell_of(v) if isinstance(v, str) else v for v in row] for row in rows)

    replace_file(path, write)


def write_html(
    path: Path,
    about: Mapping[str, object],
    summaries: Mapping[str, Mapping[str, object]],
    labels: Sequence[str],
    recall: Mapping[str, np.ndarray],
    confusion: np.ndarray,
) -> None:
    """One page; its pictures lie beside it (those that are not there are left out by the browser)."""
    columns = list(next(iter(summaries.values())))
    wrong = [
        (int(confusion[a, b]), labels[a], labels[b]) for a, b in zip(*np.nonzero(confusion), strict=True) if a != b
    ]
    parts = [
        "<!doctype html><meta charset=utf-8><title>Evaluation</title>",
        f"<style>{STYLE}</style><h1>Evaluation</h1>",
        table(("", ""), about.items()),
        "<h2>Test samples</h2>",
        table(("scores", *columns), ((name, *(s[c] for c in columns)) for name, s in summaries.items())),
        "<h2>Most often confused</h2>",
        table(("true", "said", "samples"), ((a, b, n) for n, a, b in sorted(wrong, reverse=True)[:MOST_CONFUSED])),
        "<h2>Recall by class</h2>",
        table(("class", *recall), ((c, *(_number(recall[n][k]) for n in recall)) for k, c in enumerate(labels))),
        *(f'<h2>{escape(title)}</h2><img src="{name}" alt="(not drawn)">' for name, title in PICTURES.items()),
    ]
    replace_file(path, lambda new: new.write_text("\n".join(parts), encoding="utf-8"))


def table(header: Sequence[object], rows: Iterable[Iterable[object]]) -> str:
    """A table in HTML."""
    head = "".join(f"<th>{escape(str(cell))}</th>" for cell in header)
    body = "".join("<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in row) + "</tr>\n" for row in rows)
    return f"<table><tr>{head}</tr>\n{body}</table>"
