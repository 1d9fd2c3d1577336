#!/usr/bin/env python3
"""Writes optimizers.inc: 16 weights after 200 steps of every optimizer in float64, for optimizers_test.cpp.

    python3 optimizers.py > optimizers.inc        (needs torch; the figures are those of torch 2.13.0)
    python3 optimizers.py lion lamb               (these rows only; torch is needed for what is torch's)

What torch lacks (Lion, LAMB and LARS of timm, AdaBelief and Tiger of their authors, momentum as an average, mirror descent) is written out in
numpy, independently of the C++ rules. With --single it prints how far torch's own float32 ends from its float64.
"""
import sys

import numpy as np

try:
    import torch
except ImportError:
    torch = None

ELEMENTS, STEPS, SPLIT = 16, 200, 10  # LAMB and LARS see tensors of 10 and 6 elements


def noise(i, t):
    """In [-1, 1), exact in float32; the same integers as noise() in optimizers.h."""
    mixed = ((i + t * 7919) * 2654435761) % 2**32
    mixed ^= mixed >> 15
    mixed = (mixed * 2246822519) % 2**32
    return (mixed >> 10) / 2097152.0 - 1.0


def weights():
    return np.array([noise(i, 0) for i in range(ELEMENTS)])


def gradients(t):
    return np.array([(noise(i, t) + 0.25 * noise(i, 100000)) / 2 for i in range(ELEMENTS)])


def run_torch(make, single=False):
    dtype = torch.float32 if single else torch.float64
    w = torch.tensor(weights(), dtype=dtype, requires_grad=True)
    optimizer = make([w])
    for t in range(1, STEPS + 1):
        w.grad = torch.tensor(gradients(t), dtype=dtype)
        optimizer.step()
    return w.detach().double().numpy()


def sgd_average(lr=.1, momentum=.9, wd=.01):
    w, b = weights(), np.zeros(ELEMENTS)
    for t in range(1, STEPS + 1):
        b = momentum * b + (1 - momentum) * (gradients(t) + wd * w)
        w = w - lr * b / (1 - momentum**t)
    return w


def lion(lr=.1, b1=.9, b2=.99, wd=.01):
    w, m = weights(), np.zeros(ELEMENTS)
    for t in range(1, STEPS + 1):
        g = gradients(t)
        w = w * (1 - lr * wd) - lr * np.sign(b1 * m + (1 - b1) * g)
        m = b2 * m + (1 - b2) * g
    return w


def tiger(lr=.1, mu=.945, wd=.01):
    w, m = weights(), np.zeros(ELEMENTS)
    for t in range(1, STEPS + 1):
        m = mu * m + (1 - mu) * gradients(t)
        w = w - lr * (np.sign(m) + wd * w)
    return w


def entropic(lr=.1, beta=.5, wd=.01):
    w = weights()
    for t in range(1, STEPS + 1):
        w = beta * np.sinh(np.arcsinh(w / beta) - lr * (gradients(t) + wd * w))
    return w


def p_norm(p, lr=.05, wd=.01):
    w = weights()
    for t in range(1, STEPS + 1):
        z = np.sign(w) * np.abs(w)**(p - 1) - lr * (gradients(t) + wd * w)
        w = np.sign(z) * np.abs(z)**(1 / (p - 1))
    return w


def adabelief(decoupled, lr=.1, b1=.9, b2=.999, eps=1e-8, wd=.01):
    w, m, s = weights(), np.zeros(ELEMENTS), np.zeros(ELEMENTS)
    for t in range(1, STEPS + 1):
        g = gradients(t)
        if decoupled:
            w = w * (1 - lr * wd)
        else:
            g = g + wd * w
        m = b1 * m + (1 - b1) * g
        s = b2 * s + (1 - b2) * (g - m)**2 + eps
        w = w - lr / (1 - b1**t) * m / (np.sqrt(s) / np.sqrt(1 - b2**t) + eps)
    return w


def layers():
    return slice(0, SPLIT), slice(SPLIT, ELEMENTS)


def lamb(lr=.1, b1=.9, b2=.999, eps=1e-6, wd=.01, bound=1.0):
    w, m, v = weights(), np.zeros(ELEMENTS), np.zeros(ELEMENTS)
    for t in range(1, STEPS + 1):
        g = gradients(t)
        g = g / max(1.0, np.sqrt(np.sum(g * g)) / bound)
        m = b1 * m + (1 - b1) * g
        v = b2 * v + (1 - b2) * g * g
        for k in layers():
            u = m[k] / (1 - b1**t) / (np.sqrt(v[k]) / np.sqrt(1 - b2**t) + eps) + wd * w[k]
            wn, un = np.sqrt(np.sum(w[k]**2)), np.sqrt(np.sum(u**2))
            w[k] = w[k] - lr * (wn / un if wn > 0 and un > 0 else 1.0) * u
    return w


def lars(nesterov, lr=1.0, mu=.9, wd=.01, coefficient=.1, eps=1e-8):
    w, b = weights(), np.zeros(ELEMENTS)
    for t in range(1, STEPS + 1):
        all_g = gradients(t)
        for k in layers():
            g = all_g[k]
            wn, gn = np.sqrt(np.sum(w[k]**2)), np.sqrt(np.sum(g**2))
            g = (coefficient * wn / (gn + wd * wn + eps) if wn > 0 and gn > 0 else 1.0) * (g + wd * w[k])
            b[k] = g if t == 1 else mu * b[k] + g
            w[k] = w[k] - lr * (g + mu * b[k] if nesterov else b[k])
    return w


O = torch and torch.optim
SGD = dict(learning_rate=.1, weight_decay=.01)
RMSPROP = dict(learning_rate=.01, alpha=.99, epsilon=1e-8)
ADAM = dict(learning_rate=.1, beta1=.9, beta2=.999, epsilon=1e-8, weight_decay=.01)
ADAM_SHORT = {**ADAM, "beta2": .5}
NADAM = {**ADAM, "momentum_decay": 4e-3}
P_NORM = dict(learning_rate=.05, weight_decay=.01)
LARS = dict(learning_rate=1., momentum=.9, weight_decay=.01, trust_coefficient=.1, epsilon=1e-8)

# Name: (rule, hyper-parameters as common/rules.def names them, torch's optimizer or a function of ours).
TABLE = {
    "sgd_plain": ("sgd", {**SGD, "direction": "maximize"}, lambda p: O.SGD(p, lr=.1, weight_decay=.01, maximize=True)),
    "sgd": ("sgd", {**SGD, "momentum": .9, "dampening": .2},
            lambda p: O.SGD(p, lr=.1, momentum=.9, dampening=.2, weight_decay=.01)),
    "sgd_nesterov": ("sgd", {**SGD, "momentum": .9, "variant": "nesterov"},
                     lambda p: O.SGD(p, lr=.1, momentum=.9, nesterov=True, weight_decay=.01)),
    "adagrad": ("adagrad", dict(learning_rate=.1, learning_rate_decay=.05, initial_accumulator=.1, epsilon=1e-10,
                                weight_decay=.01),
                lambda p: O.Adagrad(p, lr=.1, lr_decay=.05, initial_accumulator_value=.1, weight_decay=.01)),
    "rmsprop": ("rmsprop", RMSPROP, lambda p: O.RMSprop(p, lr=.01)),
    "rmsprop_centered": ("rmsprop", {**RMSPROP, "variant": "centered"},
                         lambda p: O.RMSprop(p, lr=.01, centered=True)),
    "rmsprop_momentum": ("rmsprop", {**RMSPROP, "momentum": .9}, lambda p: O.RMSprop(p, lr=.01, momentum=.9)),
    "rmsprop_both": ("rmsprop", {**RMSPROP, "weight_decay": .01, "momentum": .9, "variant": "centered"},
                     lambda p: O.RMSprop(p, lr=.01, centered=True, momentum=.9, weight_decay=.01)),
    "adadelta": ("adadelta", dict(learning_rate=1., rho=.9, epsilon=1e-6, weight_decay=.01),
                 lambda p: O.Adadelta(p, lr=1, weight_decay=.01)),
    "adam": ("adam", ADAM, lambda p: O.Adam(p, lr=.1, weight_decay=.01)),
    "adam_short": ("adam", ADAM_SHORT, lambda p: O.Adam(p, lr=.1, weight_decay=.01, betas=(.9, .5))),
    "adam_maximize": ("adam", {**ADAM, "direction": "maximize"},
                      lambda p: O.Adam(p, lr=.1, weight_decay=.01, maximize=True)),
    "amsgrad": ("adam", {**ADAM_SHORT, "variant": "amsgrad"},
                lambda p: O.Adam(p, lr=.1, weight_decay=.01, betas=(.9, .5), amsgrad=True)),
    "adamw": ("adam", {**ADAM, "decay": "decoupled"}, lambda p: O.AdamW(p, lr=.1, weight_decay=.01)),
    "adamax": ("adamax", ADAM, lambda p: O.Adamax(p, lr=.1, weight_decay=.01)),
    "nadam": ("nadam", NADAM, lambda p: O.NAdam(p, lr=.1, weight_decay=.01)),
    "nadam_decoupled": ("nadam", {**NADAM, "decay": "decoupled"},
                        lambda p: O.NAdam(p, lr=.1, weight_decay=.01, decoupled_weight_decay=True)),
    "radam": ("radam", ADAM, lambda p: O.RAdam(p, lr=.1, weight_decay=.01)),
    "radam_decoupled": ("radam", {**ADAM, "decay": "decoupled"},
                        lambda p: O.RAdam(p, lr=.1, weight_decay=.01, decoupled_weight_decay=True)),
    "rprop": ("rprop", dict(learning_rate=.1, decrease=.5, increase=1.2, smallest=1e-6, largest=50.),
              lambda p: O.Rprop(p, lr=.1)),
    "sgd_average": ("sgd", {**SGD, "momentum": .9, "variant": "corrected_average"}, sgd_average),
    "lion": ("lion", dict(learning_rate=.1, beta1=.9, beta2=.99, weight_decay=.01), lion),
    "tiger": ("tiger", dict(learning_rate=.1, momentum=.945, weight_decay=.01), tiger),
    "entropic": ("entropic", dict(learning_rate=.1, beta=.5, weight_decay=.01), entropic),
    "p_norm": ("p_norm", {**P_NORM, "p": 3.}, lambda: p_norm(3.)),
    "p_norm_2": ("p_norm", {**P_NORM, "p": 2.}, lambda: p_norm(2.)),
    "p_norm_1_5": ("p_norm", {**P_NORM, "p": 1.5}, lambda: p_norm(1.5)),
    "p_norm_2_5": ("p_norm", {**P_NORM, "p": 2.5}, lambda: p_norm(2.5)),
    "adabelief": ("adabelief", ADAM, lambda: adabelief(False)),
    "adabelief_decoupled": ("adabelief", {**ADAM, "decay": "decoupled"}, lambda: adabelief(True)),
    "lamb": ("lamb", {**ADAM, "epsilon": 1e-6, "max_gradient_norm": 1.}, lamb),
    "lars": ("lars", LARS, lambda: lars(False)),
    "lars_nesterov": ("lars", {**LARS, "variant": "nesterov"}, lambda: lars(True)),
}


def is_of_torch(make):
    return make.__code__.co_argcount == 1 and make.__code__.co_varnames[0] == "p"


def cpp(value):
    return f'"{value}"' if isinstance(value, str) else repr(value)


def main():
    if sys.argv[1:] == ["--single"]:
        for name, (_, _, make) in TABLE.items():
            if is_of_torch(make):
                double = run_torch(make)
                single = run_torch(make, single=True)
                print(f"{name:20} {np.max(np.abs(single - double)):.2g}")
        return
    if len(sys.argv) == 1:
        print("// Written by optimizers.py; do not edit.")
    for name, (rule, numbers, make) in TABLE.items():
        if sys.argv[1:] and name not in sys.argv[1:]:
            continue
        values = run_torch(make) if is_of_torch(make) else make()
        print(f'subject("{name}", "{rule}",\n        {{', end="")
        print(", ".join(f'{{"{field}", {cpp(value)}}}' for field, value in numbers.items()), end="},\n        {{")
        print(",\n          ".join(", ".join(f"{x:.16g}" for x in values[i:i + 4]) for i in range(0, ELEMENTS, 4)),
              end="}}),\n")


main()
