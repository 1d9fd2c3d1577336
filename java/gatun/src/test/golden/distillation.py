"""Writes dev/gatun/reference/distillation.txt: losses of distillation in PyTorch 2.13.0, in float64; see figures.py.

    python distillation.py > ../resources/dev/gatun/reference/distillation.txt

Each formula is that of the paper named beside it. Teachers are constants.
"""
import math

import torch
import torch.nn.functional as F

from figures import case, wave


def constant(loss):
    """The loss with a teacher that nothing is trained by; its gradient is a tensor of zeros."""
    return lambda *values, **variables: loss(values[0], *[v.detach() for v in values[1:]], **variables) + sum(
        0 * v.sum() for v in values[1:])


def compare(name, loss, *values, **variables):
    case(name, constant(loss), *values, **variables)


def soft_labels(s, t, temperature):
    """Hinton, Vinyals and Dean (2015)."""
    return temperature ** 2 * F.kl_div(F.log_softmax(s / temperature, 1), F.softmax(t / temperature, 1),
                                       reduction="batchmean")


def attention(x, power):
    """Zagoruyko and Komodakis (2017): the map of a layer, of Euclidean length 1."""
    return F.normalize(x.abs().pow(power).sum(1).flatten(1))


def attention_transfer(s, t, power):
    return (attention(s, power) - attention(t, power)).pow(2).mean()


def flow(bottom, top):
    """Yim et al. (2017): products of two layers' channels, averaged over the positions."""
    n, m, h, w = bottom.shape
    return torch.einsum("nahw,nbhw->nab", bottom, top) / (h * w)


def distances(x):
    """Park et al. (2019), 3.2.1."""
    x = x.flatten(1)
    pairs = [(i, j) for i in range(len(x)) for j in range(len(x)) if i != j]
    values = torch.zeros(len(x), len(x))
    for i, j in pairs:
        values = values + torch.linalg.vector_norm(x[i] - x[j]) * F.one_hot(
            torch.tensor(i * len(x) + j), len(x) ** 2).reshape(len(x), len(x))
    return values / (values.sum() / len(pairs))


def angles(x):
    """Park et al. (2019), 3.2.2: the cosine at the second of three examples, 0 where two of them are one."""
    x = x.flatten(1)
    n = len(x)
    rows = []
    for j in range(n):
        e = torch.stack([torch.zeros_like(x[j]) if i == j else (x[i] - x[j]) / (x[i] - x[j]).norm() for i in range(n)])
        rows.append(e @ e.T)
    return torch.stack(rows)


def similarities(x):
    """Tung and Mori (2019)."""
    x = x.flatten(1)
    return F.normalize(x @ x.T, dim=1)


def similarity_preserving(s, t):
    return (similarities(s) - similarities(t)).pow(2).sum() / len(s) ** 2


def correlations(x, gamma, order):
    """Peng et al. (2019): a Gaussian kernel on vectors of length 1 by the first terms of its series."""
    x = F.normalize(x.flatten(1))
    products = x @ x.T
    return sum(math.exp(-2 * gamma) * (2 * gamma) ** p / math.factorial(p) * products ** p for p in range(order + 1))


def correlation_congruence(s, t, gamma, order):
    return (correlations(s, gamma, order) - correlations(t, gamma, order)).pow(2).sum() / len(s) ** 2


scores, teacher = wave(0.1, 4, 5, scale=3), wave(1, 4, 5, scale=2)
compare("soft_labels", lambda s, t: soft_labels(s, t, 4), scores, teacher)
compare("soft_labels_of_temperature_1", lambda s, t: soft_labels(s, t, 1), scores, teacher)
compare("score_distance", F.mse_loss, scores, teacher)

narrow, wide, small = wave(0.3, 3, 2, 4, 4), wave(1.1, 3, 4, 4, 4), wave(1.1, 3, 4, 2, 2)
weight, bias = wave(2, 4, 2, 1, 1), wave(0.7, 4)
compare("hint", F.mse_loss, narrow, wave(2, 3, 2, 4, 4))
compare("hint_adapted", lambda s, t, adapter__weight, adapter__bias: F.mse_loss(
    F.conv2d(s, adapter__weight, adapter__bias), t), narrow, wide, adapter__weight=weight, adapter__bias=bias)
compare("hint_pooled", lambda s, t, adapter__weight, adapter__bias: F.mse_loss(
    F.conv2d(F.adaptive_avg_pool2d(s, (2, 2)), adapter__weight, adapter__bias), t), narrow, small,
        adapter__weight=weight, adapter__bias=bias)
compare("hint_of_vectors", lambda s, t, adapter__weight, adapter__bias: F.mse_loss(
    F.linear(s, adapter__weight, adapter__bias), t), wave(0.2, 3, 2), wave(1, 3, 4),
        adapter__weight=wave(2, 4, 2), adapter__bias=bias)

compare("attention_transfer", lambda s, t: attention_transfer(s, t, 2), narrow, wide)
compare("attention_transfer_of_power_4", lambda s, t: attention_transfer(s, t, 4), narrow, wide)
compare("attention_transfer_pooled", lambda s, t: attention_transfer(F.adaptive_avg_pool2d(s, (2, 2)), t, 2), narrow,
        small)
compare("attention_transfer_pooled_teacher", lambda s, t: attention_transfer(s, F.adaptive_avg_pool2d(t, (2, 2)), 2),
        wave(0.3, 3, 2, 2, 2), wide)

case("solution_flow", lambda a, b, c, d: (flow(a, b) - flow(c.detach(), d.detach())).pow(2).mean() + 0 * (
    c.sum() + d.sum()), narrow, wave(0.9, 3, 3, 4, 4), wave(2, 3, 2, 4, 4), wave(1.4, 3, 3, 4, 4))
case("solution_flow_pooled", lambda a, b, c, d: (flow(F.adaptive_avg_pool2d(a, (2, 2)), b) - flow(
    F.adaptive_avg_pool2d(c, (2, 2)).detach(), d.detach())).pow(2).mean() + 0 * (c.sum() + d.sum()),
     narrow, wave(0.9, 3, 3, 2, 2), wave(2, 3, 2, 4, 4), wave(1.4, 3, 3, 2, 2))

near, far = wave(0.3, 4, 3, scale=2), wave(1.7, 4, 5) + torch.tensor([0.0, 1.0, -0.5, 3.0])[:, None]
for name, s, t in (("", near, far), ("_of_images", narrow, small)):
    compare("relational_distance" + name, lambda s, t: F.smooth_l1_loss(distances(s), distances(t)), s, t)
    compare("relational_angle" + name, lambda s, t: F.smooth_l1_loss(angles(s), angles(t)), s, t)
    compare("similarity_preserving" + name, similarity_preserving, s, t)
    compare("correlation_congruence" + name, lambda s, t: correlation_congruence(s, t, 0.4, 2), s, t)
compare("correlation_congruence_of_order_5", lambda s, t: correlation_congruence(s, t, 1, 5), near, far)
# two distances so unlike that the loss is linear there
compare("relational_distance_far", lambda s, t: F.smooth_l1_loss(distances(s), distances(t)),
        torch.tensor([[0.0], [0.1], [9.0], [9.2]]), torch.tensor([[0.0], [5.0], [5.1], [0.3]]))


def peers(a, b):
    """Zhang et al. (2018): each learns from the other, which is a constant to it."""
    return soft_labels(a, b.detach(), 1) + soft_labels(b, a.detach(), 1)


case("mutual_learning", peers, scores, teacher)


def exit_loss(x, scores, labels, exit__weight, exit__bias):
    """Zhang et al. (2019), "Be your own teacher": an inner classifier on the means of the channels."""
    early = F.linear(x.mean((2, 3)) if x.dim() == 4 else x, exit__weight, exit__bias)
    return 0.7 * F.cross_entropy(early, labels.long()) + 0.3 * soft_labels(early, scores.detach(), 3) + 0 * scores.sum()


labels = torch.tensor([1, 0, 4]).int()
case("deeper_exit", exit_loss, narrow, scores[:3], labels, exit__weight=wave(2, 5, 2), exit__bias=wave(0.7, 5))
case("deeper_exit_of_vectors", exit_loss, wave(0.2, 3, 2), scores[:3], labels, exit__weight=wave(2, 5, 2),
     exit__bias=wave(0.7, 5))
