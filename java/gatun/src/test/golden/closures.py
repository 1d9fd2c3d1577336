"""Writes dev/gatun/optim/secondorder/lbfgs.txt: where torch.optim.LBFGS goes, by PyTorch 2.13.0 in double.

    python closures.py > ../resources/dev/gatun/optim/secondorder/lbfgs.txt

A line is a case, a step, the value before it, evaluations so far and the point after it. The functions are those of
LbfgsTest.
"""
import torch

ROSENBROCK_START = [-1.2, 1.0]
QUADRATIC_START = [1.0, -2.0, 3.0, -4.0, 5.0]


def rosenbrock(x):
    return (1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2


def quadratic(x):
    value = 0
    for i in range(5):
        value = value + 0.5 * (i + 1) ** 2 * x[i] ** 2 + x[i]
        if i > 0:
            value = value + 0.5 * x[i] * x[i - 1]
    return value


def run(name, function, start, steps, **options):
    x = torch.nn.Parameter(torch.tensor(start, dtype=torch.float64))
    optimizer = torch.optim.LBFGS([x], **options)

    def closure():
        optimizer.zero_grad()
        value = function(x)
        value.backward()
        return value

    for step in range(1, steps + 1):
        before = optimizer.step(closure)
        evaluations = optimizer.state[x]["func_evals"]
        print(name, step, f"{float(before.detach()):.17g}", evaluations, *(f"{v:.17g}" for v in x.tolist()))


wolfe = "strong_wolfe"
run("rosenbrock-wolfe", rosenbrock, ROSENBROCK_START, 8, max_iter=4, line_search_fn=wolfe)
run("rosenbrock-wolfe-history", rosenbrock, ROSENBROCK_START, 12, max_iter=2, history_size=2, line_search_fn=wolfe)
run("rosenbrock-wolfe-evaluations", rosenbrock, ROSENBROCK_START, 6, max_eval=3, line_search_fn=wolfe)
run("rosenbrock-none", rosenbrock, ROSENBROCK_START, 10, lr=0.1, max_iter=3)
run("quadratic-wolfe", quadratic, QUADRATIC_START, 3, max_iter=5, line_search_fn=wolfe)
run("quadratic-none", quadratic, QUADRATIC_START, 6, lr=0.5, max_iter=3)
run("quadratic-defaults", quadratic, QUADRATIC_START, 2)
