"""Makes recipes.json: the first 20 losses of each published recipe, by PyTorch's own optimizers and autograd.

Each recipe is written out as its paper or program has it: loss, the space that its optimizer moves in, optimizer, clamping and
start. Networks and pictures are the seeded ones of losses.py, which also has the losses of the five recipes of the design; every
picture is 16 x 16. Where a recipe starts from noise, it starts from the seeded canvas here, so that both sides have the same.
The size is chosen with care: on larger pictures the kinks of max pooling and ReLU in such narrow networks lead float32 and
float64 apart within 20 steps, whoever computes them; here both stay together.

A case has the preset, what it is overridden with, the network's family, the losses before each of the 20 steps in float64, and
what they differ by at most, relatively, when all is float32.

Where the published programs differ from what is here, because Pastiche does (docs/presets.md):
  gatys-2016, lbfgs-tv, neural-style   L-BFGS moves RGB in [0, 1]; in 0..255 its first step, whose absolute sum is 1, is so near the
                 rounding of float32 that the same PyTorch code leaves its own float64 curve by 1e-2 within 3 steps;
  lbfgs-tv       the weight of total variation is Pastiche's choice;
  crowson        the gradient of the Wasserstein loss is the closed form (losses.py), not a Lyapunov equation solved in 12 steps.
Keras's Adam is written out with its own epsilon, beside the uncorrected root.

Run: python tests/references/recipes.py && npx prettier --write tests/references/recipes.json
Made with PyTorch 2.15.0 and Python 3.11 on Linux x64.
"""

import json
import pathlib

import torch
import torch.nn.functional as nn

import losses as recipe_losses
from losses import CONVOLUTIONS, WEIGHTS, features, picture, preprocess, rows

STEPS = 20
SIZE = (16, 16)
MEAN = torch.tensor([0.485, 0.456, 0.406], dtype=torch.float64)[:, None, None]
STD = torch.tensor([0.229, 0.224, 0.225], dtype=torch.float64)[:, None, None]


# Losses that losses.py does not have


def neural_style(F, P, S, x):
    """neural-style: content 5 x MSE, style 100 x MSE of F F^T / (C h w) a layer, TV 1e-3 x (|dx| + |dy|) in 0..255; x is in [0, 1]."""
    content = 5 * ((F["relu4_2"] - P["relu4_2"]) ** 2).mean()
    style = 0
    for tap in ("relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1"):
        gram, target = (rows(taps[tap]) @ rows(taps[tap]).T / taps[tap].numel() for taps in (F, S))
        style = style + 100 * ((gram - target) ** 2).mean()
    x = 255 * x
    variation = (x[:, 1:, :] - x[:, :-1, :]).abs().sum() + (x[:, :, 1:] - x[:, :, :-1]).abs().sum()
    return {"content": content, "style": style, "variation": 1e-3 * variation}


def crowson(F, P, S, x):
    """style-transfer-pytorch: content 0.015 x MSE; squared Wasserstein-2 distances, 256:64:16:4:1; 2 x nine-point TV."""
    content = 0.015 * ((F["relu4_2"] - P["relu4_2"]) ** 2).mean()
    style = 0
    for tap, weight in zip(("relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1"), (256, 64, 16, 4, 1)):
        style = style + weight / 341 * recipe_losses.wasserstein(rows(F[tap]), rows(S[tap]))
    variation = sum(factor * (difference**2).mean() for factor, difference in recipe_losses.nine_point(x))
    return {"content": content, "style": style, "variation": 2 * variation}


def lab(content=True, style=True, content_tap="relu4_1"):
    """The reconstruction lab, or one half of it."""

    def loss(F, P, S, x):
        parts = recipe_losses.reconstruction_lab({**F, "relu4_1": F[content_tap]}, {**P, "relu4_1": P[content_tap]}, S, x)
        if content and style:
            return parts
        if content:
            return {part: parts[part] for part in ("content", "variation")}
        return {part: parts[part] for part in ("style", "variation")}

    return loss


# Spaces: RGB in [0, 1] to what the optimizer moves, and what of it the network is fed with


def torchvision_space(rgb):
    return ((rgb.double() - MEAN) / STD).to(rgb.dtype)


def unit_space(rgb):
    return rgb


def fed_as_it_is(x):
    return x


def fed_as_caffe(x):
    return preprocess(x, "caffe")


def fed_as_torchvision(x):
    return preprocess(x, "torchvision")


# Optimizers, each a function of the canvas and of a closure, called once a step


def adam(lr, betas=(0.9, 0.999), eps=1e-8):
    def make(x):
        optimizer = torch.optim.Adam([x], lr=lr, betas=betas, eps=eps)
        return lambda closure: optimizer.step(closure)

    return make


def keras_adam(lr, beta_1, beta_2, epsilon):
    """tf.keras.optimizers.Adam: lr_t = lr sqrt(1 - b2^t) / (1 - b1^t); x -= lr_t m / (sqrt(v) + epsilon)."""

    def make(x):
        m, v, t = torch.zeros_like(x), torch.zeros_like(x), 0

        def step(closure):
            nonlocal t
            closure()
            t += 1
            m.mul_(beta_1).add_(x.grad, alpha=1 - beta_1)
            v.mul_(beta_2).addcmul_(x.grad, x.grad, value=1 - beta_2)
            rate = lr * (1 - beta_2**t) ** 0.5 / (1 - beta_1**t)
            with torch.no_grad():
                x.sub_(rate * m / (v.sqrt() + epsilon))

        return step

    return make


def lbfgs(history):
    def make(x):
        optimizer = torch.optim.LBFGS([x], lr=1, max_iter=1, history_size=history)
        return lambda closure: optimizer.step(closure)

    return make


# The run


def taps_of(x, network, pooling, padding):
    """The taps of a picture in the space of the weights; `replicate`: the first convolution sees the edge beyond the edge."""
    if padding == "zeros":
        return features(x, network, "none", pooling)
    edge = nn.pad(x[None], (1, 1, 1, 1), mode="replicate")
    first = nn.conv2d(edge, *(WEIGHTS[network][f"conv1_1.{part}"].to(x.dtype) for part in ("weight", "bias")))
    taps = {"conv1_1": first[0], "relu1_1": first[0].relu()}
    y = first.relu()
    for block, count in enumerate(CONVOLUTIONS[network], 1):
        if block > 1:
            y = nn.max_pool2d(y, 2)
        for index in range(1, count + 1):
            name = f"{block}_{index}"
            if name == "1_1":
                continue
            y = nn.conv2d(y, *(WEIGHTS[network][f"conv{name}.{part}"].to(x.dtype) for part in ("weight", "bias")), padding=1)
            taps[f"conv{name}"] = y[0]
            y = y.relu()
            taps[f"relu{name}"] = y[0]
    return taps


def run(dtype, network, loss, optimizer, space, fed, start, pooling="max", padding="zeros", clamp=False):
    pictures = {"content": picture(1, SIZE).to(dtype), "style": picture(2, SIZE).to(dtype), "canvas": picture(3, SIZE).to(dtype)}
    taps = lambda x: taps_of(fed(x), network, pooling, padding)
    P, S = taps(space(pictures["content"])), taps(space(pictures["style"]))
    x = space(pictures[start]).clone().requires_grad_()
    curve = []

    def closure():
        x.grad = None
        total = sum(loss(taps(x), P, S, x).values())
        total.backward()
        curve.append(total.item())
        return total

    step = optimizer(x)
    for _ in range(STEPS):
        step(closure)
        if clamp:
            with torch.no_grad():
                x.clamp_(0, 1)
    assert len(curve) == STEPS
    return curve


def case(preset, family, override=None, **recipe):
    exact, single = run(torch.float64, **recipe), run(torch.float32, **recipe)
    spread = max(abs(b / a - 1) for a, b in zip(exact, single))
    print(f"{preset:20} {str(override or ''):60} {exact[0]:12.5g} to {exact[-1]:12.5g}  float32 differs by {spread:.0e}")
    return {
        "preset": preset,
        "override": override or {},
        "family": family,
        "losses": exact,
        "float32": float(f"{spread:.1e}"),
    }


def cases():
    gatys = dict(
        network="vgg19", loss=recipe_losses.gatys, optimizer=lbfgs(100), space=unit_space, fed=fed_as_caffe, start="canvas",
        pooling="average",
    )
    yield case("gatys-2016", "caffe", **gatys)
    classic = dict(
        network="vgg19", loss=recipe_losses.pytorch_classic, optimizer=adam(0.003), space=torchvision_space, fed=fed_as_it_is,
        start="content",
    )
    yield case("pytorch-classic", "torchvision", **classic)
    keras = dict(
        network="vgg19", loss=recipe_losses.keras_classic, optimizer=keras_adam(0.01, 0.99, 0.999, 0.1), space=unit_space,
        fed=fed_as_caffe, start="content", clamp=True,
    )
    yield case("keras-classic", "caffe", **keras)
    tv = dict(gatys, network="vgg16", loss=recipe_losses.lbfgs_tv, optimizer=lbfgs(10), start="content")
    yield case("lbfgs-tv", "caffe", **tv)
    reconstruction = dict(network="vgg19", optimizer=adam(0.06), space=unit_space, fed=fed_as_it_is, start="canvas")
    yield case("reconstruction-lab", "none", loss=lab(), **reconstruction)
    only_content = {"styleWeight": 0, "contentLayers": {"conv3_1": 1}}
    yield case("reconstruction-lab", "none", only_content, loss=lab(style=False, content_tap="conv3_1"), **reconstruction)
    yield case("reconstruction-lab", "none", {"contentWeight": 0}, loss=lab(content=False), **reconstruction)
    by_lbfgs = {"optimizer": "lbfgs", "learningRate": 1}
    yield case("reconstruction-lab", "none", by_lbfgs, loss=lab(), **dict(reconstruction, optimizer=lbfgs(100)))
    yield case(
        "crowson", "torchvision", network="vgg19", loss=crowson, optimizer=adam(0.02, (0.9, 0.99)), space=unit_space,
        fed=fed_as_torchvision, start="content", clamp=True, padding="replicate",
    )
    yield case(
        "neural-style", "caffe", network="vgg19", loss=neural_style, optimizer=lbfgs(100), space=unit_space,
        fed=fed_as_caffe, start="canvas",
    )


if __name__ == "__main__":
    torch.set_num_threads(1)
    path = pathlib.Path(__file__).with_name("recipes.json")
    path.write_text(json.dumps({"cases": list(cases())}) + "\n")
    print(path.name, path.stat().st_size, "bytes")
