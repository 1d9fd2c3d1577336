"""Writes dev/gatun/data/resize.txt: what torchvision 0.28 with Pillow makes of images.

    python resize.py > ../resources/dev/gatun/data/resize.txt

A line "HEIGHT WIDTH CHANNELS SIZE PIXELS" has the pixels, in hexadecimal digits, after Resize(SIZE) and CenterCrop(SIZE).
The image is a formula of row, column and channel, see `image`.
"""
import numpy
from PIL import Image
from torchvision.transforms import CenterCrop, Compose, Resize


def image(height, width, channels):
    y, x, c = numpy.meshgrid(numpy.arange(height), numpy.arange(width), numpy.arange(channels), indexing="ij")
    return ((y * 7 + x * 13 + c * 29 + x * y % 17 * 11) % 256).astype(numpy.uint8)


for height, width, channels, size in [(37, 23, 3, 16), (20, 51, 1, 8), (5, 9, 3, 12), (16, 16, 3, 16), (63, 48, 3, 13),
                                      (1, 7, 1, 3), (9, 4, 1, 5)]:
    pixels = image(height, width, channels)
    picture = Image.fromarray(pixels if channels == 3 else pixels[:, :, 0])
    made = numpy.asarray(Compose([Resize(size), CenterCrop(size)])(picture))
    print(height, width, channels, size, made.tobytes().hex())
