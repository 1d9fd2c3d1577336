package dev.gatun.data.image.decode;

import java.util.List;
import java.util.Objects;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Reads PNG (ISO/IEC 15948) row by row. */
final class PngCodec implements ImageCodec {
    /** First column and row, and steps, of each pass of an interlaced image. */
    private static final int[][] ADAM7 = {
        {0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}
    };

    private static final int[][] PLAIN = {{0, 0, 1, 1}};
    /** Deflate makes at most so many bytes of one. */
    private static final long DEFLATE = 1032;

    /** Bytes behind the last row that others pass over too; there could be a thousand times what the file has. */
    private static final int MOST_BEYOND = 1 << 16;

    @Override
    public ImageHeader header(byte[] file) throws ImageException {
        PngChunks png = PngChunks.read(file);
        ImageHeader header = png.header().check();
        long packed = png.data().stream().mapToLong(piece -> piece[1]).sum();
        long bits = (long) png.height() * png.width() * png.samples() * png.depth();
        if (bits / 8 > packed * DEFLATE) {
            throw header.moreThan(packed);
        }
        return header;
    }

    @Override
    public Pixels decode(byte[] file) throws ImageException {
        PngChunks png = PngChunks.read(file);
        Pixels pixels = Pixels.empty(png.header());
        try (Rows rows = new Rows(file, png.data())) {
            for (int[] pass : png.interlaced() ? ADAM7 : PLAIN) {
                int width = (png.width() - pass[0] + pass[2] - 1) / pass[2];
                if (width > 0) {
                    decode(png, rows, pass, width, pixels);
                }
            }
            rows.finish();
        }
        return pixels;
    }

    private static void decode(PngChunks png, Rows rows, int[] pass, int width, Pixels pixels) throws ImageException {
        int bytes = png.rowBytes(width);
        int step = Math.max(1, png.samples() * png.depth() / 8);
        byte[] before = new byte[bytes + 1];
        byte[] row = new byte[bytes + 1];
        for (int y = pass[1]; y < png.height(); y += pass[3]) {
            rows.next(row);
            unfilter(row, before, step);
            for (int x = 0; x < width; x++) {
                int at = (y * png.width() + pass[0] + x * pass[2]) * pixels.channels();
                put(png, row, x, pixels, at);
            }
            byte[] swap = before;
            before = row;
            row = swap;
        }
    }

    private static void put(PngChunks png, byte[] row, int x, Pixels pixels, int at) {
        int depth = png.depth();
        if (depth >= 8) {
            int wide = depth / 8;
            int from = 1 + x * png.samples() * wide;
            if (png.type() == 3) {
                Objects.requireNonNull(png.palette()).put(row[from] & 0xFF, pixels.channels(), pixels.data(), at);
                return;
            }
            for (int c = 0; c < pixels.channels(); c++) {
                pixels.data()[at + c] = row[from + c * wide];
            }
            return;
        }
        int bit = x * depth;
        int value = (row[1 + (bit >> 3)] >> (8 - depth - (bit & 7))) & ((1 << depth) - 1);
        if (png.type() == 3) {
            Objects.requireNonNull(png.palette()).put(value, pixels.channels(), pixels.data(), at);
        } else {
            pixels.data()[at] = (byte) (value * 255 / ((1 << depth) - 1));
        }
    }

    /** Undoes the filter that the first byte of a row names. */
    private static void unfilter(byte[] row, byte[] before, int step) throws ImageException {
        int length = row.length;
        switch (row[0]) {
            case 0 -> {
                // the bytes themselves
            }
            case 1 -> {
                for (int i = 1 + step; i < length; i++) {
                    row[i] += row[i - step];
                }
            }
            case 2 -> {
                for (int i = 1; i < length; i++) {
                    row[i] += before[i];
                }
            }
            case 3 -> {
                for (int i = 1; i < length; i++) {
                    int left = i > step ? row[i - step] & 0xFF : 0;
                    row[i] += (byte) ((left + (before[i] & 0xFF)) >> 1);
                }
            }
            case 4 -> {
                for (int i = 1; i < length; i++) {
                    int left = i > step ? row[i - step] & 0xFF : 0;
                    int corner = i > step ? before[i - step] & 0xFF : 0;
                    row[i] += (byte) paeth(left, before[i] & 0xFF, corner);
                }
            }
            default -> throw ImageException.damaged("a row of the PNG has the unknown filter " + (row[0] & 0xFF));
        }
    }

    private static int paeth(int left, int above, int corner) {
        int toLeft = Math.abs(above - corner);
        int toAbove = Math.abs(left - corner);
        int toCorner = Math.abs(left + above - 2 * corner);
        if (toLeft <= toAbove && toLeft <= toCorner) {
            return left;
        }
        return toAbove <= toCorner ? above : corner;
    }

    /** The rows, unpacked from pieces of one deflated stream. */
    private static final class Rows implements AutoCloseable {
        private final byte[] file;
        private final List<int[]> pieces;
        private final Inflater inflater = new Inflater();
        private int piece;

        Rows(byte[] file, List<int[]> pieces) {
            this.file = file;
            this.pieces = pieces;
        }

        void next(byte[] row) throws ImageException {
            int at = 0;
            while (at < row.length) {
                int count = inflate(row, at);
                if (count < 0) {
                    throw ImageException.cutShort("PNG");
                }
                at += count;
            }
        }

        /** Reads on to the checksum, which the inflater compares. */
        void finish() throws ImageException {
            byte[] more = new byte[512];
            int beyond = 0;
            while (!inflater.finished()) {
                int count = inflate(more, 0);
                if (count < 0 && !inflater.finished()) {
                    throw ImageException.cutShort("PNG");
                }
                beyond += Math.max(count, 0);
                if (beyond > MOST_BEYOND) {
                    throw ImageException.damaged("it has many more pixels than its header says");
                }
            }
        }

        private int inflate(byte[] target, int at) throws ImageException {
            try {
                int count = inflater.inflate(target, at, target.length - at);
                if (count == 0 && inflater.needsInput() && piece < pieces.size()) {
                    inflater.setInput(file, pieces.get(piece)[0], pieces.get(piece)[1]);
                    piece++;
                } else if (count == 0) {
                    return -1;
                }
                return count;
            } catch (DataFormatException e) {
                ImageException damaged = ImageException.damaged("its compressed pixels are damaged: " + e.getMessage());
                damaged.initCause(e);
                throw damaged;
            }
        }

        @Override
        public void close() {
            inflater.end();
        }
    }
}
