"""Holds ONNX files against the specification: the checker of the `onnx` package with strict shape inference.

Needs Python with `onnx` (pip install onnx). The graphs of the gradient tests are written out and checked by

    PASTICHE_EXPORT_GRAPHS=/tmp/graphs npx vitest run tests/gradients.test.ts src/engine/autodiff
    python scripts/check-onnx.py /tmp/graphs/*.onnx

Prints each file that fails with the reason, then a summary; the exit code is 1 where any failed. Sides that shape
inference finds are compared with the sides that the graph declares for its outputs: two numbers must be equal.
"""

import sys

import onnx


def declared_sides(value):
    return [
        side.dim_value if side.HasField("dim_value") else side.dim_param
        for side in value.type.tensor_type.shape.dim
    ]


def contradictions(declared, inferred):
    """Outputs for which the graph says one number and shape inference another."""
    found = {value.name: declared_sides(value) for value in inferred.graph.output}
    for value in declared.graph.output:
        pairs = zip(declared_sides(value), found[value.name])
        if any(isinstance(a, int) and isinstance(b, int) and a != b for a, b in pairs):
            yield f"{value.name}: declared {declared_sides(value)}, inferred {found[value.name]}"


def undeclared(model):
    """The model without the sides of its outputs, so that inference has to find them by itself."""
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    for value in copy.graph.output:
        value.type.tensor_type.ClearField("shape")
    return copy


def check(path):
    """The faults of one file; external weights are looked for beside it."""
    try:
        onnx.checker.check_model(path, full_check=True)
        model = onnx.load(path, load_external_data=False)
        onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True, data_prop=True)
        inferred = onnx.shape_inference.infer_shapes(undeclared(model), strict_mode=True, data_prop=True)
        return list(contradictions(model, inferred))
    except (onnx.checker.ValidationError, onnx.shape_inference.InferenceError) as error:
        return [str(error)]


def main(paths):
    if not paths:
        sys.exit("usage: check-onnx.py FILE.onnx …")
    operators, failed = set(), 0
    for path in paths:
        faults = check(path)
        failed += bool(faults)
        for fault in faults:
            print(f"{path}: {fault}")
        operators |= {node.op_type for node in onnx.load(path, load_external_data=False).graph.node}
    print(f"{len(paths)} files, {failed} failed; operators: {' '.join(sorted(operators))}")
    sys.exit(1 if failed else 0)


main(sys.argv[1:])
