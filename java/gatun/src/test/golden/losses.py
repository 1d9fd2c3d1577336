"""Writes dev/gatun/reference/losses.txt: what PyTorch 2.13.0 makes of losses, in float64; see figures.py.

    python losses.py > ../resources/dev/gatun/reference/losses.txt
"""
import math

import torch
import torch.nn.functional as F

from figures import case, wave

REDUCTIONS = ("mean", "sum", "none")
SIGNS = torch.tensor([1.0, -1.0, -1.0, 1.0])


def distances():
    prediction, target = wave(0.1, 3, 4, scale=2), wave(1, 3, 4)
    for reduction in REDUCTIONS:
        case(f"mse_{reduction}", lambda x, t: F.mse_loss(x, t, reduction=reduction), prediction, target)
        case(f"l1_{reduction}", lambda x, t: F.l1_loss(x, t, reduction=reduction), prediction, target)
        case(f"huber_{reduction}", lambda x, t: F.huber_loss(x, t, delta=0.7, reduction=reduction), prediction, target)
        case(f"smooth_l1_{reduction}", lambda x, t: F.smooth_l1_loss(x, t, beta=0.4, reduction=reduction), prediction,
             target)
    case("smooth_l1_of_beta_0", lambda x, t: F.smooth_l1_loss(x, t, beta=0), prediction, target)
    # a distance of 0, of delta, and of minus delta
    case("huber_at_its_ends", lambda x, t: F.huber_loss(x, t, reduction="none"), torch.tensor([1.0, 2.0, -1.0, 4.0]),
         torch.tensor([1.0, 1.0, 0.0, 0.0]))
    case("l1_of_equals", lambda x, t: F.l1_loss(x, t, reduction="none"), torch.tensor([1.0, 2.0]),
         torch.tensor([1.0, 0.0]))


def binary():
    scores, targets = wave(0, 2, 6, scale=7), (wave(1, 2, 6) + 1) / 2  # the first score is 0
    for reduction in REDUCTIONS:
        case(f"binary_cross_entropy_{reduction}",
             lambda x, t: F.binary_cross_entropy_with_logits(x, t, reduction=reduction), scores, targets)
    case("binary_cross_entropy_weighted", lambda x, t: F.binary_cross_entropy_with_logits(
        x, t, pos_weight=torch.tensor(2.5)), scores, targets)
    case("binary_cross_entropy_weighted_by_class", lambda x, t, w: -(  # whose own has no gradient by the weights
        w * t * F.logsigmoid(x) + (1 - t) * F.logsigmoid(-x)).mean(), scores, targets, wave(1, 6) + 1.5)
    case("binary_cross_entropy_of_far_scores", lambda x, t: F.binary_cross_entropy_with_logits(
        x, t, reduction="none"), torch.tensor([1e4, -1e4, 1e4, -1e4]), torch.tensor([1.0, 0.0, 0.0, 1.0]))


def divergences():
    scores, teacher = wave(0.1, 3, 5, scale=3), wave(1, 3, 5, scale=2)
    for reduction in REDUCTIONS + ("batchmean",):
        case(f"kl_{reduction}", lambda x, t: 4 * F.kl_div(F.log_softmax(x / 2, 1), F.softmax(t / 2, 1),
                                                       reduction=reduction), scores, teacher)
    case("kl_of_probabilities", lambda q, p: F.kl_div(q, p, reduction="batchmean"), F.log_softmax(scores, 1),
         F.softmax(teacher, 1))
    case("kl_of_an_impossible_class", of_impossible, F.log_softmax(scores[:1, :3], 1), torch.tensor([[0.0, 0.3, 0.7]]))
    for reduction in REDUCTIONS:
        case(f"confidence_penalty_{reduction}", lambda x: -0.3 * reduce(
            torch.distributions.Categorical(logits=x).entropy(), reduction), scores)
    case("confidence_penalty_of_certainty", lambda x: -torch.distributions.Categorical(logits=x).entropy(),
         torch.tensor([[0.0, 1e4, -1e4], [1e4, 1e4, 0.0]]))


def of_impossible(q, p):
    """PyTorch's value and gradient by q; its gradient by p is NaN where p is 0."""
    y = (p * (torch.where(p > 0, p, 1).log() - q)).sum()
    other = q.detach().clone().requires_grad_()
    theirs = F.kl_div(other, p.detach(), reduction="sum")
    theirs.backward()
    assert torch.allclose(theirs, y, rtol=1e-15) and torch.equal(other.grad, torch.autograd.grad(
        y, q, retain_graph=True)[0])
    return y


def reduce(each, reduction):
    return each.mean() if reduction == "mean" else each.sum() if reduction == "sum" else each


def classes():
    rows, labels, weights = wave(0.1, 4, 3, scale=3), torch.tensor([2, 0, 1, 2]), wave(1, 3) + 1.5
    images, pixels = wave(0.2, 2, 3, 2, 2, scale=2), torch.tensor([[[0, 2], [255, 1]], [[1, 1], [2, 255]]])
    soft = F.softmax(wave(2, 4, 3), 1)
    case("cross_entropy", lambda x, t: F.cross_entropy(x, t.long()), rows, labels.int())
    for reduction in REDUCTIONS:
        options = dict(ignore_index=2, label_smoothing=0.2, reduction=reduction)
        case(f"cross_entropy_{reduction}", lambda x, t: F.cross_entropy(x, t.long(), **options), rows, labels.int())
        case(f"cross_entropy_weighted_{reduction}", lambda x, t, w: F.cross_entropy(
            x, t.long(), w.detach(), **options) + 0 * w.sum(), rows, labels.int(), weights)
        case(f"cross_entropy_of_images_{reduction}", lambda x, t: F.cross_entropy(
            x, t.long(), ignore_index=255, reduction=reduction), images, pixels.int())
        case(f"soft_cross_entropy_{reduction}", lambda x, t, w: F.cross_entropy(
            x, t, w.detach(), label_smoothing=0.2, reduction=reduction) + 0 * w.sum(), rows, soft, weights)
        case(f"nll_{reduction}", lambda x, t, w: F.nll_loss(
            x, t.long(), w.detach(), ignore_index=0, reduction=reduction) + 0 * w.sum(), rows, labels.int(), weights)
        case(f"multi_margin_{reduction}", lambda x, t: F.multi_margin_loss(x, t.long(), reduction=reduction), rows,
             labels.int())
    case("multi_margin_squared", lambda x, t, w: F.multi_margin_loss(
        x, t.long(), p=2, margin=0.7, weight=w.detach()) + 0 * w.sum(), rows, labels.int(), weights)
    case("cross_entropy_of_ignored", lambda x, t: F.cross_entropy(
        x, t.long(), ignore_index=5, reduction="sum"), rows, torch.tensor([5, 5, 5, 5]).int())
    forbidden = torch.tensor([[0.3, -math.inf, 1.0], [-math.inf, 2.0, 0.0]])
    case("cross_entropy_of_forbidden_classes", lambda x, t: F.cross_entropy(x, t.long(), reduction="none"), forbidden,
         torch.tensor([2, 1]).int())


def margins():
    scores, targets = wave(0.1, 4, scale=2), SIGNS
    for reduction in REDUCTIONS:
        case(f"hinge_{reduction}", lambda x, t: reduce(F.relu(0.8 - t * x), reduction), scores, targets)
        case(f"hinge_embedding_{reduction}", lambda x, t: F.hinge_embedding_loss(
            x, t.detach(), margin=0.8, reduction=reduction) + 0 * t.sum(), scores, targets)
    case("hinge_embedding_within_its_margin", lambda x, t: F.hinge_embedding_loss(
        x, t.detach(), margin=0.8, reduction="none") + 0 * t.sum(), torch.tensor([0.2, 0.5, 0.9, -0.1]), -torch.ones(4))
    # scores at the corner, where the slope is 0
    case("hinge_at_its_corner", lambda x, t: F.relu(1 - t * x), torch.tensor([1.0, -1.0, 2.0]),
         torch.tensor([1.0, -1.0, 1.0]))


def vectors():
    a, b, c = wave(0.1, 4, 5), wave(1, 4, 5), wave(2.2, 4, 5)
    for reduction in REDUCTIONS:
        case(f"cosine_embedding_{reduction}", lambda x, y, t: F.cosine_embedding_loss(
            x, y, t.detach(), margin=-0.2, reduction=reduction) + 0 * t.sum(), a, b, SIGNS)
        case(f"triplet_{reduction}", lambda x, p, n: F.triplet_margin_loss(x, p, n, reduction=reduction), a, b, c)
    case("cosine_embedding_of_zeros", lambda x, y, t: F.cosine_embedding_loss(
        x, y, t.detach(), margin=-0.2, reduction="none") + 0 * t.sum(), torch.zeros(2, 3), wave(1, 2, 3),
         torch.tensor([1.0, -1.0]))
    case("triplet_swapped", lambda x, p, n: F.triplet_margin_loss(x, p, n, margin=0.5, swap=True), a, b, c)
    case("triplet_of_p_3", lambda x, p, n: F.triplet_margin_loss(x, p, n, margin=2, p=3, eps=1e-3), a, b, c)
    case("triplet_of_equals", lambda x, p, n: F.triplet_margin_loss(x, p, n, reduction="none"), a, a, a)
    case("cosine_similarity", lambda x, y: F.cosine_similarity(x, y, 1), a, b)
    case("cosine_similarity_of_zeros", lambda x, y: F.cosine_similarity(x, y, -1), torch.zeros(2, 3), wave(1, 2, 3))


def penalties():
    v, w = wave(0, 2, 3), wave(1, 4)  # the first is 0
    case("l1_penalty", lambda v, w: 0.3 * (v.abs().sum() + w.abs().sum()), v, w)
    case("l2_penalty", lambda v, w: 0.3 / 2 * (v.square().sum() + w.square().sum()), v, w)
    case("elastic_net", lambda v, w: sum(0.3 * (0.25 * p.abs().sum() + 0.75 / 2 * p.square().sum()) for p in (v, w)), v,
         w)


distances()
binary()
divergences()
classes()
margins()
vectors()
penalties()
