"""Labelled texts -> a model folder with its figures and its card.

corpus        labelled files -> LabelledCorpus
evaluation    how well a model reads, with intervals
card          the model's README
train         all of it in one call (the command ``convcat train``)
"""

from __future__ import annotations

from convcat.training.corpus import LabelledCorpus, read_labelled
from convcat.training.evaluation import Evaluation, evaluate
from convcat.training.train import evaluate_files, train

__all__ = ["Evaluation", "LabelledCorpus", "evaluate", "evaluate_files", "read_labelled", "train"]
