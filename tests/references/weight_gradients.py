"""Makes weight-gradients.json: a small convolutional network, trained for 50 steps of PyTorch's Adam.

The network: two 3 x 3 convolutions of 8 channels, max pooling, a 3 x 3 convolution of 16 channels, each with a ReLU behind it and
zeros around its input, and a 1 x 1 convolution to three channels. It learns, from four pictures [3, 16, 16], the square of the mean
of each 2 x 2 pixels of the next channel (green for red, blue for green, red for blue). The loss is the mean squared error.

Inputs from mulberry32, as in losses.py: weights and biases in one stream (seed 5) in the order of the table, each weight
(2u - 1) sqrt(6 / (k k in)), each bias (2u - 1) / 10; then the pictures, one u an element (seed 6).

Everything is float64, from weights and pictures that are float32. A second run in float32 proves that the curve does not depend on
rounding. The file has the loss before each step and after the last, and the gradients of all tensors before the first step, as base64 of
little-endian float32 in the order of the table.

Run: python tests/references/weight_gradients.py && npx prettier --write tests/references/weight-gradients.json
Made with PyTorch 2.15.0 and Python 3.11 on Linux x64.
"""

import base64
import json
import math
import pathlib

import numpy as np
import torch
import torch.nn.functional as nn

from losses import mulberry32, seeded

STEPS = 50
TABLE = [("conv1_1", 3, 8, 3), ("conv1_2", 8, 8, 3), ("conv2_1", 8, 16, 3), ("head", 16, 3, 1)]
OPTIONS = {"learningRate": 0.01, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}


def parameters(dtype):
    stream = mulberry32(5)
    tensors = {}
    for name, inputs, outputs, side in TABLE:
        bound = math.sqrt(6 / (side * side * inputs))
        tensors[f"{name}.weight"] = seeded(stream, (outputs, inputs, side, side), -bound, bound)
        tensors[f"{name}.bias"] = seeded(stream, (outputs,), -0.1, 0.1)
    return {name: tensor.to(dtype).requires_grad_() for name, tensor in tensors.items()}


def loss_of(x, tensors):
    def conv(x, name, pad):
        return nn.conv2d(x, tensors[f"{name}.weight"], tensors[f"{name}.bias"], padding=pad)

    target = nn.avg_pool2d(x, 2).roll(-1, 1) ** 2
    x = conv(x, "conv1_1", 1).relu()
    x = nn.max_pool2d(conv(x, "conv1_2", 1).relu(), 2)
    x = conv(x, "conv2_1", 1).relu()
    return ((conv(x, "head", 0) - target) ** 2).mean()


def train(dtype):
    x = seeded(mulberry32(6), (4, 3, 16, 16), 0.0, 1.0).to(dtype)
    tensors = parameters(dtype)
    adam = torch.optim.Adam(
        tensors.values(),
        lr=OPTIONS["learningRate"],
        betas=(OPTIONS["beta1"], OPTIONS["beta2"]),
        eps=OPTIONS["epsilon"],
    )
    losses, first = [], None
    for _ in range(STEPS):
        adam.zero_grad()
        loss = loss_of(x, tensors)
        loss.backward()
        losses.append(loss.item())
        first = first or [tensor.grad.flatten().clone() for tensor in tensors.values()]
        adam.step()
    losses.append(loss_of(x, tensors).item())
    return losses, torch.cat(first)


def main():
    torch.set_num_threads(1)
    losses, gradient = train(torch.float64)
    single, _ = train(torch.float32)
    worst = max(abs(a / b - 1) for a, b in zip(single, losses))
    print(f"loss {losses[0]:.6g} -> {losses[-1]:.6g}; in float32 within {worst:.1e}")
    assert worst < 1e-4, "the curve depends on rounding"
    path = pathlib.Path(__file__).with_name("weight-gradients.json")
    data = base64.b64encode(gradient.numpy().astype("<f4").tobytes()).decode()
    path.write_text(json.dumps({"parameters": OPTIONS, "losses": losses, "gradient": data}) + "\n")
    print(path.name, path.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
