"""Makes real-features.json and real-losses.json: features and losses of the published VGG16 on real pictures, by PyTorch in float64.

Reads ../shared/weights/vgg16.safetensors, and crops of ../shared/images that tests/real/support/real-crops.ts decodes: every
n-th pixel, so that no resampling filter is involved. Neither weights nor pictures are committed, only numbers and the crops' checksums.

real-features.json: of relu1_1 to relu5_1 of each crop the shape, mean, standard deviation (over all channels and positions)
and eight entries, evenly spaced in [C, h, w]. real-losses.json: as losses.json, without gradients; the canvas is the mean of
photo and painting. Formulas are those of losses.py, with real weights in place of its seeded ones.

Run: python tests/references/real_features.py && npx prettier --write tests/references/real-*.json
Made with PyTorch 2.15.0 and Python 3.11 on Linux x64.
"""

import json
import pathlib
import struct
import subprocess
import tempfile

import numpy as np
import torch

import losses

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parent.parent
TAPS = [f"relu{block}_1" for block in range(1, 6)]


def real_weights():
    """A safetensors file: the length of its header, the header as JSON, the data."""
    content = (ROOT.parent / "shared/weights/vgg16.safetensors").read_bytes()
    (length,) = struct.unpack("<Q", content[:8])
    header = json.loads(content[8 : 8 + length])
    header.pop("__metadata__")
    tensors = {}
    for name, entry in header.items():
        start, end = entry["data_offsets"]
        values = np.frombuffer(content, "<f4", (end - start) // 4, 8 + length + start)
        tensors[name] = torch.tensor(values.reshape(entry["shape"]).copy())
    return tensors


def crops():
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["npx", "tsx", "tests/real/support/write-crops.ts", folder], cwd=ROOT, check=True)
        facts = json.loads((pathlib.Path(folder) / "crops.json").read_text())
        pictures = {}
        for name, fact in facts.items():
            values = np.fromfile(pathlib.Path(folder) / f"{name}.rgb", np.uint8)
            values = values.reshape(fact["heightPx"], fact["widthPx"], 3).transpose(2, 0, 1)
            # As the engine keeps them: float32.
            pictures[name] = torch.tensor((values / 255).astype(np.float32))
    return pictures, {name: fact["sha256"] for name, fact in facts.items()}


def mixed_canvas(photo, painting):
    _, height, width = photo.shape
    columns = torch.arange(width) % painting.shape[2]
    return ((photo.double() + painting[:, :height, columns].double()) / 2).float()


def describe(tap):
    flat = tap.flatten()
    indices = [(2 * i + 1) * len(flat) // 16 for i in range(8)]
    return {
        "shape": list(tap.shape),
        "mean": flat.mean().item(),
        "std": flat.std(unbiased=False).item(),
        "entries": [[index, flat[index].item()] for index in indices],
    }


def recipes():
    D = losses.DEFAULTS
    taps = {tap: 1.0 for tap in TAPS}
    content = dict(contentWeight=1.0, contentLayers={"relu4_2": 1.0})
    for normaliser in ("none", "hw", "chw"):
        for kind in ("gram", "covariance"):
            yield f"{kind}, normaliser {normaliser}", dict(D, **content, styleWeight=1.0, styleLayers=taps, statistic=kind, normaliser=normaliser)
    yield "moments", dict(D, **content, styleWeight=1.0, styleLayers=taps, statistic="moments")
    vgg = {"relu1_1": 0.75, "relu2_1": 0.188, "relu3_1": 0.047, "relu4_1": 0.0117, "relu5_1": 0.0029}
    yield "Pastiche for VGG", dict(
        D, contentWeight=0.08, contentLayers={"relu4_2": 0.1875}, styleWeight=1.0, styleLayers=vgg, statistic="moments",
    )
    yield "Gatys 2016", dict(
        D, contentWeight=1.0, contentLayers={"relu4_2": 1.0}, contentReduction="half-sum", styleWeight=1e3,
        styleLayers={tap: 0.2 for tap in TAPS}, styleReduction="sum", styleDivisor="4c2n2", pooling="average",
    )
    yield "PyTorch classic", dict(
        D, contentWeight=1.0, contentLayers={"conv4_2": 1.0}, styleWeight=1e6,
        styleLayers={"conv1_1": 1.0, "conv2_1": 0.75, "conv3_1": 0.2, "conv4_1": 0.2, "conv5_1": 0.2}, styleDivisor="chw",
    )
    yield "Keras classic", dict(
        D, contentWeight=1e7, contentLayers={"relu4_2": 1.0}, styleWeight=10.0, styleLayers={tap: 0.2 for tap in TAPS},
        normaliser="hw", tvWeight=20.0, tvForm="anisotropic-l1", tvReduction="sum",
    )


def loss_case(name, p, canvas, pictures):
    p = dict(p, network="vgg16")
    taps = lambda x: losses.features(x.double(), "vgg16", "caffe", p["pooling"])
    with torch.no_grad():
        layers = losses.objective(taps(canvas), taps(pictures["photo"]), taps(pictures["painting"]), canvas.double(), p)
    layers = {key: value.item() for key, value in layers.items()}
    parts = losses.part_sums(layers)
    return {"name": name, "parameters": p, "loss": sum(parts.values()), "parts": parts, "layers": layers}


def write(name, content):
    (HERE / name).write_text(json.dumps(content) + "\n")


if __name__ == "__main__":
    torch.set_num_threads(2)
    losses.WEIGHTS["vgg16"] = real_weights()
    pictures, checksums = crops()
    with torch.no_grad():
        found = {name: losses.features(picture.double(), "vgg16", "caffe", "max") for name, picture in pictures.items()}
    features = {name: {tap: describe(taps[tap]) for tap in TAPS} for name, taps in found.items()}
    write("real-features.json", {"crops": checksums, "features": features})
    canvas = mixed_canvas(pictures["photo"], pictures["painting"])
    write("real-losses.json", {"cases": [loss_case(name, p, canvas, pictures) for name, p in recipes()]})
