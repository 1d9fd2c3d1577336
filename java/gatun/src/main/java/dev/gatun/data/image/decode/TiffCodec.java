package dev.gatun.data.image.decode;

import java.io.IOException;
import java.nio.ByteOrder;

/**
 * Reads the first page of a TIFF: strips or tiles, uncompressed or by LZW, deflate, PackBits or JPEG; grey, palettes,
 * RGB and CMYK of whole samples. What else the format knows is refused by name.
 */
final class TiffCodec implements ImageCodec {
    @Override
    public ImageHeader header(byte[] file) throws ImageException {
        TiffDirectory tags = TiffDirectory.read(file);
        TiffLayout layout = TiffLayout.of(tags);
        long packed = 0;
        for (int i = 0; i < layout.blocks(); i++) {
            packed += layout.bytes()[i];
            if (packed > 2L * file.length) { // else a small file could be unpacked as often as it has blocks
                throw ImageException.damaged("the blocks of the TIFF overlap each other");
            }
            if (layout.offsets()[i] + layout.bytes()[i] > file.length) {
                throw ImageException.cutShort("TIFF");
            }
        }
        return header(tags, layout);
    }

    private static ImageHeader header(TiffDirectory tags, TiffLayout layout) throws ImageException {
        int channels = switch (layout.photometric()) {
            case 0, 1 -> 1;
            case TiffLayout.PALETTE -> palette(tags, layout).channels();
            default -> 3;
        };
        return new ImageHeader(layout.height(), layout.width(), channels);
    }

    /** All reds, then all greens, then all blues, of 16 bits. */
    private static Palette palette(TiffDirectory tags, TiffLayout layout) throws ImageException {
        long[] map = tags.all(TiffDirectory.COLOUR_MAP);
        int count = 1 << layout.bits();
        Palette palette = new Palette();
        for (int i = 0; i < count; i++) {
            palette.add((int) map[i] >> 8, (int) map[count + i] >> 8, (int) map[2 * count + i] >> 8);
        }
        return palette;
    }

    @Override
    public Pixels decode(byte[] file) throws IOException {
        TiffDirectory tags = TiffDirectory.read(file);
        TiffLayout layout = TiffLayout.of(tags);
        boolean cmyk = layout.photometric() == TiffLayout.CMYK;
        ImageHeader header = header(tags, layout);
        int colours = cmyk ? 4 : layout.photometric() == TiffLayout.PALETTE ? 1 : header.channels();
        byte[] samples = new byte[Math.toIntExact(header.pixels() * colours)];
        TiffBlocks blocks = new TiffBlocks(file, tags, layout);
        int high = tags.order() == ByteOrder.BIG_ENDIAN ? 0 : 1;
        for (int block = 0; block < layout.blocks(); block++) {
            int plane = block / layout.blocksOfPlane();
            int inPlane = block % layout.blocksOfPlane();
            int top = inPlane / layout.columns() * layout.blockHeight();
            int left = inPlane % layout.columns() * layout.blockWidth();
            int first = layout.planes() == 1 ? 0 : plane;
            int count = layout.planes() == 1 ? colours : 1;
            if (first >= colours) {
                continue;
            }
            byte[] data = blocks.unpack(block, layout.rowsFrom(top));
            for (int y = top; y < Math.min(top + layout.blockHeight(), layout.height()); y++) {
                int row = (y - top) * layout.rowBytes();
                for (int x = left; x < Math.min(left + layout.blockWidth(), layout.width()); x++) {
                    int to = (y * layout.width() + x) * colours + first;
                    for (int c = 0; c < count; c++) {
                        int number = (x - left) * layout.interleaved() + c;
                        samples[to + c] = (byte) sample(data, row, number, layout, high);
                    }
                }
            }
        }
        return colours(samples, tags, layout, header);
    }

    private static int sample(byte[] data, int row, int number, TiffLayout layout, int high) {
        int bits = layout.bits();
        if (bits == 16) {
            return data[row + 2 * number + high];
        }
        if (bits == 8) {
            return data[row + number];
        }
        int bit = number * bits;
        int largest = (1 << bits) - 1;
        int value = (data[row + (bit >> 3)] >> (8 - bits - (bit & 7))) & largest;
        return layout.photometric() == TiffLayout.PALETTE ? value : value * 255 / largest;
    }

    private static Pixels colours(byte[] samples, TiffDirectory tags, TiffLayout layout, ImageHeader header)
            throws ImageException {
        byte[] data = samples;
        switch (layout.photometric()) {
            case 0 -> ColourSpaces.invert(data);
            case TiffLayout.CMYK -> data = ColourSpaces.fromCmyk(samples);
            case TiffLayout.PALETTE -> {
                Palette palette = palette(tags, layout);
                data = new byte[samples.length * header.channels()];
                for (int i = 0; i < samples.length; i++) {
                    palette.put(samples[i] & 0xFF, header.channels(), data, i * header.channels());
                }
            }
            default -> {
                // grey and RGB as they are
            }
        }
        return new Pixels(header.height(), header.width(), header.channels(), data);
    }
}
