"""Makes resize.json: one plane resized by Pillow (mode F: float32), shrunk, enlarged and both at once.

The source, 23 wide and 17 high, is made of exact fractions, so that any language makes the same one:

    value(i) = ((29 i + 7) mod 64) / 64,    i = 23 y + x

Run: python tests/references/resize.py && npx prettier --write tests/references/resize.json
Made with Pillow 13.0.0 and NumPy.
"""

import json
import pathlib

import numpy as np
from PIL import Image

WIDTH, HEIGHT = 23, 17
FILTERS = {
    "bilinear": Image.Resampling.BILINEAR,
    "bicubic": Image.Resampling.BICUBIC,
    "lanczos3": Image.Resampling.LANCZOS,
}
SIZES = [(9, 7), (31, 26), (40, 6), (23, 5), (1, 1)]

index = np.arange(WIDTH * HEIGHT)
source = Image.fromarray((((29 * index + 7) % 64) / 64).astype(np.float32).reshape(HEIGHT, WIDTH))

cases = [
    {
        "filter": name,
        "widthPx": size[0],
        "heightPx": size[1],
        "values": [round(float(v), 6) for v in np.asarray(source.resize(size, resample)).ravel()],
    }
    for name, resample in FILTERS.items()
    for size in SIZES
]
path = pathlib.Path(__file__).with_suffix(".json")
path.write_text(json.dumps({"widthPx": WIDTH, "heightPx": HEIGHT, "cases": cases}))
