"""Makes tests/fixtures/pictures: small pictures of every format that is read, and what other decoders see in them.

Needs ImageMagick, heif-enc and heif-convert (libheif-examples), cjxl and djxl (libjxl-tools), exiftool, and in Python Pillow,
pillow-heif, tifffile, imagecodecs and NumPy. The versions that made the committed files are in tests/fixtures/pictures/fixtures.json.

    python3 scripts/picture-fixtures/make.py
"""

import io
import json
import pathlib
import struct
import subprocess
import tempfile
import zlib

import bitmaps
import colours
import heif
import imagecodecs
import numpy as np
import pillow_heif
import PIL
import tifffile
from PIL import Image, ImageCms

pillow_heif.register_heif_opener()
root = pathlib.Path(__file__).parents[2] / "tests/fixtures/pictures"
work = pathlib.Path(tempfile.mkdtemp())
listed = []


def run(*command):
    return subprocess.run([str(part) for part in command], check=True, capture_output=True, text=True).stdout


def picture(width=48, height=32):
    """Ramps and saturated patches, in [0, 1]."""
    y, x = np.mgrid[0:height, 0:width]
    ramps = np.stack([x / (width - 1), y / (height - 1), (x + y) / (width + height - 2)], -1)
    patches = [(1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 0.5, 0), (0.9, 0.9, 0.1), (0.5, 0.5, 0.5)]
    for i, colour in enumerate(patches):
        ramps[height // 2 :, i * width // 6 : (i + 1) * width // 6] = colour
    return ramps


shape = picture()
eight = np.round(shape * 255).astype(np.uint8)
sixteen = np.round(shape * 65535).astype(np.uint16)
fade = np.round(np.linspace(0, 255, 48)).astype(np.uint8)[None, :].repeat(32, 0)
rgba = np.dstack([eight, fade])
grey = np.round(shape.mean(-1) * 255).astype(np.uint8)
p3 = colours.profile(colours.P3)


def keep(name, data, seen=None, kind=None, by="", tolerance=2, **facts):
    """seen: what another decoder reads, as shares in [0, 1] or 8 or 16 bits, in sRGB; without it, the file is to be refused."""
    (root / name).write_bytes(data)
    entry = {"file": name, "format": kind or name.split(".")[-1], **facts}
    if seen is not None:
        if seen.dtype.kind == "f":
            seen = np.round(np.clip(seen, 0, 1) * 65535).astype(np.uint16)
        if seen.ndim == 2:
            seen = np.dstack([seen] * 3)
        (root / "seen").mkdir(exist_ok=True)
        (root / "seen" / f"{name}.png").write_bytes(imagecodecs.png_encode(np.ascontiguousarray(seen), level=9))
        entry.update(by=by, tolerance=tolerance)
    listed.append(entry)


def encode(pixels, suffix=".heic", **options):
    """By pillow-heif."""
    deep = pixels.dtype == np.uint16
    mode = {2: "L", 3: "RGB", 4: "RGBA"}[pixels.shape[2] if pixels.ndim == 3 else 2] + (";16" if deep else "")
    image = pillow_heif.from_bytes(mode=mode, size=pixels.shape[1::-1], data=pixels.tobytes())
    out = io.BytesIO()
    pillow_heif.options.SAVE_HDR_TO_12_BIT = False
    image.save(out, quality=90, **options)
    return out.getvalue()


def heif_convert(data):
    (work / "in.heic").write_bytes(data)
    for old in work.glob("out*.png"):
        old.unlink()
    run("heif-convert", work / "in.heic", work / "out.png")
    found = sorted(work.glob("out*.png"))[0]
    return imagecodecs.png_decode(found.read_bytes())


def in_srgb(pixels, profile):
    """By Little CMS."""
    image = Image.fromarray(pixels)
    return np.asarray(ImageCms.profileToProfile(image, io.BytesIO(profile), ImageCms.createProfile("sRGB")))


def exif(orientation):
    tags = Image.Exif()
    tags[0x010F], tags[0x0112], tags[0x0110] = "Acme", orientation, "Box 1"
    tags.get_ifd(0x8769)[0x9003] = "2026:01:02 03:04:05"
    gps = tags.get_ifd(0x8825)
    gps[1], gps[2] = "N", (51.0, 30.0, 7.0)
    return tags.tobytes()


def make_heic():
    by = "heif-convert"
    plain = encode(eight)
    keep("plain.heic", plain, heif_convert(plain), by=by)
    data = encode(rgba)
    keep("alpha.heic", data, heif_convert(data), by=by, alpha=True)
    data = encode(grey)
    keep("grey.heic", data, heif_convert(data), by=by)
    data = encode(eight, exif=exif(1))
    keep("exif.heic", data, heif_convert(data), by=by, exif=True)
    deep = encode(sixteen)
    keep("ten-bits.heic", deep, heif_convert(deep), by=by, bits=16)
    deep = encode(sixteen, chroma=422)
    keep("ten-bits.hif", deep, heif_convert(deep), kind="heic", by=by, bits=16)

    # Of a size that the encoder need not fill up.
    config, data = heif.coded(encode(np.round(picture(64, 64) * 255).astype(np.uint8)))
    hvcc, size = heif.box("hvcC", config), heif.ispe(64, 64)
    stored = heif_convert(heif.write([("hvc1", data, [hvcc, size])]))
    profiled = heif.write([("hvc1", data, [hvcc, size, heif.colr_icc(p3)])])
    keep("display-p3.heic", profiled, in_srgb(stored, p3), by=f"{by}, Little CMS", tolerance=3)
    points = heif.write([("hvc1", data, [hvcc, size, heif.colr_nclx(12, 13)])])
    wide = colours.convert(colours.to_linear(heif_convert(points) / 255), colours.P3)
    keep("display-p3-nclx.heic", points, wide, by=f"{by}, NumPy", tolerance=3)
    # Says twice that it is turned: it is turned once.
    payload = struct.pack(">I", 0) + exif(6).removeprefix(b"Exif\0\0")
    turned = heif.write(
        [("hvc1", data, [hvcc, size, heif.irot(3)]), ("Exif", payload, [])], references=[("cdsc", 2, 1)]
    )
    keep("turned.heic", turned, np.rot90(stored, -1), by=f"{by}, turned by NumPy", exif=True)
    mirrored = heif.write([("hvc1", data, [hvcc, size, heif.irot(1), heif.imir(1)])])
    keep("mirrored.heic", mirrored, heif_convert(mirrored), by=by)
    cropped = heif.write([("hvc1", data, [hvcc, size, heif.clap(30, 20, 1, -2)])])
    keep("cropped.heic", cropped, heif_convert(cropped), by=by)

    tiles = [encode(np.ascontiguousarray(tile)) for tile in quarters(picture(128, 128))]
    parts = [heif.coded(tile) for tile in tiles]
    tile = [heif.box("hvcC", parts[0][0]), heif.ispe(64, 64)]
    items = [("grid", heif.grid(2, 2, 120, 100), [heif.ispe(120, 100), heif.colr_icc(p3), heif.irot(3)])]
    items += [("hvc1", data, tile) for _, data in parts]
    whole = heif.write(items, references=[("dimg", 1, 2, 3, 4, 5)])
    keep("grid.heic", whole, in_srgb(np.ascontiguousarray(heif_convert(whole)), p3), by=f"{by}, Little CMS", tolerance=3)

    run("convert", "-size", "48x32", "gradient:red-blue", f"PNG24:{work}/a.png")
    run("heif-enc", "-A", work / "a.png", "-o", work / "a.avif")
    avif = (work / "a.avif").read_bytes()
    keep("plain.avif", avif, heif_convert(avif), by=by, tolerance=3)
    keep("av1.heif", avif.replace(b"ftypavif", b"ftypmif1", 1), heif_convert(avif), kind="avif", by=by, tolerance=3)
    jpeg = io.BytesIO()
    Image.fromarray(eight).save(jpeg, "JPEG")
    keep("jpeg.heif", heif.write([("jpeg", jpeg.getvalue(), [size])], brand="mif1"), kind="heic",
         refused="a HEIF picture coded as JPEG")


def quarters(image):
    whole = np.round(image * 255).astype(np.uint8)
    return [whole[y : y + 64, x : x + 64] for y in (0, 64) for x in (0, 64)]


def jxl(name, pixels, *options, profile=None, tags=None, **facts):
    source = work / "in.png"
    source.write_bytes(imagecodecs.png_encode(pixels))
    if profile:
        image = Image.open(source)
        image.save(source, icc_profile=profile)
    if tags:
        source = work / "in.jpg"
        Image.fromarray(pixels).save(source, quality=95, subsampling=0, exif=tags)
    run("cjxl", *options, source, work / "out.jxl")
    run("djxl", work / "out.jxl", work / "seen.png")
    seen = imagecodecs.png_decode((work / "seen.png").read_bytes())
    if profile:
        seen = in_srgb(seen, Image.open(work / "seen.png").info["icc_profile"])
    keep(name, (work / "out.jxl").read_bytes(), seen, by="djxl, Little CMS" if profile else "djxl", **facts)


def make_jxl():
    jxl("lossless.jxl", eight, "-d", "0")
    # Versions of the decoder differ in a few pixels of lossy pictures.
    jxl("lossy-container.jxl", eight, "-d", "1", "--container=1", tolerance=8)
    jxl("alpha.jxl", rgba, "-d", "0", alpha=True)
    jxl("grey.jxl", grey, "-d", "0")
    jxl("deep.jxl", sixteen, "-d", "0")
    jxl("display-p3.jxl", eight, "-d", "0", profile=p3, tolerance=3)
    jxl("turned.jxl", eight, tags=exif(6), exif=True, tolerance=8)


def bmp(name, data, tolerance=0, seen=None, by="Pillow", **facts):
    keep(name, data, np.asarray(Image.open(io.BytesIO(data)).convert("RGB")) if seen is None else seen, by=by, tolerance=tolerance, **facts)


def make_bmp():
    # Odd sides: lines of every depth have to be filled up.
    small = eight[:31, :47]
    height, width = small.shape[:2]
    for colours_in, bits in ((2, 1), (16, 4), (200, 8)):
        image = Image.fromarray(small).quantize(colours_in)
        table = [tuple(image.getpalette()[3 * i : 3 * i + 3]) for i in range(len(image.getpalette()) // 3)]
        indices = np.asarray(image)
        colour_count = {"colours": len(table)}
        bmp(f"{bits}-bit.bmp", bitmaps.file(bitmaps.info(width, height, bits, **colour_count), bitmaps.palette(table), bitmaps.packed(indices, bits)))
        if bits > 1:
            run_lengths = bitmaps.info(width, height, bits, compression=2 if bits == 4 else 1, **colour_count)
            bmp(f"rle{bits}.bmp", bitmaps.file(run_lengths, bitmaps.palette(table), bitmaps.run_lengths(indices, bits)))
    full = (table + [(0, 0, 0)] * 256)[:256]
    bmp("os2-8-bit.bmp", bitmaps.file(bitmaps.core(width, height, 8), bitmaps.palette(full, 3), bitmaps.packed(indices, 8)))
    rows24 = bitmaps.rows(line[:, ::-1].tobytes() for line in small[::-1])
    bmp("24-bit.bmp", bitmaps.file(bitmaps.info(width, height, 24), b"", rows24))
    bmp("os2-24-bit.bmp", bitmaps.file(bitmaps.core(width, height, 24), b"", rows24))
    upside = bitmaps.rows(line[:, ::-1].tobytes() for line in small)
    bmp("top-down.bmp", bitmaps.file(bitmaps.info(width, -height, 24), b"", upside))
    five = bitmaps.words(small, (10, 5, 0), (5, 5, 5), np.uint16)
    bmp("16-bit.bmp", bitmaps.file(bitmaps.info(width, height, 16), b"", five), tolerance=1)
    six = bitmaps.words(small, (11, 5, 0), (5, 6, 5), np.uint16)
    masked = bitmaps.info(width, height, 16, compression=3) + struct.pack("<III", 0xF800, 0x7E0, 0x1F)
    bmp("565.bmp", bitmaps.file(masked, b"", six), tolerance=1)
    see = rgba[:31, :47]
    order = bitmaps.words(see, (16, 8, 0, 24), (8, 8, 8, 8), np.uint32)
    # The fourth byte of an ordinary 32-bit bitmap means nothing.
    bmp("32-bit.bmp", bitmaps.file(bitmaps.info(width, height, 32), b"", order))
    masks = (0xFF0000, 0xFF00, 0xFF, 0xFF000000)
    for size, label in ((108, "v4"), (124, "v5")):
        header = bitmaps.info(width, height, 32, compression=3, size=size, masks=masks, tail=b"BGRs")
        data = bitmaps.file(header, b"", order)
        bmp(f"{label}-alpha.bmp", data, seen=np.asarray(Image.open(io.BytesIO(data)).convert("RGBA")), alpha=True)
    header = bitmaps.info(width, height, 32, compression=3, size=124, masks=masks, tail=b"BGRs")
    bmp("v5-empty-alpha.bmp", bitmaps.file(header, b"", bitmaps.words(small, (16, 8, 0), (8, 8, 8), np.uint32)), seen=small, by="NumPy")

    keep("around-png.bmp", bitmaps.file(bitmaps.info(width, height, 0, compression=5), b"", b"\x89PNG"), refused="a BMP file around a PNG picture")


def tiff(pixels, **options):
    out = io.BytesIO()
    tifffile.imwrite(out, pixels, metadata=None, software=False, **options)
    return out.getvalue()


def magick(data):
    (work / "in.tif").write_bytes(data)
    run("convert", work / "in.tif", "-depth", "16", "-colorspace", "sRGB", f"PNG48:{work}/seen.png")
    return imagecodecs.png_decode((work / "seen.png").read_bytes())


def make_tiff():
    floats = shape.astype(np.float32)
    planes = np.ascontiguousarray(floats.transpose(2, 0, 1))
    rgb = {"photometric": "rgb"}
    data = tiff(floats, planarconfig="contig", **rgb)
    keep("float.tif", data, magick(data), by="ImageMagick", bits=16)
    data = tiff(planes, planarconfig="separate", **rgb)
    keep("float-planar.tif", data, magick(data), by="ImageMagick", bits=16)
    data = tiff(floats, planarconfig="contig", iccprofile=colours.profile(colours.SRGB), **rgb)
    keep("float-srgb.tif", data, shape, by="tifffile", bits=16)
    data = tiff(colours.to_linear(floats).astype(np.float32), planarconfig="contig", iccprofile=colours.profile(colours.SRGB, gamma=1), **rgb)
    keep("float-linear.tif", data, shape, by="tifffile, NumPy", bits=16)
    data = tiff(floats, planarconfig="contig", iccprofile=p3, **rgb)
    keep("float-display-p3.tif", data, colours.convert(colours.to_linear(shape), colours.P3), by="tifffile, NumPy", bits=16)
    data = tiff(floats.astype(np.float16), planarconfig="contig", **rgb)
    keep("half-float.tif", data, shape, by="tifffile", bits=16)
    wide = np.round(shape * 4294967295).astype(np.uint32)
    data = tiff(np.ascontiguousarray(wide.transpose(2, 0, 1)), planarconfig="separate", **rgb)
    keep("32-bit-planar.tif", data, magick(data), by="ImageMagick", bits=16)
    data = tiff(np.ascontiguousarray(sixteen.transpose(2, 0, 1)), planarconfig="separate", **rgb)
    keep("16-bit-planar.tif", data, magick(data), by="ImageMagick", bits=16)
    data = tiff(sixteen, planarconfig="contig", iccprofile=p3, compression="deflate", predictor=True, **rgb)
    keep("16-bit-display-p3.tif", data, colours.convert(colours.to_linear(shape), colours.P3), by="NumPy", bits=16)
    data = tiff(rgba, planarconfig="contig", extrasamples=["unassalpha"], compression="lzw", **rgb)
    keep("alpha.tif", data, rgba, by="tifffile", alpha=True, tolerance=0)
    data = tiff(eight, planarconfig="contig", bigtiff=True, tile=(16, 16), **rgb)
    keep("tiled-big.tif", data, eight, by="tifffile", tolerance=0)
    lab = np.stack([shape[..., 0] * 100, shape[..., 1] * 160 - 80, shape[..., 2] * 160 - 80], -1)
    stored = np.stack([lab[..., 0] * 2.55, lab[..., 1] % 256, lab[..., 2] % 256], -1).round().astype(np.uint8)
    data = tiff(stored, photometric="cielab", planarconfig="contig")
    # Pillow and Little CMS go through a coarse table here, ImageMagick takes daylight for the white of Lab.
    as_read = np.stack([stored[..., 0] / 2.55, stored.astype(np.int8)[..., 1], stored.astype(np.int8)[..., 2]], -1)
    keep("lab-8-bit.tif", data, colours.lab_to_srgb(as_read), by="tifffile, NumPy")
    deep = np.stack([lab[..., 0] * 655.35, (lab[..., 1] * 256) % 65536, (lab[..., 2] * 256) % 65536], -1).round().astype(np.uint16)
    data = tiff(deep, photometric="cielab", planarconfig="contig", compression="deflate")
    keep("lab-16-bit.tif", data, colours.lab_to_srgb(lab), by="tifffile, NumPy", bits=16)
    icc = np.stack([lab[..., 0] * 2.55, lab[..., 1] + 128, lab[..., 2] + 128], -1).round().astype(np.uint8)
    data = tiff(icc, photometric="icclab", planarconfig="contig")
    as_read = np.stack([icc[..., 0] / 2.55, icc[..., 1] - 128.0, icc[..., 2] - 128.0], -1)
    keep("icclab.tif", data, colours.lab_to_srgb(as_read), by="tifffile, NumPy")
    for compression, called in (("zstd", "Zstandard"), ("lzma", "LZMA"), ("jpeg2000", "JPEG 2000"), ("jpegxl", "JPEG XL")):
        data = tiff(eight, compression=compression, **rgb)
        keep(f"{compression}.tif", data, refused=f"a TIFF picture with {called} compression", kind="tif")
    keep("old-jpeg.tif", tiff(eight, compression="jpeg", photometric="ycbcr").replace(struct.pack("<HHII", 259, 3, 1, 7), struct.pack("<HHII", 259, 3, 1, 6)),
         refused="a TIFF picture with old-style JPEG compression")
    keep("signed.tif", tiff((shape * 32767).astype(np.int16), planarconfig="contig", **rgb), refused="a TIFF picture of signed numbers")
    keep("float-grey.tif", tiff(floats[..., 0], photometric="minisblack"), refused="a TIFF picture whose grey is in floating-point numbers")


def png(pixels, *chunks):
    """Chunks (name, data) right behind the header."""
    data = imagecodecs.png_encode(pixels, level=9)
    extra = b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    )
    return data[:33] + extra + data[33:]


def make_png():
    def gama(value):
        return b"gAMA", struct.pack(">I", round(value * 1e5))

    p3_xy = [(0.3127, 0.329), (0.68, 0.32), (0.265, 0.69), (0.15, 0.06)]
    wide_xy = [(0.3457, 0.3585), (0.7347, 0.2653), (0.1596, 0.8404), (0.0366, 0.0001)]
    chrm = lambda xy: (b"cHRM", b"".join(struct.pack(">II", round(x * 1e5), round(y * 1e5)) for x, y in xy))
    by = "the PNG specification in NumPy"
    keep("gama-linear.png", png(eight, gama(1)), colours.to_srgb(eight / 255), by=by)
    keep("gama-18.png", png(sixteen, gama(1 / 1.8)), colours.to_srgb(shape**1.8), by=by, bits=16)
    keep("gama-grey.png", png(grey, gama(1)), colours.to_srgb(grey / 255), by=by)
    keep("gama-usual.png", png(eight, gama(0.45455)), eight, by=by, tolerance=0)
    keep("gama-chrm.png", png(eight, gama(1 / 1.8), chrm(wide_xy)), colours.convert((eight / 255) ** 1.8, colours.primaries_of(*wide_xy)), by=by, tolerance=3)
    keep("chrm.png", png(eight, chrm(p3_xy)), colours.convert(colours.to_linear(eight / 255), colours.P3), by=by)
    keep("srgb-before-gama.png", png(eight, gama(1), (b"sRGB", b"\0")), eight, by=by, tolerance=0)
    icc = (b"iCCP", b"p\0\0" + zlib.compress(p3))
    keep("iccp-before-gama.png", png(eight, gama(1), icc), in_srgb(eight, p3), by="Little CMS", tolerance=3)
    cicp = (b"cICP", bytes([12, 13, 0, 1]))
    keep("cicp-before-all.png", png(eight, cicp, gama(1), (b"sRGB", b"\0")), colours.convert(colours.to_linear(eight / 255), colours.P3), by=by)
    keep("alpha.png", png(rgba), rgba, by=by, alpha=True, tolerance=0)


def make_jpeg():
    def pillow(data):
        return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))

    out = io.BytesIO()
    Image.fromarray(eight).save(out, "JPEG", quality=95, subsampling=0, exif=exif(6))
    keep("turned.jpg", out.getvalue(), np.rot90(pillow(out.getvalue()), -1), kind="jpeg", by="Pillow", exif=True)
    out = io.BytesIO()
    Image.fromarray(eight).save(out, "MPO", save_all=True, append_images=[Image.fromarray(eight[::-1])], quality=95)
    keep("stereo.mpo", out.getvalue(), pillow(out.getvalue()), kind="jpeg", by="Pillow")
    out = io.BytesIO()
    Image.fromarray(eight).convert("CMYK").save(out, "JPEG", quality=95)
    (work / "in.ppm").write_bytes(b"P6 48 32 255\n" + eight.tobytes())
    run("cjpeg", "-arithmetic", "-quality", "95", "-outfile", work / "a.jpg", work / "in.ppm")
    run("djpeg", "-outfile", work / "a.ppm", work / "a.jpg")
    seen = np.frombuffer((work / "a.ppm").read_bytes()[-eight.size :], np.uint8).reshape(eight.shape)
    keep("arithmetic.jpg", (work / "a.jpg").read_bytes(), seen, kind="jpeg", by="djpeg", tolerance=3)
    keep("12-bit.jpg", imagecodecs.jpeg_encode(eight.astype(np.uint16) * 16, bitspersample=12), kind="jpeg", refused="a 12-bit JPEG")
    keep("jpeg-ls.jpg", imagecodecs.jpegls_encode(eight), kind="jpeg", refused="a JPEG-LS picture")


def make_webp_and_gif():
    for name, options in (("plain.webp", {"lossless": True}), ("plain.gif", {})):
        out = io.BytesIO()
        Image.fromarray(eight).save(out, name.split(".")[1], **options)
        keep(name, out.getvalue(), np.asarray(Image.open(io.BytesIO(out.getvalue())).convert("RGB")), by="Pillow", tolerance=0)
    out = io.BytesIO()
    Image.fromarray(rgba).save(out, "webp", lossless=True, exact=True, exif=exif(1))
    keep("alpha.webp", out.getvalue(), rgba, by="Pillow", alpha=True, exif=True, tolerance=0)


def saved(image, kind, **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def seen_by_pillow(data, mode="RGB"):
    return np.asarray(Image.open(io.BytesIO(data)).convert(mode))


def make_rest():
    """What the table of docs/picture-formats.md says beyond the above."""
    by = "Pillow"
    data = saved(Image.fromarray(rgba), "AVIF", quality=90, subsampling="4:4:4", exif=exif(1))
    keep("alpha.avif", data, seen_by_pillow(data, "RGBA"), by=by, alpha=True, exif=True, tolerance=4)
    data = imagecodecs.avif_encode(sixteen >> 6, bitspersample=10, level=90)
    seen = imagecodecs.avif_decode(data).astype(float) / 1023
    keep("ten-bits.avif", data, seen, by="libavif", bits=16, tolerance=4)
    data = saved(Image.fromarray(eight), "PNG", exif=exif(1))
    keep("exif.png", data, seen_by_pillow(data), by=by, exif=True, tolerance=0)
    data = saved(Image.fromarray(eight), "PNG", save_all=True, append_images=[Image.fromarray(eight[::-1])])
    keep("animated.apng", data, eight, kind="png", by=by, tolerance=0)
    data = saved(Image.fromarray(eight), "TIFF", exif=exif(1))
    keep("exif.tif", data, seen_by_pillow(data), by=by, exif=True, tolerance=0)
    data = saved(Image.fromarray(eight), "WEBP", lossless=True, save_all=True, append_images=[Image.fromarray(eight[::-1])])
    keep("animated.webp", data, seen_by_pillow(data), by=by, tolerance=0)
    clear = rgba.copy()
    clear[..., 3] = np.where(fade > 127, 255, 0)
    data = saved(Image.fromarray(clear), "GIF")
    seen = seen_by_pillow(data, "RGBA").copy()
    keep("alpha.gif", data, seen, by=by, alpha=True, tolerance=0)
    run("convert", "-delay", "10", "-size", "32x24", "xc:red", "xc:blue", f"{work}/frames.gif")
    run("cjxl", work / "frames.gif", work / "frames.jxl", "-d", "0")
    keep("animated.jxl", (work / "frames.jxl").read_bytes(), np.full((24, 32, 4), (255, 0, 0, 255), np.uint8), by="the definition", alpha=True, tolerance=0)


def versions():
    first = lambda text: text.splitlines()[0].strip()
    return {
        "ImageMagick": first(run("convert", "-version")).split()[2],
        "libheif (heif-convert)": first(subprocess.run(["heif-enc", "--help"], capture_output=True, text=True).stderr or run("dpkg-query", "-W", "libheif1")).split()[-1],
        "libjxl (cjxl, djxl)": first(run("cjxl", "--version")).split()[1],
        "Pillow": PIL.__version__,
        "pillow-heif": pillow_heif.__version__,
        "Little CMS": ImageCms.core.littlecms_version,
        "tifffile": tifffile.__version__,
        "imagecodecs": imagecodecs.__version__,
        "NumPy": np.__version__,
    }


for make in (make_heic, make_jxl, make_bmp, make_tiff, make_png, make_jpeg, make_webp_and_gif, make_rest):
    make()
(root / "fixtures.json").write_text(json.dumps({"madeWith": versions(), "pictures": listed}, indent=2) + "\n")
