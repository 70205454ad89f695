"""What training lowers: how wrong a model is by the marked answers, and how far from its teacher."""

from collections.abc import Mapping, Sequence

import torch
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy, kl_div, log_softmax, mse_loss

from training.data import Example
from training.model import NONE, Logits

LONGEST = 16  # tokens of an answer that is learnt as a span; longer ones are whole sentences


def marked(said: Logits, places: Mapping[int, tuple[int, int]], groups: Sequence[Sequence[Example]]) -> torch.Tensor:
    """By the marks: does each window answer, where, and which of a question's windows does it.

    "Nowhere" is a column of its own (Devlin et al. 2019 on SQuAD 2.0). Windows of one question compete as in Clark and
    Gardner 2018, "Simple and effective multi-paragraph reading comprehension", by what `likeliest` in
    qa/retrieval/retriever.py compares them by.
    """
    batch, device = [example for group in groups for example in group], said.answers.device
    target = torch.tensor([float(example.answers) for example in batch], device=device)
    loss = 0.5 * binary_cross_entropy_with_logits(said.answers, target)
    told = {n: (0, 0) for n, example in enumerate(batch) if not example.answers}
    told |= {n: place for n, place in places.items() if place[1] - place[0] <= LONGEST}
    if told:
        starts, ends = torch.tensor(list(told.values()), device=device).unbind(-1)
        loss = loss + 0.5 * (cross_entropy(said.start[list(told)], starts) + cross_entropy(said.end[list(told)], ends))
    totals = _total(said).split([len(group) for group in groups])
    races = [log_softmax(total, 0)[0] for total, group in zip(totals, groups, strict=True) if group[0].answers]
    return loss - 0.5 * torch.stack(races).mean() if races else loss


def taught(said: Logits, teacher: Logits) -> torch.Tensor:
    """By the teacher's probabilities (Hinton, Vinyals and Dean 2015, "Distilling the knowledge in a neural network").

    Columns that only one of them sees, where their tokenizers cut windows unlike, do not count.
    """
    loss = binary_cross_entropy_with_logits(said.answers, torch.sigmoid(teacher.answers))
    loss = loss + 0.02 * mse_loss(said.answers, teacher.answers)
    width = min(said.start.shape[1], teacher.start.shape[1])
    for own, other in ((said.start, teacher.start), (said.end, teacher.end)):
        own, other = own[:, :width], other[:, :width]
        unseen = (own == NONE) | (other == NONE)
        own, other = own.masked_fill(unseen, NONE), other.masked_fill(unseen, NONE)
        loss = loss + 0.5 * kl_div(log_softmax(own, 1), log_softmax(other, 1), log_target=True, reduction="batchmean")
    return loss


def _total(said: Logits) -> torch.Tensor:
    """Log odds that a window answers, from both heads."""
    spans = [logits[:, 1:].logsumexp(1) - logits[:, 0] for logits in (said.start, said.end)]
    return said.answers + spans[0] + spans[1]
