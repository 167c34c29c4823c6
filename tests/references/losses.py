"""Makes losses.json and losses-variants.json: losses and canvas gradients of style transfer, by PyTorch's autograd.

losses.json has the five published recipes, each written out below as its paper or program has it, and only then compared
with the formula that its parameters stand for. losses-variants.json has every value of each parameter of the losses at least once.
Everything is float64, from weights and pictures that are float32; a second pass in float32 proves that no ReLU, maximum or
absolute value decides otherwise there (a gradient would jump).

Inputs, all from mulberry32 (32-bit integer arithmetic; u below is its output / 2^32, computed in double, stored as float32):
  network   VGG-shaped, widths 4 6 8 8 8, convolutions 2 2 4 4 4 (vgg19, seed 19) or 2 2 3 3 3 (vgg16, seed 16). One stream
            in the order of the table: each weight [out, in, 3, 3] is (2u - 1) sqrt(6 / (9 in)), which is He's variance, then
            each bias (2u - 1) / 10.
  pictures  [3, H, W] in [0, 1], one u an element; seeds 1 content, 2 style, 3 canvas.

A case has the parameters under the names of src/shared/contract/parameters.ts, `family` (the preprocessing that comes with
the weights), the sizes as [height, width], the loss, its parts, the weighted loss of each layer, and the gradient with
respect to the canvas in [0, 1] as base64 of little-endian float32, [3, H, W].

Run: python tests/references/losses.py && npx prettier --write tests/references/losses*.json
Made with PyTorch 2.15.0 and Python 3.11 on Linux x64.
"""

import base64
import itertools
import json
import math
import pathlib

import numpy as np
import torch
import torch.nn.functional as nn

WIDTHS = (4, 6, 8, 8, 8)
CONVOLUTIONS = {"vgg19": (2, 2, 4, 4, 4), "vgg16": (2, 2, 3, 3, 3)}
SEEDS = {"vgg19": 19, "vgg16": 16}


# Inputs


def mulberry32(state):
    mask = 0xFFFFFFFF
    while True:
        state = (state + 0x6D2B79F5) & mask
        t = ((state ^ state >> 15) * (state | 1)) & mask
        t ^= (t + (((t ^ t >> 7) * (t | 61)) & mask)) & mask
        yield (t ^ t >> 14) / 2**32


def seeded(stream, shape, low, high):
    values = [low + (high - low) * next(stream) for _ in range(math.prod(shape))]
    return torch.tensor(np.array(values).astype(np.float32).reshape(shape))


def network_weights(network):
    stream = mulberry32(SEEDS[network])
    weights = {}
    inputs = 3
    for block, (width, count) in enumerate(zip(WIDTHS, CONVOLUTIONS[network]), 1):
        for index in range(1, count + 1):
            bound = math.sqrt(6 / (9 * inputs))
            weights[f"conv{block}_{index}.weight"] = seeded(stream, (width, inputs, 3, 3), -bound, bound)
            weights[f"conv{block}_{index}.bias"] = seeded(stream, (width,), -0.1, 0.1)
            inputs = width
    return weights


WEIGHTS = {network: network_weights(network) for network in CONVOLUTIONS}


def picture(seed, size):
    return seeded(mulberry32(seed), (3, *size), 0.0, 1.0)


# The network


def preprocess(x, family):
    """RGB in [0, 1], [3, H, W], to what the weights expect."""
    if family == "caffe":
        mean = torch.tensor([103.939, 116.779, 123.68], dtype=torch.float64).to(x.dtype)
        return x.flip(0) * 255 - mean[:, None, None]
    if family == "torchvision":
        mean = torch.tensor([0.485, 0.456, 0.406], dtype=torch.float64).to(x.dtype)
        std = torch.tensor([0.229, 0.224, 0.225], dtype=torch.float64).to(x.dtype)
        return (x - mean[:, None, None]) / std[:, None, None]
    return x


def features(x, network, family, pooling):
    """Every tap by name, each [C, h, w]."""
    taps = {}
    x = preprocess(x, family)[None]
    for block, count in enumerate(CONVOLUTIONS[network], 1):
        if block > 1:
            x = nn.max_pool2d(x, 2) if pooling == "max" else nn.avg_pool2d(x, 2)
        for index in range(1, count + 1):
            name = f"{block}_{index}"
            weight, bias = (WEIGHTS[network][f"conv{name}.{part}"].to(x.dtype) for part in ("weight", "bias"))
            taps[f"conv{name}"] = nn.conv2d(x, weight, bias, padding=1)[0]
            taps[f"relu{name}"] = taps[f"conv{name}"].relu()
            x = taps[f"relu{name}"][None]
    return taps


def rows(tap):
    """[C, h, w] as C x N."""
    return tap.reshape(tap.shape[0], -1)


# The recipes, each as published. F, P and S are the taps of canvas, content and style.


def gatys(F, P, S, x):
    """Gatys, Ecker & Bethge 2016, equations 1, 3, 4, 5 and 7, alpha / beta = 1e-3."""
    content = 0.5 * ((F["relu4_2"] - P["relu4_2"]) ** 2).sum()
    style = 0
    for tap in ("relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1"):
        f, s = rows(F[tap]), rows(S[tap])
        n, m = f.shape
        g, a = f @ f.T, s @ s.T
        style = style + 1 / 5 * ((g - a) ** 2).sum() / (4 * n**2 * m**2)
    return {"content": content, "style": 1e3 * style}


def pytorch_classic(F, P, S, x):
    """content mean (F-P)^2; style w mean((G-A)^2) / (d h w), G = F F^T; alpha 1, beta 1e6; taps before ReLU."""
    content = torch.mean((F["conv4_2"] - P["conv4_2"]) ** 2)
    style = 0
    weights = {"conv1_1": 1.0, "conv2_1": 0.75, "conv3_1": 0.2, "conv4_1": 0.2, "conv5_1": 0.2}
    for tap, weight in weights.items():
        d, h, w = F[tap].shape
        gram = rows(F[tap]) @ rows(F[tap]).T
        target = rows(S[tap]) @ rows(S[tap]).T
        style = style + weight * torch.mean((gram - target) ** 2) / (d * h * w)
    return {"content": 1 * content, "style": 1e6 * style}


def keras_classic(F, P, S, x):
    """Gram over h w positions; both losses are means, averaged over their layers; TV is the sum of absolute differences."""
    style = 0
    taps = ("relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1")
    for tap in taps:
        gram = torch.einsum("cij,dij->cd", F[tap], F[tap]) / (F[tap].shape[1] * F[tap].shape[2])
        target = torch.einsum("cij,dij->cd", S[tap], S[tap]) / (S[tap].shape[1] * S[tap].shape[2])
        style = style + ((gram - target) ** 2).mean()
    content = ((F["relu4_2"] - P["relu4_2"]) ** 2).mean()
    variation = (x[:, 1:, :] - x[:, :-1, :]).abs().sum() + (x[:, :, 1:] - x[:, :, :-1]).abs().sum()
    return {"content": 1e7 / 1 * content, "style": 10 / len(taps) * style, "variation": 20 * variation}


def lbfgs_tv(F, P, S, x):
    """Content and style of Gatys on VGG16, and the sum of squared differences of neighbours."""
    parts = gatys(F, P, S, x)
    down = x[:, 1:, :] - x[:, :-1, :]
    right = x[:, :, 1:] - x[:, :, :-1]
    return {**parts, "variation": 1e4 * ((down**2).sum() + (right**2).sum())}


def reconstruction_lab(F, P, S, x):
    """alpha 5, beta 7000, gamma 1.2; style sum w mean((FF^T - SS^T)^2) / (4 C N^2), w = 1e3 / n^2; TV mean |dx| + mean |dy|."""
    content = 5 * ((F["relu4_1"] - P["relu4_1"]) ** 2).mean()
    style = 0
    taps = {"relu1_1": 16, "relu2_1": 32, "relu3_1": 128, "relu4_1": 256, "relu5_1": 512}
    for tap, n in taps.items():
        channels, positions = rows(F[tap]).shape
        difference = rows(F[tap]) @ rows(F[tap]).T - rows(S[tap]) @ rows(S[tap]).T
        style = style + 1e3 / n**2 * (difference**2).mean() / (4 * channels * positions**2)
    variation = torch.diff(x, dim=1).abs().mean() + torch.diff(x, dim=2).abs().mean()
    return {"content": content, "style": 7000 * style, "variation": 1.2 * variation}


# The squared Wasserstein-2 distance of normal distributions, as crowsonkb/style-transfer-pytorch has it


def roots(a, steps=12):
    """A^1/2 and A^-1/2 by the coupled Newton-Schulz iteration, divided by the Frobenius norm before."""
    norm = torch.linalg.matrix_norm(a)
    three = 3 * torch.eye(len(a), dtype=a.dtype)
    y, z = a / norm, torch.eye(len(a), dtype=a.dtype)
    for _ in range(steps):
        t = (three - z @ y) / 2
        y, z = y @ t, t @ z
    return y * norm.sqrt(), z / norm.sqrt()


def gaussian(f):
    """Mean and covariance + 1e-4 I of C x N features; centred, since float32 is used too."""
    mean = f.mean(1, keepdim=True)
    centred = f - mean
    return mean, centred @ centred.T / f.shape[1] + 1e-4 * torch.eye(len(f), dtype=f.dtype)


def wasserstein(f, s, steps=12):
    """The two terms, each as a mean over the channels: of the means, and of the covariances.

    The value is that of 12 steps. The gradient is the closed form d/dcov = (I - S R S) / C with R = (S cov S)^-1/2 from the
    same steps, instead of that of the iteration: Crowson's program solves a Lyapunov equation, also in 12 steps.
    """
    mean, cov = gaussian(f)
    mean_t, cov_t = gaussian(s)
    with torch.no_grad():
        root_t, _ = roots(cov_t, steps)
        root, inverse = roots(root_t @ cov @ root_t, steps)
        value = torch.diagonal(cov_t + cov - 2 * root).mean()
        slope = (torch.eye(len(cov), dtype=cov.dtype) - root_t @ inverse @ root_t) / len(cov)
    surrogate = (slope * cov).sum()
    return ((mean - mean_t) ** 2).mean() + value + surrogate - surrogate.detach()


def nine_point(x):
    """Squared differences with eight neighbours, the edge repeated once (TVLoss of the same program), before any reduction."""
    x = nn.pad(x[None], (1, 1, 1, 1), "replicate")[0]
    centre = x[:, 1:-1, 1:-1]
    yield 2 / 3, x[:, 1:-1, 2:] - centre
    yield 2 / 3, x[:, 2:, 1:-1] - centre
    yield 2 / 12, x[:, 1:, 1:] - x[:, :-1, :-1]
    yield 2 / 12, x[:, 1:, :-1] - x[:, :-1, 1:]


# The same by parameters


def statistic(tap, p):
    f = rows(tap)
    channels, positions = f.shape
    mean = f.mean(1, keepdim=True)
    if p["statistic"] == "moments":
        return mean, torch.sqrt(((f - mean) ** 2).mean(1, keepdim=True) + 1e-5)
    if p["statistic"] == "covariance":
        f = f - mean
    return (f @ f.T / {"none": 1, "hw": positions, "chw": channels * positions}[p["normaliser"]],)


def objective(F, P, S, x, p):
    """The weighted loss of each layer, by `content/tap` and `style/tap`, and `variation`."""
    layers = {}
    if p["contentWeight"]:
        for tap, weight in p["contentLayers"].items():
            squared = (F[tap] - P[tap]) ** 2
            reduced = {"mean": squared.mean(), "sum": squared.sum(), "half-sum": squared.sum() / 2}
            layers[f"content/{tap}"] = p["contentWeight"] * weight * reduced[p["contentReduction"]]
    if p["styleWeight"]:
        for tap, weight in p["styleLayers"].items():
            c, n = rows(F[tap]).shape
            divisor = {"none": 1, "chw": c * n, "4cn2": 4 * c * n**2, "4c2n2": 4 * c**2 * n**2}[p["styleDivisor"]]
            loss = 0
            if p["statistic"] == "w2":
                loss = wasserstein(rows(F[tap]), rows(S[tap])) * (1 if p["styleReduction"] == "mean" else c)
            else:
                for found, wanted in zip(statistic(F[tap], p), statistic(S[tap], p)):
                    squared = (found - wanted) ** 2
                    loss = loss + (squared.mean() if p["styleReduction"] == "mean" else squared.sum())
            layers[f"style/{tap}"] = p["styleWeight"] * weight * loss / divisor
    if p["tvWeight"]:
        loss = 0
        four = ((1, torch.diff(x, dim=1)), (1, torch.diff(x, dim=2)))
        for factor, difference in nine_point(x) if p["tvForm"] == "nine-point" else four:
            size = difference.abs() if p["tvForm"] == "anisotropic-l1" else difference**2
            loss = loss + factor * (size.mean() if p["tvReduction"] == "mean" else size.sum())
        layers["variation"] = p["tvWeight"] * loss
    return layers


def evaluate(function, p, family, sizes, dtype):
    taps = lambda x: features(x, p["network"], family, p["pooling"])
    P = taps(picture(1, sizes["content"]).to(dtype))
    S = taps(picture(2, sizes["style"]).to(dtype))
    x = picture(3, sizes["canvas"]).to(dtype).requires_grad_()
    parts = function(taps(x), P, S, x)
    total = sum(parts.values())
    (gradient,) = torch.autograd.grad(total, [x])
    return {name: part.item() for name, part in parts.items()}, total.item(), gradient.detach().double()


def part_sums(layers):
    sums = {}
    for name, loss in layers.items():
        part = name.split("/")[0]
        sums[part] = sums.get(part, 0) + loss
    return sums


def relative(a, b):
    return (torch.linalg.vector_norm(a - b) / torch.linalg.vector_norm(b)).item()


def case(name, p, family, sizes, literal=None):
    general = lambda *inputs: objective(*inputs, p)
    layers, total, gradient = evaluate(general, p, family, sizes, torch.float64)
    parts = part_sums(layers)
    if literal:
        # The recipe as published is the one that is kept.
        same_parts, same_total, same_gradient = parts, total, gradient
        parts, total, gradient = evaluate(literal, p, family, sizes, torch.float64)
        assert all(abs(same_parts[part] / parts[part] - 1) < 1e-12 for part in parts), name
        assert abs(same_total / total - 1) < 1e-12 and relative(same_gradient, gradient) < 1e-12, name
    _, single_total, single = evaluate(general, p, family, sizes, torch.float32)
    print(f"{name:56} {total:12.6g}  float32: loss {abs(single_total / total - 1):.0e}, gradient {relative(single, gradient):.0e}")
    assert relative(single, gradient) < 1e-5, name
    data = gradient.numpy().astype("<f4").tobytes()
    return {
        "name": name,
        "family": family,
        **sizes,
        "parameters": p,
        "loss": total,
        "parts": parts,
        "layers": layers,
        "gradient": base64.b64encode(data).decode(),
    }


DEFAULTS = dict(
    network="vgg19",
    contentWeight=0.0,
    styleWeight=0.0,
    tvWeight=0.0,
    contentLayers={},
    styleLayers={},
    contentReduction="mean",
    statistic="gram",
    normaliser="none",
    styleReduction="mean",
    styleDivisor="none",
    tvForm="squared",
    tvReduction="mean",
    pooling="max",
    preprocessing="weights",
)


def recipes():
    sizes = {"canvas": [40, 48], "content": [40, 48], "style": [36, 44]}
    relu = [f"relu{block}_1" for block in range(1, 6)]

    gatys_parameters = dict(
        DEFAULTS, contentWeight=1.0, contentLayers={"relu4_2": 1.0}, contentReduction="half-sum", styleWeight=1e3,
        styleLayers={tap: 0.2 for tap in relu}, styleReduction="sum", styleDivisor="4c2n2", pooling="average",
    )
    yield case("Gatys 2016", gatys_parameters, "caffe", sizes, gatys)
    classic = {"conv1_1": 1.0, "conv2_1": 0.75, "conv3_1": 0.2, "conv4_1": 0.2, "conv5_1": 0.2}
    yield case(
        "PyTorch classic",
        dict(
            DEFAULTS, contentWeight=1.0, contentLayers={"conv4_2": 1.0}, styleWeight=1e6, styleLayers=classic,
            styleDivisor="chw",
        ),
        "torchvision", sizes, pytorch_classic,
    )
    yield case(
        "Keras classic",
        dict(
            DEFAULTS, contentWeight=1e7, contentLayers={"relu4_2": 1.0}, styleWeight=10.0,
            styleLayers={tap: 0.2 for tap in relu}, normaliser="hw", tvWeight=20.0, tvForm="anisotropic-l1", tvReduction="sum",
        ),
        "caffe", sizes, keras_classic,
    )
    yield case(
        "L-BFGS + TV",
        dict(gatys_parameters, network="vgg16", tvWeight=1e4, tvForm="squared", tvReduction="sum"),
        "caffe", sizes, lbfgs_tv,
    )
    lab = {tap: 1e3 / n**2 for tap, n in zip(relu, (16, 32, 128, 256, 512))}
    yield case(
        "Reconstruction lab",
        dict(
            DEFAULTS, contentWeight=5.0, contentLayers={"relu4_1": 1.0}, styleWeight=7e3, styleLayers=lab,
            styleDivisor="4cn2", tvWeight=1.2, tvForm="anisotropic-l1", preprocessing="none",
        ),
        "none", sizes, reconstruction_lab,
    )


def variants():
    sizes = {"canvas": [18, 24], "content": [18, 24], "style": [20, 22]}
    layers = {"relu1_1": 1.0, "relu2_1": 0.5, "relu3_1": 0.25}
    style = dict(DEFAULTS, styleWeight=3.0, styleLayers=layers)
    content = dict(DEFAULTS, contentWeight=0.7, contentLayers={"relu2_2": 1.0, "relu3_3": 0.5})
    variation = dict(DEFAULTS, tvWeight=1.5)
    forms = itertools.product(("none", "hw", "chw"), ("mean", "sum"), ("none", "chw", "4cn2", "4c2n2"))
    for index, (normaliser, reduction, divisor) in enumerate(forms):
        # Both statistics meet every normaliser, every reduction and every divisor.
        kind = ("gram", "covariance")[(index + index // 4) % 2]
        p = dict(style, statistic=kind, normaliser=normaliser, styleReduction=reduction, styleDivisor=divisor)
        yield case(f"{kind}, normaliser {normaliser}, {reduction}, divisor {divisor}", p, "torchvision", sizes)
    for divisor in ("none", "chw"):
        yield case(f"moments, mean, divisor {divisor}", dict(style, statistic="moments", styleDivisor=divisor), "torchvision", sizes)
    for reduction, divisor in (("mean", "none"), ("sum", "none"), ("mean", "chw")):
        p = dict(style, statistic="w2", styleReduction=reduction, styleDivisor=divisor)
        yield case(f"w2, {reduction}, divisor {divisor}", p, "torchvision", sizes)
    for reduction in ("mean", "sum", "half-sum"):
        yield case(f"content, {reduction}", dict(content, contentReduction=reduction), "torchvision", sizes)
    for form, reduction in itertools.product(("squared", "anisotropic-l1", "nine-point"), ("mean", "sum")):
        yield case(f"variation, {form}, {reduction}", dict(variation, tvForm=form, tvReduction=reduction), "torchvision", sizes)
    before = dict(DEFAULTS, contentWeight=1.0, contentLayers={"conv4_2": 1.0})
    yield case("content before ReLU", before, "torchvision", sizes)
    before = dict(DEFAULTS, styleWeight=1.0, normaliser="hw", styleLayers={"conv1_2": 1.0, "conv3_1": 1.0})
    yield case("style before ReLU", before, "torchvision", sizes)
    yield case("style, average pooling", dict(style, normaliser="hw", pooling="average"), "torchvision", sizes)


def write(name, cases):
    path = pathlib.Path(__file__).with_name(name)
    path.write_text(json.dumps({"cases": list(cases)}) + "\n")
    print(name, path.stat().st_size, "bytes")


if __name__ == "__main__":
    torch.set_num_threads(1)
    write("losses.json", recipes())
    write("losses-variants.json", variants())
