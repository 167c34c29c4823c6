"""Colour arithmetic by the definitions, in NumPy: what readers of the fixtures are compared with."""

import struct

import numpy as np

# XYZ of the primaries under D50 (Bradford), as ICC profiles of these spaces hold them.
P3 = [(0.51512, 0.2412, -0.00105), (0.29198, 0.69225, 0.04189), (0.1571, 0.06657, 0.78407)]
SRGB = [(0.43607, 0.22249, 0.01392), (0.38515, 0.71687, 0.09708), (0.14307, 0.06061, 0.7141)]


def to_linear(v):
    v = np.asarray(v, float)
    return np.where(v <= 0.04045, v / 12.92, ((v + 0.055) / 1.055) ** 2.4)


def to_srgb(v):
    v = np.clip(v, 0, 1)
    return np.where(v <= 0.0031308, v * 12.92, 1.055 * v ** (1 / 2.4) - 0.055)


def convert(linear, primaries):
    """Linear light of these primaries as encoded sRGB."""
    xyz = linear @ np.array(primaries)
    return to_srgb(xyz @ np.linalg.inv(np.array(SRGB)))


def xyz_of(xy):
    return np.array([xy[0] / xy[1], 1, (1 - xy[0] - xy[1]) / xy[1]])


def primaries_of(white, *rgb):
    """Chromaticities as XYZ under D50, by Bradford."""
    columns = np.array([xyz_of(c) for c in rgb]).T
    amounts = np.linalg.solve(columns, xyz_of(white))
    cone = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])
    scale = np.diag((cone @ [0.9642, 1, 0.8249]) / (cone @ xyz_of(white)))
    return [tuple(np.linalg.inv(cone) @ scale @ cone @ (columns[:, i] * amounts[i])) for i in range(3)]


def lab_to_srgb(lab):
    f = np.stack([(lab[..., 0] + 16) / 116 + lab[..., 1] / 500, (lab[..., 0] + 16) / 116, (lab[..., 0] + 16) / 116 - lab[..., 2] / 200], -1)
    xyz = np.where(f > 6 / 29, f**3, 3 * (6 / 29) ** 2 * (f - 4 / 29)) * [0.9642, 1, 0.8249]
    return to_srgb(xyz @ np.linalg.inv(np.array(SRGB)))


def profile(primaries, gamma=None):
    """A matrix profile; the curve of sRGB where no gamma is given."""
    def fixed(v):
        return struct.pack(">i", round(v * 65536))

    if gamma is None:
        curve = b"curv\0\0\0\0" + struct.pack(">I", 1024)
        curve += b"".join(struct.pack(">H", round(float(to_linear(i / 1023)) * 65535)) for i in range(1024))
    else:
        curve = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(gamma * 256)) + b"\0\0"
    xyz = [b"XYZ \0\0\0\0" + b"".join(map(fixed, colour)) for colour in [*primaries, (0.9642, 1, 0.8249)]]
    text = b"desc\0\0\0\0" + struct.pack(">I", 5) + b"made\0" + bytes(79)
    tags = [(b"desc", text), (b"cprt", b"text\0\0\0\0none\0\0\0\0"), (b"wtpt", xyz[3])]
    tags += [(b"rXYZ", xyz[0]), (b"gXYZ", xyz[1]), (b"bXYZ", xyz[2])] + [(b"%cTRC" % c, curve) for c in b"rgb"]
    table, body, at, placed = b"", b"", 128 + 4 + 12 * len(tags), {}
    for name, data in tags:
        if data not in placed:
            padded = data + b"\0" * (-len(data) % 4)
            placed[data] = at
            body += padded
            at += len(padded)
        table += name + struct.pack(">II", placed[data], len(data))
    head = struct.pack(">I4sI4s4s4s", at, b"none", 0x02400000, b"mntr", b"RGB ", b"XYZ ") + bytes(12) + b"acsp" + bytes(28)
    head += b"".join(map(fixed, (0.9642, 1, 0.8249)))
    return head.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + body
