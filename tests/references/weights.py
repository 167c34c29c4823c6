"""Small weight files as the tools themselves write them, for tests/references/weights.test.ts.

Run: python tests/references/weights.py   (numpy, h5py, torch, safetensors, onnx; versions below are printed)

Every network is VGG19 with widths 2-3-4-5-6. The numbers follow a formula that the test knows and that every number
type down to bfloat16 holds exactly: element i of tensor k is ((31 k + 17 i) mod 255 - 127) / 128.
"""

import os
from collections import OrderedDict
from pathlib import Path

import h5py
import numpy as np
import onnx
import safetensors.torch
import torch
from onnx import helper, numpy_helper

OUT = Path(__file__).parent.parent / "fixtures" / "weights"
WIDTHS = [2, 3, 4, 5, 6]
CONVS = [2, 2, 4, 4, 4]


def layers():
    """(block, index, module number in torchvision's features, kernel OIHW, bias)"""
    inputs, module, k = 3, 0, 0
    for block, (count, width) in enumerate(zip(CONVS, WIDTHS), 1):
        for index in range(1, count + 1):
            yield block, index, module, numbers(k, (width, inputs, 3, 3)), numbers(k + 1, (width,))
            inputs, module, k = width, module + 2, k + 2
        module += 1


def numbers(k, shape):
    i = np.arange(np.prod(shape))
    return (((31 * k + 17 * i) % 255 - 127) / 128).astype(np.float32).reshape(shape)


def hwio(kernel):
    return kernel.transpose(2, 3, 1, 0)


def state_dict(wrap=lambda tensor: tensor):
    state = OrderedDict()
    for _, _, module, kernel, bias in layers():
        state[f"features.{module}.weight"] = wrap(torch.from_numpy(kernel.copy()))
        state[f"features.{module}.bias"] = wrap(torch.from_numpy(bias.copy()))
    state["classifier.0.weight"] = wrap(torch.zeros(4, 6))
    return state


def keras_published(path):
    """Layout and names of the files that Keras publishes (Keras 1)."""
    with h5py.File(path, "w") as file:
        names = [f"block{block}_conv{index}" for block, index, *_ in layers()]
        file.attrs["layer_names"] = [name.encode() for name in ["input_1", *names]]
        file.create_group("input_1").attrs["weight_names"] = np.zeros(0)
        for name, (_, _, _, kernel, bias) in zip(names, layers()):
            group = file.create_group(name)
            group.attrs["weight_names"] = [f"{name}_W_1:0".encode(), f"{name}_b_1:0".encode()]
            group[f"{name}_W_1:0"] = hwio(kernel)
            group[f"{name}_b_1:0"] = bias


def keras_model(path):
    """A whole model saved by Keras 2: weights and the optimizer's state under the same names; compressed, new layout."""
    with h5py.File(path, "w", libver="latest") as file:
        for block, index, _, kernel, bias in layers():
            name = f"block{block}_conv{index}"
            group = file.create_group(f"model_weights/{name}/{name}")
            group.create_dataset("kernel:0", data=hwio(kernel).astype(np.float64), chunks=True, compression="gzip")
            group["bias:0"] = bias
        file["optimizer_weights/Adam/block1_conv1/kernel/m:0"] = np.zeros((3, 3, 3, 2), np.float32)


def onnx_model(path, tensors):
    graph = helper.make_graph([helper.make_node("Identity", ["x"], ["y"])], "vgg19", [], [], initializer=tensors)
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)]), path)


def onnx_raw(path):
    tensors = []
    for _, _, module, kernel, bias in layers():
        tensors.append(numpy_helper.from_array(kernel, f"features.{module}.weight"))
        tensors.append(numpy_helper.from_array(bias, f"features.{module}.bias"))
    # Writers sort initializers as they like.
    onnx_model(path, sorted(tensors, key=lambda tensor: tensor.name))


def onnx_typed(path):
    """Names of MXNet; numbers in float_data, double_data and, for half precision, int32_data."""
    tensors = []
    for i, (_, _, _, kernel, bias) in enumerate(layers()):
        kind = [onnx.TensorProto.FLOAT, onnx.TensorProto.FLOAT16, onnx.TensorProto.DOUBLE][i % 3]
        for name, value in [("weight", kernel), ("bias", bias)]:
            tensors.append(helper.make_tensor(f"vgg0_conv{i}_{name}", kind, value.shape, value.ravel()))
    onnx_model(path, tensors)


class Evil:
    def __reduce__(self):
        return os.system, ("touch pastiche-was-here",)


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    keras_published(OUT / "keras-published.h5")
    keras_model(OUT / "keras-model.h5")
    torch.save(state_dict(), OUT / "torch-zip.pth")
    torch.save(state_dict(), OUT / "torch-legacy.pth", _use_new_zipfile_serialization=False)
    # Parameters, half precision, a dict around the weights, an epoch beside them.
    wrapped = {"epoch": 3, "state_dict": state_dict(lambda tensor: torch.nn.Parameter(tensor.half()))}
    torch.save(wrapped, OUT / "torch-checkpoint.pth")
    # Views of one storage that are not in row-major order.
    strided = state_dict(lambda t: t.contiguous(memory_format=torch.channels_last) if t.dim() == 4 else t)
    torch.save(strided, OUT / "torch-strided.pth")
    torch.save(state_dict(lambda tensor: tensor.bfloat16()), OUT / "torch-bfloat16.pth")
    torch.save({"features.0.weight": Evil()}, OUT / "hostile.pth")
    safetensors.torch.save_file(state_dict(), OUT / "torchvision.safetensors", {"format": "pt"})
    safetensors.torch.save_file(state_dict(lambda tensor: tensor.half()), OUT / "half.safetensors")
    onnx_raw(OUT / "raw.onnx")
    onnx_typed(OUT / "typed.onnx")
    for module in (np, h5py, torch, safetensors, onnx):
        print(module.__name__, module.__version__)
    print(sum(path.stat().st_size for path in OUT.iterdir()), "bytes")


main()
