"""Writes dev/gatun/data/image/decode/pixels.zip: small images of many kinds, and the pixels that Pillow 12.3 reads of them.

    python pixels.py ../resources/dev/gatun/data/image/decode/pixels.zip

An entry KIND.EXT is the image, KIND.rgb its height and width (one byte each), then height x width x 3 bytes: those of
Image.open(file).convert("RGB"), but of 16 bits of grey the high byte, which Pillow does not keep.
"""
import io
import struct
import sys
import zipfile
import zlib

import numpy
from PIL import Image, ImageCms, PngImagePlugin

WIDTH, HEIGHT = 19, 13
y, x, c = numpy.meshgrid(numpy.arange(HEIGHT), numpy.arange(WIDTH), numpy.arange(4), indexing="ij")
FOUR = ((128 + 90 * numpy.sin(y / 3 + c) + 35 * numpy.cos(x / 2 - 2 * c)) % 256).astype(numpy.uint8)
RGB = Image.fromarray(FOUR[:, :, :3].copy())
RGBA = Image.fromarray(FOUR.copy())
GREY = RGB.convert("L")
CMYK = Image.frombytes("CMYK", (WIDTH, HEIGHT), FOUR.tobytes())
SWAPPED = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
red, blue = SWAPPED.find(b"rXYZ"), SWAPPED.find(b"bXYZ")
SWAPPED = bytearray(SWAPPED)
SWAPPED[red:red + 4], SWAPPED[blue:blue + 4] = b"bXYZ", b"rXYZ"
SWAPPED = bytes(SWAPPED)

entries = {}


def add(kind, data, high_byte=None):
    name, pixels = kind, high_byte
    if pixels is None:
        pixels = numpy.asarray(Image.open(io.BytesIO(data)).convert("RGB"))
    elif pixels.ndim == 2:
        pixels = numpy.repeat(pixels[:, :, None], 3, 2)
    entries[name] = data
    entries[name.rsplit(".", 1)[0] + ".rgb"] = bytes(pixels.shape[:2]) + pixels.astype(numpy.uint8).tobytes()


def save(image, format, **options):
    out = io.BytesIO()
    image.save(out, format, **options)
    return out.getvalue()


def segments(jpeg):
    """The marker segments of a JPEG in front of its scan, and the rest."""
    at, found = 2, []
    while jpeg[at + 1] != 0xDA:
        length = struct.unpack(">H", jpeg[at + 2:at + 4])[0] + 2
        found.append(jpeg[at:at + length])
        at += length
    return found, jpeg[at:]


def join(found, rest):
    return b"\xff\xd8" + b"".join(found) + rest


def without(jpeg, marker):
    found, rest = segments(jpeg)
    return join([s for s in found if s[1] != marker], rest)


def renamed(jpeg, ids):
    """Other identifiers of components, in the frame and in the scan."""
    found, rest = segments(jpeg)
    changed = []
    for s in found:
        if s[1] in (0xC0, 0xC2):
            s = bytearray(s)
            for i, id in enumerate(ids):
                s[10 + 3 * i] = id
        changed.append(bytes(s))
    rest = bytearray(rest)
    for i, id in enumerate(ids):
        rest[5 + 2 * i] = id
    return join(changed, bytes(rest))


def sampled(jpeg, factors, height, width):
    """Other sampling factors of as many blocks: a scrambled image, but a valid one of a kind that Pillow cannot write."""
    found, rest = segments(jpeg)
    return join([s[:5] + struct.pack(">HH", height, width) + s[9:11] + bytes([factors]) + s[12:]
                 if s[1] == 0xC0 else s for s in found], rest)


def adobe(jpeg, transform):
    found, rest = segments(without(without(jpeg, 0xE0), 0xEE))
    return join([b"\xff\xee\x00\x0eAdobe\x00\x64\x00\x00\x00\x00" + bytes([transform])] + found, rest)


def jpegs():
    for quality in (30, 75, 95, 100):
        add(f"jpeg-quality-{quality}.jpg", save(RGB, "JPEG", quality=quality))
    for name, sampling in (("444", "4:4:4"), ("422", "4:2:2"), ("420", "4:2:0")):
        add(f"jpeg-{name}.jpg", save(RGB, "JPEG", quality=90, subsampling=sampling))
        add(f"jpeg-progressive-{name}.jpg", save(RGB, "JPEG", quality=90, subsampling=sampling, progressive=True))
    add("jpeg-440.jpg", sampled(save(RGB, "JPEG", quality=90, subsampling="4:2:2"), 0x12, WIDTH, HEIGHT))
    add("jpeg-411.jpg", sampled(save(RGB, "JPEG", quality=90, subsampling="4:2:0"), 0x41, HEIGHT, WIDTH))
    whole = save(RGB, "JPEG", quality=90, subsampling="4:4:4")
    add("jpeg-grey.jpg", save(GREY, "JPEG", quality=90))
    add("jpeg-grey-progressive.jpg", save(GREY, "JPEG", quality=90, progressive=True))
    add("jpeg-restart.jpg", save(RGB, "JPEG", quality=90, restart_marker_blocks=1))
    add("jpeg-optimized.jpg", save(RGB, "JPEG", quality=90, optimize=True))
    add("jpeg-cmyk.jpg", save(CMYK, "JPEG", quality=95))
    add("jpeg-cmyk-no-adobe.jpg", without(save(CMYK, "JPEG", quality=95), 0xEE))
    add("jpeg-ycck.jpg", adobe(save(CMYK, "JPEG", quality=95), 2))
    add("jpeg-adobe-rgb.jpg", save(RGB, "JPEG", quality=95, keep_rgb=True))
    add("jpeg-adobe-0.jpg", adobe(whole, 0))
    add("jpeg-adobe-1.jpg", adobe(whole, 1))
    add("jpeg-no-jfif-444.jpg", without(whole, 0xE0))
    add("jpeg-no-jfif-420.jpg", without(save(RGB, "JPEG", quality=90, subsampling="4:2:0"), 0xE0))
    add("jpeg-ids-012.jpg", renamed(without(whole, 0xE0), (0, 1, 2)))
    add("jpeg-ids-rgb.jpg", renamed(without(whole, 0xE0), b"RGB"))
    add("jpeg-ids-rgb-jfif.jpg", renamed(whole, b"RGB"))
    add("jpeg-ids-ycc.jpg", renamed(without(whole, 0xE0), b"YCc"))
    add("jpeg-icc.jpg", save(RGB, "JPEG", quality=90, icc_profile=SWAPPED))
    add("jpeg-icc-bad.jpg", save(RGB, "JPEG", quality=90, icc_profile=b"no profile"))
    add("jpeg-grey-icc.jpg", save(GREY, "JPEG", quality=90, icc_profile=SWAPPED))
    exif = Image.Exif()
    exif[0x0112] = 6
    add("jpeg-orientation.jpg", save(RGB, "JPEG", quality=90, exif=exif))
    add("jpeg-trailing.jpg", whole + b"\0\0more")
    add("jpeg-comment.jpg", save(RGB, "JPEG", quality=90, comment=b"a comment"))


def chunk(type, data):
    return struct.pack(">I", len(data)) + type + data + struct.pack(">I", zlib.crc32(type + data))


ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]


def png(depth, type, samples, interlaced=False, extra=b"", filters=False):
    """A PNG of samples [height][width][channels]; Pillow writes neither all depths nor interlaced ones."""
    def rows(part):
        if part.size == 0:
            return b""
        out, last = b"", None
        for i, row in enumerate(part):
            if depth == 16:
                line = row.astype(">u2").tobytes()
            elif depth == 8:
                line = row.astype(numpy.uint8).tobytes()
            else:
                bits = "".join(format(v, f"0{depth}b") for v in row.ravel())
                bits += "0" * (-len(bits) % 8)
                line = int(bits, 2).to_bytes(len(bits) // 8, "big")
            kind = i % 5 if filters else 0
            step = max(1, depth * samples.shape[2] // 8)
            before = last if last is not None else bytes(len(line))
            out += bytes([kind]) + bytes(filtered(kind, line, before, step))
            last = line
        return out
    height, width = samples.shape[:2]
    raw = rows(samples)
    if interlaced:
        raw = b"".join(rows(samples[y0::dy, x0::dx]) for x0, y0, dx, dy in ADAM7)
    head = struct.pack(">IIBBBBB", width, height, depth, type, 0, 0, int(interlaced))
    packed = zlib.compress(raw)
    half = len(packed) // 2
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + extra + chunk(b"IDAT", packed[:half])
            + chunk(b"IDAT", packed[half:]) + chunk(b"IEND", b""))


def filtered(kind, line, before, step):
    for i, value in enumerate(line):
        a = line[i - step] if i >= step else 0
        b = before[i]
        corner = before[i - step] if i >= step else 0
        p = a + b - corner
        paeth = min((a, b, corner), key=lambda v: abs(p - v))
        yield (value - (0, a, b, (a + b) // 2, paeth)[kind]) & 255


def pngs():
    channels = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
    names = {0: "grey", 2: "rgb", 3: "palette", 4: "grey-alpha", 6: "rgba"}
    for type, depths in ((0, (1, 2, 4, 8, 16)), (2, (8, 16)), (3, (1, 2, 4, 8)), (4, (8, 16)), (6, (8, 16))):
        for depth in depths:
            full = FOUR[:, :, :channels[type]].astype(int) * 257
            if type == 2 and depth == 16:
                full = (full + 77) % 65536
            samples = full >> (16 - depth)
            palette = FOUR[:, :, :3].reshape(-1, 3)[:2 ** depth].tobytes()
            if type == 3:
                samples %= len(palette) // 3
            extra = chunk(b"PLTE", palette) if type == 3 else b""
            high = (full[:, :, 0] >> 8) if depth == 16 and type in (0, 4) else None
            for interlaced in (False, True):
                name = f"png-{names[type]}-{depth}{'-interlaced' if interlaced else ''}.png"
                add(name, png(depth, type, samples, interlaced, extra, not interlaced), high)
    grey, rgb = FOUR[:, :, :1].astype(int), FOUR[:, :, :3].astype(int)
    add("png-trns-grey.png", png(8, 0, grey, extra=chunk(b"tRNS", b"\0\x80")))
    add("png-trns-rgb.png", png(8, 2, rgb, extra=chunk(b"tRNS", b"\0\x80\0\x80\0\x80")))
    palette = chunk(b"PLTE", FOUR[:, :, :3].reshape(-1, 3)[:200].tobytes())
    add("png-trns-palette.png", png(8, 3, grey % 200, extra=palette + chunk(b"tRNS", bytes(range(100)))))
    add("png-gamma.png", png(8, 2, rgb, extra=chunk(b"gAMA", struct.pack(">I", 100000))))
    add("png-gamma-grey.png", png(8, 0, grey, extra=chunk(b"gAMA", struct.pack(">I", 100000))))
    add("png-icc.png", save(RGB, "PNG", icc_profile=SWAPPED))
    add("png-chrm.png", png(8, 2, rgb, extra=chunk(b"cHRM", struct.pack(">8I", *[31270, 32900, 15000, 6000, 30000,
                                                                                 60000, 64000, 33000]))))
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", "x" * 300, zip=True)
    add("png-text.png", save(RGB, "PNG", pnginfo=text))
    add("png-animated.png", save(RGB, "PNG", save_all=True, append_images=[RGB.rotate(180)], duration=50))


def bmp(bits, rows, palette=b"", compression=0, size=40, masks=b"", top_down=False):
    offset = 14 + size + len(masks) + len(palette)
    height = -HEIGHT if top_down else HEIGHT
    head = struct.pack("<IiiHHIIiiII", size, WIDTH, height, 1, bits, compression, len(rows), 2835, 2835,
                       len(palette) // 4, 0)
    return b"BM" + struct.pack("<IHHI", offset + len(rows), 0, 0, offset) + head + masks + palette + rows


def bmps():
    quantized = RGB.quantize(16)
    add("bmp-1.bmp", save(GREY.convert("1"), "BMP"))
    add("bmp-8-grey.bmp", save(GREY, "BMP"))
    add("bmp-8.bmp", save(quantized, "BMP"))
    add("bmp-24.bmp", save(RGB, "BMP"))
    add("bmp-32-alpha.bmp", save(RGBA, "BMP"))
    index = numpy.asarray(quantized)
    colours = numpy.array(quantized.getpalette("RGB")).reshape(-1, 3)[:16]
    palette = b"".join(bytes([b, g, r, 0]) for r, g, b in colours.tolist()).ljust(64, b"\0")
    lines = [bytes((int(a) << 4) | int(b) for a, b in zip(row[::2], list(row[1::2]) + [0])) for row in index[::-1]]
    add("bmp-4.bmp", bmp(4, b"".join(line + bytes(-len(line) % 4) for line in lines), palette))
    four = FOUR[::-1, :, [2, 1, 0, 3]]
    add("bmp-32.bmp", bmp(32, four.tobytes()))
    add("bmp-top-down.bmp", bmp(24, b"".join(row[:, [2, 1, 0]].tobytes() + bytes(3) for row in FOUR), top_down=True))
    fives = FOUR[::-1].astype(int) >> 3
    words = (fives[:, :, 0] << 10 | fives[:, :, 1] << 5 | fives[:, :, 2]).astype("<u2")
    add("bmp-16.bmp", bmp(16, b"".join(row.tobytes() + bytes(2) for row in words)))
    words = (fives[:, :, 0] << 11 | (FOUR[::-1, :, 1].astype(int) >> 2) << 5 | fives[:, :, 2]).astype("<u2")
    add("bmp-16-565.bmp", bmp(16, b"".join(row.tobytes() + bytes(2) for row in words), compression=3,
                              masks=struct.pack("<III", 0xF800, 0x7E0, 0x1F)))
    runs8, runs4 = b"", b""
    for number, row in enumerate(index[::-1].tolist()):
        if number % 2:
            for value in row:
                runs8 += bytes([1, value])
                runs4 += bytes([1, value << 4])
        else:
            runs8 += bytes([0, WIDTH]) + bytes(row) + bytes(WIDTH % 2)
            packed = bytes(a << 4 | b for a, b in zip(row[:-1:2], row[1::2]))  # of an odd number Pillow loses the last
            runs4 += bytes([0, WIDTH - 1]) + packed + bytes(len(packed) % 2) + bytes([1, row[-1] << 4])
        runs8 += b"\0\0"
        runs4 += b"\0\0"
    add("bmp-rle8.bmp", bmp(8, runs8 + b"\0\1", palette, compression=1))
    add("bmp-rle4.bmp", bmp(4, runs4 + b"\0\1", palette, compression=2))


def gifs():
    frames = [RGB.quantize(64), RGB.rotate(180).quantize(64)]
    add("gif.gif", save(frames[0], "GIF"))
    add("gif-grey.gif", save(GREY, "GIF"))
    add("gif-interlaced.gif", save(frames[0], "GIF", interlace=True))
    add("gif-animated.gif", save(frames[0], "GIF", save_all=True, append_images=frames[1:]))
    add("gif-transparent.gif", save(frames[0], "GIF", transparency=3))


def tiffs():
    for name, compression in (("", None), ("-lzw", "tiff_lzw"), ("-deflate", "tiff_adobe_deflate"),
                              ("-packbits", "packbits")):
        add(f"tiff-rgb{name}.tif", save(RGB, "TIFF", compression=compression))
        add(f"tiff-grey{name}.tif", save(GREY, "TIFF", compression=compression))
    add("tiff-bilevel.tif", save(GREY.convert("1"), "TIFF"))
    add("tiff-palette.tif", save(RGB.quantize(32), "TIFF"))
    add("tiff-rgba.tif", save(RGBA, "TIFF"))
    add("tiff-cmyk.tif", save(CMYK, "TIFF"))
    add("tiff-cmyk-lzw.tif", save(CMYK, "TIFF", compression="tiff_lzw"))
    add("tiff-jpeg.tif", save(RGB, "TIFF", compression="jpeg", quality=90))
    add("tiff-jpeg-grey.tif", save(GREY, "TIFF", compression="jpeg", quality=90))
    add("tiff-predictor.tif", save(RGB, "TIFF", compression="tiff_lzw", tiffinfo={317: 2}))
    add("tiff-big-endian.tif", big_endian())
    sixteen = FOUR[:, :, 0].astype(numpy.uint16) * 257 // 2
    add("tiff-grey-16.tif", save(Image.fromarray(sixteen), "TIFF"), sixteen >> 8)
    add("tiff-grey-16-lzw.tif", save(Image.fromarray(sixteen), "TIFF", compression="tiff_lzw"), sixteen >> 8)
    add("tiff-icc.tif", save(RGB, "TIFF", icc_profile=SWAPPED))
    add("tiff-pages.tif", save(RGB, "TIFF", save_all=True, append_images=[RGB.rotate(180)]))


def big_endian():
    """Grey, white is zero, in Motorola's order."""
    tags = [(256, 3, WIDTH), (257, 3, HEIGHT), (258, 3, 8), (259, 3, 1), (262, 3, 0), (273, 4, 8 + 2 + 9 * 12 + 4),
            (277, 3, 1), (278, 3, HEIGHT), (279, 4, WIDTH * HEIGHT)]
    directory = struct.pack(">H", len(tags))
    for tag, type, value in tags:
        directory += struct.pack(">HHI", tag, type, 1)
        directory += struct.pack(">HH", value, 0) if type == 3 else struct.pack(">I", value)
    return b"MM\0*" + struct.pack(">I", 8) + directory + bytes(4) + FOUR[:, :, 0].tobytes()


jpegs()
pngs()
bmps()
gifs()
tiffs()
with zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED) as archive:
    for name in sorted(entries):
        archive.writestr(zipfile.ZipInfo(name), entries[name], zipfile.ZIP_DEFLATED)
print(len(entries) // 2, "kinds")
