package dev.gatun.data.image.decode;

import static dev.gatun.data.image.decode.TiffDirectory.BITS;
import static dev.gatun.data.image.decode.TiffDirectory.COMPRESSION;
import static dev.gatun.data.image.decode.TiffDirectory.FILL_ORDER;
import static dev.gatun.data.image.decode.TiffDirectory.HEIGHT;
import static dev.gatun.data.image.decode.TiffDirectory.PHOTOMETRIC;
import static dev.gatun.data.image.decode.TiffDirectory.PLANAR;
import static dev.gatun.data.image.decode.TiffDirectory.PREDICTOR;
import static dev.gatun.data.image.decode.TiffDirectory.ROWS_PER_STRIP;
import static dev.gatun.data.image.decode.TiffDirectory.SAMPLES;
import static dev.gatun.data.image.decode.TiffDirectory.SAMPLE_FORMAT;
import static dev.gatun.data.image.decode.TiffDirectory.STRIP_BYTES;
import static dev.gatun.data.image.decode.TiffDirectory.STRIP_OFFSETS;
import static dev.gatun.data.image.decode.TiffDirectory.TILE_BYTES;
import static dev.gatun.data.image.decode.TiffDirectory.TILE_HEIGHT;
import static dev.gatun.data.image.decode.TiffDirectory.TILE_OFFSETS;
import static dev.gatun.data.image.decode.TiffDirectory.TILE_WIDTH;
import static dev.gatun.data.image.decode.TiffDirectory.WIDTH;

import java.util.Set;

/**
 * How a TIFF stores its pixels: in blocks, which are tiles, or strips as wide as the image.
 *
 * @param photometric 0 grey with white as zero, 1 grey, 2 RGB, 3 palette, 5 CMYK, 6 YCbCr
 * @param samples of a pixel, those that are no colours included
 * @param planes 1, or as many as samples where each is stored for itself
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record TiffLayout(int height, int width, int photometric, int compression, int predictor, int samples, int planes,
        int bits, int blockHeight, int blockWidth, boolean tiled, long[] offsets, long[] bytes) {
    static final int NONE = 1;
    static final int LZW = 5;
    static final int JPEG = 7;
    static final int DEFLATE = 8;
    static final int OLD_DEFLATE = 32946;
    static final int PACK_BITS = 32773;
    static final int PALETTE = 3;
    static final int CMYK = 5;
    static final int YCC = 6;
    /** All blocks together; of each, all that it has is unpacked. */
    private static final long MOST_UNPACKED = 1L << 30;
    private static final Set<Integer> COMPRESSIONS = Set.of(NONE, LZW, JPEG, DEFLATE, OLD_DEFLATE, PACK_BITS);

    static TiffLayout of(TiffDirectory tags) throws ImageException {
        boolean tiled = tags.has(TILE_OFFSETS);
        int samples = tags.get(SAMPLES, 1);
        int height = tags.get(HEIGHT);
        int width = tags.get(WIDTH);
        int rows = tags.has(ROWS_PER_STRIP) ? (int) Math.min(tags.all(ROWS_PER_STRIP)[0], height) : height;
        TiffLayout layout = new TiffLayout(height, width, tags.get(PHOTOMETRIC), tags.get(COMPRESSION, NONE),
                tags.get(PREDICTOR, 1), samples, tags.get(PLANAR, 1) == 2 ? samples : 1, tags.get(BITS, 1),
                tiled ? tags.get(TILE_HEIGHT) : rows, tiled ? tags.get(TILE_WIDTH) : width, tiled,
                tags.all(tiled ? TILE_OFFSETS : STRIP_OFFSETS), tags.all(tiled ? TILE_BYTES : STRIP_BYTES));
        layout.check();
        boolean uniform = !tags.has(BITS) || tags.isUniform(BITS);
        if (!uniform || tags.get(SAMPLE_FORMAT, 1) != 1 || tags.get(FILL_ORDER, 1) != 1) {
            throw ImageException.unsupported("TIFF of samples that are no plain integers of equal size");
        }
        return layout;
    }

    private void check() throws ImageException {
        int needed = switch (photometric) {
            case 0, 1, PALETTE -> 1;
            case 2, YCC -> 3;
            case CMYK -> 4;
            default -> throw ImageException.unsupported("TIFF with colours of kind " + photometric);
        };
        if (!COMPRESSIONS.contains(compression)) {
            throw ImageException.unsupported("TIFF with compression " + compression);
        }
        if (photometric == YCC && compression != JPEG) {
            throw ImageException.unsupported("TIFF of YCbCr that is not compressed as JPEG");
        }
        boolean small = bits == 1 || bits == 2 || bits == 4;
        if ((!(small && needed == 1) && bits != 8 && (bits != 16 || photometric == PALETTE))
                || samples > 16 || (bits != 8 && compression == JPEG)) {
            throw ImageException.unsupported("TIFF of " + samples + " samples of " + bits + " bits");
        }
        if (predictor != 1 && (predictor != 2 || small)) {
            throw ImageException.unsupported("TIFF with predictor " + predictor);
        }
        if (height < 1 || width < 1 || samples < needed || blockHeight < 1 || blockWidth < 1
                || blockHeight > 1 << 16 || blockWidth > 1 << 16) {
            throw ImageException.damaged("the TIFF's header is invalid");
        }
        if (offsets.length < blocks() || bytes.length < blocks()) {
            throw ImageException.damaged("the TIFF has fewer blocks than its size needs");
        }
        long unpacked = (long) blocks() * blockHeight * rowBytes();
        if (unpacked > MOST_UNPACKED) {
            throw ImageException.damaged("the blocks of the TIFF have more pixels than an image that is read");
        }
    }

    int columns() {
        return (width + blockWidth - 1) / blockWidth;
    }

    private int rows() {
        return (height + blockHeight - 1) / blockHeight;
    }

    /** Number of blocks, of all planes. */
    int blocks() {
        return Math.multiplyExact(Math.multiplyExact(columns(), rows()), planes);
    }

    int blocksOfPlane() {
        return blocks() / planes;
    }

    /** Samples that lie together. */
    int interleaved() {
        return samples / planes;
    }

    int rowBytes() {
        return Math.toIntExact(((long) blockWidth * interleaved() * bits + 7) / 8);
    }

    /** Rows that a block at a row of the image has; the last strip has what is left. */
    int rowsFrom(int y) {
        return tiled ? blockHeight : Math.min(blockHeight, height - y);
    }
}
