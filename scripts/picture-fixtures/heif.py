"""Puts coded pictures together as HEIF files that no encoder at hand writes: grids, turns, crops, code points of colours."""

import struct


def boxes(data, start=0, end=None):
    end = len(data) if end is None else end
    while start + 8 <= end:
        size, kind = struct.unpack(">I4s", data[start : start + 8])
        yield kind.decode(), start + 8, start + size
        start += size


def find(data, *path):
    """Content of a box by its path; "meta" is a full box."""
    start, end = 0, len(data)
    for name in path:
        start, end = next((s, e) for kind, s, e in boxes(data, start, end) if kind == name)
        if name in ("meta",):
            start += 4
    return data[start:end]


def coded(file):
    """Configuration and data of the main picture of a file with only one."""
    data = file
    config = next((find(data, "meta", "iprp", "ipco", kind) for kind in ("hvcC", "av1C") if kind.encode() in data))
    return config, find(data, "mdat")


def box(kind, *parts):
    body = b"".join(parts)
    return struct.pack(">I4s", 8 + len(body), kind.encode()) + body


def full(kind, version, flags, *parts):
    return box(kind, struct.pack(">I", version << 24 | flags), *parts)


def ispe(width, height):
    return full("ispe", 0, 0, struct.pack(">II", width, height))


def irot(quarters_counterclockwise):
    return box("irot", bytes([quarters_counterclockwise]))


def imir(axis):
    return box("imir", bytes([axis]))


def clap(width, height, x_offset, y_offset):
    return box("clap", struct.pack(">IIIIiIiI", width, 1, height, 1, x_offset, 1, y_offset, 1))


def colr_icc(profile):
    return box("colr", b"prof", profile)


def colr_nclx(primaries, transfer, matrix=6):
    return box("colr", b"nclx", struct.pack(">HHHB", primaries, transfer, matrix, 0x80))


def grid(rows, columns, width, height):
    return struct.pack(">BBBBHH", 0, 0, rows - 1, columns - 1, width, height)


def write(items, references=(), brand="heic"):
    """items: (type, data, properties); the first is the main one. references: (kind, from, to...) by position, from 1."""
    properties, association = [], b""
    for number, (_, _, own) in enumerate(items, 1):
        indices = []
        for prop in own:
            if prop not in properties:
                properties.append(prop)
            indices.append(0x80 | properties.index(prop) + 1)
        association += struct.pack(">HB", number, len(indices)) + bytes(indices)
    infos = b"".join(
        full("infe", 2, 0, struct.pack(">HH", number, 0), kind.encode(), b"\0")
        for number, (kind, _, _) in enumerate(items, 1)
    )
    refs = b"".join(
        box(kind, struct.pack(">HH", source, len(to)), *(struct.pack(">H", one) for one in to))
        for kind, source, *to in references
    )
    head = box("ftyp", brand.encode(), struct.pack(">I", 0), b"mif1", brand.encode())

    def meta(offset):
        places = b""
        for number, (_, data, _) in enumerate(items, 1):
            places += struct.pack(">HHHII", number, 0, 1, offset, len(data))
            offset += len(data)
        return full(
            "meta", 0, 0,
            full("hdlr", 0, 0, struct.pack(">I4s", 0, b"pict"), bytes(13)),
            full("pitm", 0, 0, struct.pack(">H", 1)),
            full("iloc", 0, 0, struct.pack(">HH", 0x4400, len(items)), places),
            full("iinf", 0, 0, struct.pack(">H", len(items)), infos),
            *([full("iref", 0, 0, refs)] if refs else []),
            box("iprp", box("ipco", *properties), full("ipma", 0, 0, struct.pack(">I", len(items)), association)),
        )

    start = len(head) + len(meta(0)) + 8
    return head + meta(start) + box("mdat", *(data for _, data, _ in items))
