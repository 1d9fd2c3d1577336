#!/usr/bin/env python3
"""Writes extremes.inc: weights after gradients whose squares f32 does not hold, and after infinite ones.

    python3 extremes.py > extremes.inc        (needs torch; the figures are those of torch 2.13.0, in float32)

For extremes_test.cpp.
Lion and Tiger, which torch lacks, are written out with torch's lerp_ and sign, as timm's optim/lion.py has them.
"""
import torch
from torch import optim as O

# One weight each, which is 1 before the first step; its gradients of steps 1 to 6.
GRADIENTS = [[first, second, -.25, .125, .3, .5] for first, second in (
    (2e19, .5), (1e20, .5), (5e20, .5), (1e22, .5), (.5, 2e19), (.5, 5e20), (.5, 1e22), (.25, -3e38),
    (float("inf"), .5), (.5, float("-inf")))]


class Signs(O.Optimizer):
    """w <- w - lr * sign(b1 * m + (1 - b1) * g);  m <- b2 * m + (1 - b2) * g;  Tiger: m first, and its sign."""

    def __init__(self, weights, lr, first, second):
        super().__init__(weights, dict(lr=lr))
        self.weight, self.lr, self.first, self.second = weights[0], lr, first, second
        self.m = torch.zeros_like(weights[0])

    @torch.no_grad()
    def step(self):
        g = self.weight.grad
        if self.first is None:
            self.m.lerp_(g, 1 - self.second)
            update = self.m.clone()
        else:
            update = self.m.clone().mul_(self.first).add_(g, alpha=1 - self.first)
            self.m.lerp_(g, 1 - self.second)
        self.weight.add_(update.sign_(), alpha=-self.lr)


ADAM = dict(learning_rate=.1, beta1=.9, beta2=.999, epsilon=1e-8)
RMSPROP = dict(learning_rate=.01, alpha=.99, epsilon=1e-8)

# Name: (rule, hyper-parameters as common/rules.def names them, the optimizer).
TABLE = {
    "adagrad": ("adagrad", dict(learning_rate=.1, epsilon=1e-10), lambda p: O.Adagrad(p, lr=.1)),
    "rmsprop": ("rmsprop", RMSPROP, lambda p: O.RMSprop(p, lr=.01)),
    "rmsprop_centered": ("rmsprop", {**RMSPROP, "variant": "centered"},
                         lambda p: O.RMSprop(p, lr=.01, centered=True)),
    "rmsprop_momentum": ("rmsprop", {**RMSPROP, "momentum": .9}, lambda p: O.RMSprop(p, lr=.01, momentum=.9)),
    "rmsprop_both": ("rmsprop", {**RMSPROP, "momentum": .9, "variant": "centered"},
                     lambda p: O.RMSprop(p, lr=.01, centered=True, momentum=.9)),
    "adadelta": ("adadelta", dict(learning_rate=1., rho=.9, epsilon=1e-6), lambda p: O.Adadelta(p, lr=1)),
    "adam": ("adam", ADAM, lambda p: O.Adam(p, lr=.1)),
    "adam_fused": ("adam", ADAM, lambda p: O.Adam(p, lr=.1, fused=True)),
    "amsgrad": ("adam", {**ADAM, "variant": "amsgrad"}, lambda p: O.Adam(p, lr=.1, amsgrad=True)),
    "adamax": ("adamax", ADAM, lambda p: O.Adamax(p, lr=.1)),
    "nadam": ("nadam", {**ADAM, "momentum_decay": 4e-3}, lambda p: O.NAdam(p, lr=.1)),
    "radam": ("radam", ADAM, lambda p: O.RAdam(p, lr=.1)),
    "rprop": ("rprop", dict(learning_rate=.1, decrease=.5, increase=1.2, smallest=1e-6, largest=50.),
              lambda p: O.Rprop(p, lr=.1)),
    "lion": ("lion", dict(learning_rate=.1, beta1=.9, beta2=.99), lambda p: Signs(p, .1, .9, .99)),
    "tiger": ("tiger", dict(learning_rate=.1, momentum=.945), lambda p: Signs(p, .1, None, .945)),
}


def run(make):
    w = torch.ones(len(GRADIENTS), requires_grad=True)
    optimizer = make([w])
    for step in zip(*GRADIENTS):
        w.grad = torch.tensor(step)
        optimizer.step()
    return w.detach().double().tolist()


def cpp(value):
    if isinstance(value, str):
        return f'"{value}"'
    return {"inf": "INFINITY", "-inf": "-INFINITY", "nan": "NAN"}.get(str(value), f"{value:.9g}")


def main():
    print("// Written by extremes.py; do not edit.")
    print("static const double gradients[6][10] = {")
    for step in zip(*GRADIENTS):
        print("    {" + ", ".join(cpp(x) for x in step) + "},")
    print("};\nstatic const Extreme extremes[] = {")
    for name, (rule, numbers, make) in TABLE.items():
        fields = ", ".join(f'{{"{field}", {cpp(value)}}}' for field, value in numbers.items())
        after = [cpp(x) for x in run(make)]
        print(f'    {{"{name}", "{rule}",\n     {{{fields}}},')
        print(f'     {{{", ".join(after[:5])},\n      {", ".join(after[5:])}}}}},')
    print("};")


main()
