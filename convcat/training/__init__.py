"""Labelled texts -> a model folder with its figures and its card.

corpus        labelled files -> LabelledCorpus
evaluation    how well a model reads, with intervals
card          the model's README
lessons       what is taught beside the labels: a teacher's opinions, texts joined
finetune      a pre-trained encoder, fine-tuned on labels (PyTorch)
export        its weights as ONNX and word pieces (encoder_graph: the trunk; graph_nodes: int8; spans: its steps)
train         all of it in one call (the command ``convcat train``)
"""

from __future__ import annotations

from convcat.training.corpus import LabelledCorpus, read_labelled
from convcat.training.evaluation import Evaluation, evaluate
from convcat.training.finetune import FineTuning, Recipe
from convcat.training.train import evaluate_files, train

__all__ = [
    "Evaluation",
    "FineTuning",
    "LabelledCorpus",
    "Recipe",
    "evaluate",
    "evaluate_files",
    "read_labelled",
    "train",
]
