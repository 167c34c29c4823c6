"""Makes optimizers.json: trajectories of 20 steps of PyTorch's optimizers, and of LAMB by its paper's formulas; and where
PyTorch's strong Wolfe search ends on functions of one variable (More & Thuente 1994, section 5, functions 1 and 2).

The problem, of dimension n = 64, is made of exact fractions, so that any language computes the same function:

    f(x) = 1/2 sum_i a_i (x_i - c_i)^2 + 1/4 sum_i (x_{i+1} - x_i^2)^2
    a_i = 1 + i^2 / 40,    c_i = ((37 i) mod 64) / 32 - 1,    start x_i = ((29 i + 7) mod 64) / 64

Everything here is float64: the reference is the algorithm without rounding. Pastiche keeps the canvas, the gradient and
all state in float32, and has to agree to 1e-5 all the same; a float32 reference would only compare two roundings.

L-BFGS: twenty calls with max_iter 1, and where it is claimed the same, one call with max_iter 20. With a line search
max_eval has to be given: the default of 1.25 max_iter would leave a single call none. Recent versions of PyTorch take
the limit of one line search from it: with 25, the first evaluation of the search and 24 more.

Run: python tests/references/optimizers.py && npx prettier --write tests/references/optimizers.json
Made with PyTorch 2.15.0, NumPy and Python 3.11 on Linux x64; the numbers do not depend on them to the digits kept.
"""

import json
import pathlib

import numpy as np
import torch
from torch.optim.lbfgs import _strong_wolfe

N = 64
STEPS = 20
LAYERS = (40, 1, 23)
INDEX = torch.arange(N, dtype=torch.float64)
CURVATURE = 1 + INDEX**2 / 40
CENTRE = (37 * INDEX) % 64 / 32 - 1
START = (29 * INDEX + 7) % 64 / 64


def loss_of(x):
    bowl = 0.5 * (CURVATURE * (x - CENTRE) ** 2).sum()
    valley = 0.25 * ((x[1:] - x[:-1] ** 2) ** 2).sum()
    return bowl + valley


def gradient_of(x):
    x = torch.tensor(x, dtype=torch.float64, requires_grad=True)
    loss_of(x).backward()
    return x.grad.numpy()


def run(make, steps=STEPS):
    """The point after each step, and how often the loss was evaluated in all."""
    x = START.clone().requires_grad_()
    optimizer = make([x])
    evaluations = 0

    def closure():
        nonlocal evaluations
        evaluations += 1
        optimizer.zero_grad()
        loss = loss_of(x)
        loss.backward()
        return loss

    points = []
    for _ in range(steps):
        optimizer.step(closure)
        points.append(x.detach().clone().numpy())
    return points, evaluations


def run_lamb(lr, beta1, beta2, epsilon, weight_decay, layers=(N,)):
    """You et al. 2020, Algorithm 2, with phi(z) = z; `layers` are the lengths of the layers that x is made of."""
    x = START.numpy().copy()
    m = np.zeros(N)
    v = np.zeros(N)
    points = []
    for t in range(1, STEPS + 1):
        g = gradient_of(x)
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        r = m_hat / (np.sqrt(v_hat) + epsilon)
        update = r + weight_decay * x
        ends = np.cumsum(layers)
        for layer in (slice(end - length, end) for end, length in zip(ends, layers)):
            ratio = np.linalg.norm(x[layer]) / np.linalg.norm(update[layer])
            x[layer] = x[layer] - lr * ratio * update[layer]
        points.append(x.copy())
    return points, STEPS


def adam(lr, beta1, beta2, epsilon):
    return run(lambda p: torch.optim.Adam(p, lr=lr, betas=(beta1, beta2), eps=epsilon))


def adamw(lr, beta1, beta2, epsilon, weight_decay):
    return run(
        lambda p: torch.optim.AdamW(p, lr=lr, betas=(beta1, beta2), eps=epsilon, weight_decay=weight_decay)
    )


def lbfgs(lr, history, search=None):
    options = {"lr": lr, "history_size": history, "line_search_fn": search}
    points, evaluations = run(lambda p: torch.optim.LBFGS(p, max_iter=1, max_eval=25, **options))
    (last,), _ = run(lambda p: torch.optim.LBFGS(p, max_iter=STEPS, max_eval=10_000, **options), steps=1)
    assert np.array_equal(last, points[-1]), "one call of 20 iterations differs from 20 calls of one"
    return points, evaluations


def search_function_1(t):
    return -t / (t**2 + 2)


def search_function_2(t):
    return (t + 0.004) ** 5 - 2 * (t + 0.004) ** 4


def search(function, first_length):
    def evaluate(t):
        t = torch.tensor(t, dtype=torch.float64, requires_grad=True)
        loss = function(t)
        loss.backward()
        return loss.item(), t.grad.reshape(1)

    direction = torch.ones(1, dtype=torch.float64)
    loss, gradient = evaluate(0.0)
    _, _, length, evaluations = _strong_wolfe(
        lambda x, t, d: evaluate(float(t)), None, first_length, direction, loss, gradient, gradient[0], max_ls=24
    )
    print(f"{function.__name__} from {first_length}: {float(length):.6g} in {evaluations}")
    name = function.__name__[-1]
    return {"function": name, "firstLength": first_length, "length": float(length), "evaluations": evaluations}


def case(name, parameters, result, layers=(N,)):
    points, evaluations = result
    losses = [loss_of(torch.tensor(p)).item() for p in points]
    print(f"{name:24} loss {loss_of(START).item():.4f} -> {losses[-1]:.6g} in {evaluations} evaluations")
    # Ten digits: a hundred thousandth of the tolerance that is asked for.
    rounded = [[float(f"{value:.10g}") for value in point] for point in points]
    return {
        "name": name, "parameters": parameters, "layers": layers, "evaluations": evaluations, "points": rounded,
    }


def main():
    keys = dict(learningRate=0.05, beta1=0.9, beta2=0.999, epsilon=1e-8, weightDecay=0.0, history=10, lineSearch="none")
    fast, robust, decay = (dict(keys, **more) for more in (
        dict(learningRate=0.05),
        dict(learningRate=0.3, beta1=0.99, epsilon=0.1),
        dict(learningRate=0.02, weightDecay=0.1),
    ))
    cases = [
        case("Adam", dict(fast, optimizer="adam"), adam(0.05, 0.9, 0.999, 1e-8)),
        case("Adam, large epsilon", dict(robust, optimizer="adam"), adam(0.3, 0.99, 0.999, 0.1)),
        case("AdamW", dict(decay, optimizer="adamw"), adamw(0.02, 0.9, 0.999, 1e-8, 0.1)),
        case("LAMB", dict(decay, optimizer="lamb"), run_lamb(0.02, 0.9, 0.999, 1e-8, 0.1)),
        case(
            "LAMB, three layers", dict(decay, optimizer="lamb"), run_lamb(0.02, 0.9, 0.999, 1e-8, 0.1, LAYERS), LAYERS
        ),
        case("L-BFGS, history 3", dict(keys, optimizer="lbfgs", learningRate=1.0, history=3), lbfgs(1.0, 3)),
        case("L-BFGS, history 10", dict(keys, optimizer="lbfgs", learningRate=1.0), lbfgs(1.0, 10)),
        case("L-BFGS, history 100", dict(keys, optimizer="lbfgs", learningRate=1.0, history=100), lbfgs(1.0, 100)),
        *(
            case(
                f"L-BFGS, strong Wolfe{remark}",
                dict(keys, optimizer="lbfgs", learningRate=lr, lineSearch="strong-wolfe"),
                lbfgs(lr, 10, "strong_wolfe"),
            )
            for lr, remark in ((1.0, ""), (6.0, ", first trial too long"), (0.3, ", first trial too short"))
        ),
    ]
    functions = (search_function_1, search_function_2)
    searches = [search(f, first) for f in functions for first in (1e-3, 1e-1, 1.3, 10.0, 1e3)]
    path = pathlib.Path(__file__).with_suffix(".json")
    path.write_text(json.dumps({"cases": cases, "searches": searches}) + "\n")
    print(path.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
