"""Makes wasserstein.json: the squared Wasserstein-2 style loss and its gradient, on features and with the real VGG16.

Everything is float64 PyTorch, with the formulas of losses.py: 12 Newton-Schulz steps, the gradient in closed form. Each case is also
held against Crowson's own gradient, which solves a Lyapunov equation in 12 steps, and the difference is printed: it is there
where eigenvalues have not converged, and is 0.1 to 3 % of the gradient with VGG16.

Features, C x N, from mulberry32 (u below is one number in [0, 1), computed in double, rounded to float32 in the end):
  mixed     first a_c = u for each channel, then 8 C mixing weights m_ck = 2u - 1, then 8 N signals z_kn = 2u - 1;
            F_cn = a_c + sum_k 3^-k m_ck z_kn. Its covariance has eigenvalues over eight decades, like those of VGG.
  flat      a_c = u for each channel, at every position.
VGG16 (`network`): real weights, which are not part of the repository; they lie beside it, in shared/weights. The pictures are formulas, and
only a few numbers are kept: the loss, the norm of the gradient with respect to the canvas, and every 1009th of its entries.

Run: python tests/references/wasserstein.py [vgg16.safetensors] && npx prettier --write tests/references/wasserstein.json
Made with PyTorch 2.15.0 and Python 3.11 on Linux x64.
"""

import base64
import json
import pathlib
import struct
import sys

import numpy as np
import torch
import torch.nn.functional as nn

from losses import gaussian, mulberry32, preprocess, roots, rows, wasserstein


def mixed(seed, channels, positions):
    stream = mulberry32(seed)
    draw = lambda n: np.array([next(stream) for _ in range(n)])
    offsets = draw(channels)
    weights = (2 * draw(8 * channels) - 1).reshape(channels, 8)
    signals = (2 * draw(8 * positions) - 1).reshape(8, positions)
    features = np.repeat(offsets[:, None], positions, 1)
    for k in range(8):
        features = features + 3.0**-k * weights[:, k : k + 1] * signals[k]
    return torch.from_numpy(features.astype(np.float32))


def flat(seed, channels, positions):
    stream = mulberry32(seed)
    offsets = np.array([next(stream) for _ in range(channels)]).astype(np.float32)
    return torch.from_numpy(np.repeat(offsets[:, None], positions, 1))


KINDS = {"mixed": mixed, "flat": flat}


class LyapunovRoot(torch.autograd.Function):
    """The root, with the gradient that Crowson's program gives it (after Lin & Maji 2017)."""

    @staticmethod
    def forward(ctx, a):
        root, _ = roots(a)
        ctx.save_for_backward(root)
        return root

    @staticmethod
    def backward(ctx, g):
        (root,) = ctx.saved_tensors
        norm = torch.linalg.matrix_norm(root)
        a, q, three = root / norm, g / norm, 3 * torch.eye(len(root), dtype=root.dtype)
        for _ in range(12):
            step = three - a @ a
            q = (q @ step - a.T @ (a.T @ q - q @ a)) / 2
            a = a @ step / 2
        return q / 2


def as_crowson(f, s):
    (mean, cov), (mean_t, cov_t) = gaussian(f), gaussian(s)
    root_t = roots(cov_t)[0].detach()
    root = LyapunovRoot.apply(root_t @ cov @ root_t)
    return ((mean - mean_t) ** 2).mean() + torch.diagonal(cov_t + cov - 2 * root).mean()


def relative(a, b):
    return (torch.linalg.vector_norm(a - b) / torch.linalg.vector_norm(b)).item()


def feature_case(name, channels, canvas, style, kinds=("mixed", "mixed")):
    f = KINDS[kinds[0]](1, channels, canvas[0] * canvas[1]).double().requires_grad_()
    s = KINDS[kinds[1]](2, channels, style[0] * style[1]).double()
    loss = wasserstein(f, s)
    (gradient,) = torch.autograd.grad(loss, [f])
    crowson = as_crowson(f, s)
    (other,) = torch.autograd.grad(crowson, [f])
    assert abs(crowson.item() / loss.item() - 1) < 1e-12, name
    print(f"{name:44} {loss.item():12.6g}, from Crowson's gradient {relative(gradient, other):.0e}")
    data = gradient.detach().numpy().astype("<f4").tobytes()
    return {
        "name": name, "channels": channels, "canvas": canvas, "style": style, "kinds": kinds,
        "loss": loss.item(), "gradient": base64.b64encode(data).decode(),
    }


def features_cases():
    yield feature_case("one channel", 1, [6, 7], [5, 8])
    yield feature_case("three channels", 3, [6, 7], [5, 8])
    yield feature_case("sixteen channels", 16, [9, 11], [12, 8])
    yield feature_case("more channels than positions", 24, [3, 4], [4, 4])
    yield feature_case("a single position", 4, [1, 1], [3, 3])
    yield feature_case("a flat canvas", 8, [6, 7], [5, 8], ("flat", "mixed"))
    yield feature_case("a flat style", 8, [6, 7], [5, 8], ("mixed", "flat"))
    yield feature_case("both flat", 8, [6, 7], [5, 8], ("flat", "flat"))


# The real VGG16


def read_weights(path):
    data = pathlib.Path(path).read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    start = 8 + length
    return {
        name: torch.from_numpy(
            np.frombuffer(data, "<f4", np.prod(entry["shape"]), start + entry["data_offsets"][0]).reshape(entry["shape"]).copy()
        )
        for name, entry in header.items()
        if name != "__metadata__"
    }


def canvas_picture(y, x, c):
    return 0.5 + 0.3 * np.sin(x / 7 + c) + 0.2 * np.sin(y / 5 - 2 * c) * np.sin(x / 3)


def style_picture(y, x, c):
    return 0.45 + 0.25 * np.sin((x + 2 * y) / 5 + c) * np.cos(y / 17) + 0.15 * np.sign(np.sin(x / 13 + c))


def formula_picture(formula, height, width):
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    planes = np.stack([formula(y, x, c) for c in range(3)])
    return torch.from_numpy(np.clip(planes, 0, 1).astype(np.float32)).double()


def vgg16_taps(x, weights):
    taps = {}
    x = preprocess(x, "caffe")[None]
    for block, count in enumerate((2, 2, 3, 3, 1), 1):
        x = nn.max_pool2d(x, 2) if block > 1 else x
        for index in range(1, count + 1):
            name = f"{block}_{index}"
            x = nn.conv2d(x, weights[f"conv{name}.weight"].double(), weights[f"conv{name}.bias"].double(), padding=1).relu()
            taps[f"relu{name}"] = x[0]
    return taps


def network_case(tap, weights):
    canvas, style = [72, 96], [80, 88]
    x = formula_picture(canvas_picture, *canvas).requires_grad_()
    with torch.no_grad():
        s = rows(vgg16_taps(formula_picture(style_picture, *style), weights)[tap])
    f = rows(vgg16_taps(x, weights)[tap])
    loss = wasserstein(f, s)
    (gradient,) = torch.autograd.grad(loss, [x], retain_graph=True)
    (other,) = torch.autograd.grad(as_crowson(f, s), [x])
    print(f"VGG16 {tap:38} {loss.item():12.6g}, from Crowson's gradient {relative(gradient, other):.0e}")
    return {
        "tap": tap, "canvas": canvas, "style": style, "loss": loss.item(),
        "norm": torch.linalg.vector_norm(gradient).item(), "entries": gradient.flatten()[::1009].tolist(),
    }


if __name__ == "__main__":
    torch.set_num_threads(1)
    path = pathlib.Path(__file__).with_name("wasserstein.json")
    network = json.loads(path.read_text())["network"] if path.exists() else []
    if len(sys.argv) > 1:
        weights = read_weights(sys.argv[1])
        network = [network_case(f"relu{block}_1", weights) for block in range(1, 6)]
    path.write_text(json.dumps({"features": list(features_cases()), "network": network}) + "\n")
    print(path.name, path.stat().st_size, "bytes")
