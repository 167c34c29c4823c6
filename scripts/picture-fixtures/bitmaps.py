"""Bitmaps of the kinds that no program at hand writes any more."""

import struct

import numpy as np


def file(header, palette, pixels):
    offset = 14 + len(header) + len(palette)
    return struct.pack("<2sIHHI", b"BM", offset + len(pixels), 0, 0, offset) + header + palette + pixels


def info(width, height, bits, compression=0, size=40, masks=(), colours=0, tail=b""):
    base = struct.pack("<IiiHHIIiiII", size, width, height, 1, bits, compression, 0, 2835, 2835, colours, 0)
    body = base + b"".join(struct.pack("<I", mask) for mask in masks)
    return (body + tail).ljust(size, b"\0") if size > 40 else body


def core(width, height, bits):
    return struct.pack("<IHHHH", 12, width, height, 1, bits)


def rows(lines):
    """Each line is filled up to a multiple of four bytes."""
    return b"".join(line + b"\0" * (-len(line) % 4) for line in lines)


def packed(indices, bits):
    """Indices of each line, most significant first; bottom line first."""
    per_byte = 8 // bits
    lines = []
    for line in indices[::-1]:
        padded = np.append(line, np.zeros(-len(line) % per_byte, np.uint8)).reshape(-1, per_byte)
        shifts = np.arange(8 - bits, -1, -bits)
        lines.append((padded.astype(int) << shifts).sum(1).astype(np.uint8).tobytes())
    return rows(lines)


def run_lengths(indices, bits):
    """Runs, single indices and a step over two pixels, as RLE8 or RLE4."""
    out = bytearray()
    for line in indices[::-1]:
        x = 0
        while x < len(line):
            run = 1
            while x + run < len(line) and line[x + run] == line[x] and run < 200:
                run += 1
            if run >= 3 or x + 5 > len(line):
                value = int(line[x])
                out += bytes([run, value if bits == 8 else value * 17])
                x += run
                continue
            singles = [int(v) for v in line[x : x + 5]]
            if bits == 8:
                data = bytes(singles)
            else:
                nibbles = singles + [0]
                data = bytes(nibbles[i] << 4 | nibbles[i + 1] for i in range(0, 6, 2))
            out += bytes([0, 5]) + data + b"\0" * (len(data) % 2)
            x += 5
        out += b"\0\0"
    return bytes(out + b"\0\1")


def palette(colours, entry_bytes=4):
    return b"".join(bytes([b, g, r]) + b"\0" * (entry_bytes - 3) for r, g, b in colours)


def words(rgb, shifts, widths, dtype):
    """Channels of 8 bits, cut to their widths and moved to their places; bottom line first."""
    out = np.zeros(rgb.shape[:2], dtype)
    for channel, (shift, width) in enumerate(zip(shifts, widths)):
        out |= (rgb[..., channel].astype(dtype) >> (8 - width)) << shift
    return rows(line.astype(np.dtype(dtype).newbyteorder("<")).tobytes() for line in out[::-1])
