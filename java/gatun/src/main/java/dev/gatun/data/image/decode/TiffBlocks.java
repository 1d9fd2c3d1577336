package dev.gatun.data.image.decode;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Unpacks the blocks of a TIFF. */
final class TiffBlocks {
    private final byte[] file;
    private final TiffDirectory tags;
    private final TiffLayout layout;

    TiffBlocks(byte[] file, TiffDirectory tags, TiffLayout layout) {
        this.file = file;
        this.tags = tags;
        this.layout = layout;
    }

    /** Returns the samples of a block, rows of {@link TiffLayout#rowBytes}. */
    byte[] unpack(int block, int rows) throws IOException {
        int from = Math.toIntExact(layout.offsets()[block]);
        int length = Math.toIntExact(layout.bytes()[block]);
        if (layout.compression() == TiffLayout.JPEG) {
            return jpeg(from, length, rows);
        }
        byte[] data = new byte[Math.multiplyExact(layout.rowBytes(), rows)];
        int count = switch (layout.compression()) {
            case TiffLayout.NONE -> {
                System.arraycopy(file, from, data, 0, Math.min(length, data.length));
                yield length;
            }
            case TiffLayout.LZW -> Lzw.tiff().unpack(file, from, length, data);
            case TiffLayout.PACK_BITS -> packBits(from, length, data);
            default -> inflate(from, length, data);
        };
        if (count < data.length) {
            throw ImageException.cutShort("TIFF");
        }
        if (layout.predictor() == 2) {
            accumulate(data);
        }
        return data;
    }

    private int packBits(int from, int length, byte[] data) {
        int at = from;
        int to = 0;
        while (at < from + length && to < data.length) {
            int code = file[at++];
            if (code >= 0) {
                int count = Math.min(code + 1, data.length - to);
                System.arraycopy(file, at, data, to, count);
                at += code + 1;
                to += count;
            } else if (code != -128) {
                int count = Math.min(1 - code, data.length - to);
                Arrays.fill(data, to, to + count, file[at++]);
                to += count;
            }
        }
        return to;
    }

    private int inflate(int from, int length, byte[] data) throws ImageException {
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(file, from, length);
            int to = 0;
            while (to < data.length) {
                int count = inflater.inflate(data, to, data.length - to);
                if (count == 0) {
                    break;
                }
                to += count;
            }
            return to;
        } catch (DataFormatException e) {
            ImageException damaged = ImageException.damaged("its compressed pixels are damaged: " + e.getMessage());
            damaged.initCause(e);
            throw damaged;
        } finally {
            inflater.end();
        }
    }

    private byte[] jpeg(int from, int length, int rows) throws IOException {
        byte[] tables = {(byte) 0xFF, (byte) 0xD8};
        if (tags.has(TiffDirectory.JPEG_TABLES)) {
            long[] stored = tags.all(TiffDirectory.JPEG_TABLES);
            tables = new byte[Math.max(2, stored.length - 2)]; // without its end
            for (int i = 0; i < tables.length; i++) {
                tables[i] = (byte) stored[i];
            }
        }
        byte[] whole = new byte[tables.length + length - 2];
        System.arraycopy(tables, 0, whole, 0, tables.length);
        System.arraycopy(file, from + 2, whole, tables.length, length - 2);
        JpegFile jpeg = JpegFile.read(whole);
        if (jpeg.width() != layout.blockWidth() || jpeg.height() < rows
                || jpeg.height() > 2 * layout.blockHeight() + 64
                || jpeg.components().size() != layout.interleaved()) {
            throw ImageException.damaged("its blocks are not of the size that its header says");
        }
        byte[] data = JpegCodec.samples(jpeg);
        if (layout.photometric() == TiffLayout.YCC) {
            ColourSpaces.fromYcc(data, layout.interleaved());
        }
        return data;
    }

    /** Differences to the pixel on the left become samples. */
    private void accumulate(byte[] data) {
        int step = layout.interleaved();
        int row = layout.rowBytes();
        if (layout.bits() == 8) {
            for (int i = 0; i < data.length; i++) {
                if (i % row >= step) {
                    data[i] += data[i - step];
                }
            }
            return;
        }
        ByteOrder order = tags.order();
        ByteBuffer words = ByteBuffer.wrap(data).order(order);
        for (int i = 0; i + 1 < data.length; i += 2) {
            if (i % row >= 2 * step) {
                words.putShort(i, (short) (words.getShort(i) + words.getShort(i - 2 * step)));
            }
        }
    }
}
