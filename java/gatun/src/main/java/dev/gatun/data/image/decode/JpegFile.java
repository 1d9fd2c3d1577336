package dev.gatun.data.image.decode;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What the markers of a JPEG file say of its pixels, and those parts of it that its samples need.
 *
 * @param components of the frame, in its order
 * @param jfif whether a JFIF marker stands before the frame
 * @param adobe the transform of Adobe's marker, or -1 without one
 * @param samples the file without what applications add to it: profiles, orientations, thumbnails, comments
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record JpegFile(int height, int width, List<Component> components, boolean jfif, int adobe, byte[] samples) {
    private static final int SOI = 0xD8;
    private static final int EOI = 0xD9;
    private static final int SOS = 0xDA;
    /** Encoders make ten, and each passes over all pixels, however few bytes it has. */
    private static final int MOST_SCANS = 100;
    private static final long MOST_SCANNED = 1L << 30;

    /** A component of the frame: its identifier and sampling factors. */
    record Component(int id, int horizontal, int vertical) {}

    /** Reads all markers, to the last: a file without an end is cut short. */
    static JpegFile read(byte[] file) throws ImageException {
        Reader reader = new Reader(file);
        reader.read();
        if (reader.components.isEmpty()) {
            throw ImageException.damaged("the JPEG has no frame");
        }
        return new JpegFile(reader.height, reader.width, reader.components, reader.jfif, reader.adobe,
                reader.samples.toByteArray());
    }

    /** Walks from marker to marker. */
    private static final class Reader {
        private final byte[] file;
        private final ByteArrayOutputStream samples;
        private final List<Component> components = new ArrayList<>();
        private int at = 2;
        private int height;
        private int width;
        private boolean jfif;
        private int adobe = -1;
        private boolean scanned;
        private int scans;

        Reader(byte[] file) {
            this.file = file;
            this.samples = new ByteArrayOutputStream(file.length);
            samples.write(file, 0, 2);
        }

        void read() throws ImageException {
            while (true) {
                int marker = marker();
                if (marker == EOI) {
                    break;
                }
                if (marker == SOI || marker == 0x01 || (marker >= 0xD0 && marker <= 0xD7)) {
                    continue; // markers without a length
                }
                int length = word(at);
                if (length < 2 || at + length > file.length) {
                    throw ImageException.cutShort("JPEG");
                }
                segment(marker, length);
            }
            if (!scanned) {
                throw ImageException.damaged("the JPEG has no pixels");
            }
            samples.write(0xFF);
            samples.write(EOI);
        }

        private void segment(int marker, int length) throws ImageException {
            boolean kept = marker < 0xE0 && marker >= 0xC0;
            if (marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC) {
                frame(marker, length);
            } else if (marker == 0xE0 && length >= 16 && text(at + 2, 5).equals("JFIF\0")) {
                jfif = true;
            } else if (marker == 0xEE && length >= 14 && text(at + 2, 5).equals("Adobe")) {
                adobe = file[at + 13] & 0xFF;
            }
            int end = at + length;
            if (marker == SOS) {
                scanned = true;
                scans++;
                if (scans > MOST_SCANS || (long) scans * height * width > MOST_SCANNED) {
                    throw ImageException.damaged("it passes over its pixels more often than any encoder does");
                }
                end = entropyCoded(end);
            }
            if (kept) {
                samples.write(0xFF);
                samples.write(marker);
                samples.write(file, at, end - at);
            }
            at = end;
        }

        private void frame(int marker, int length) throws ImageException {
            if (marker != 0xC0 && marker != 0xC1 && marker != 0xC2) {
                throw ImageException.unsupported(switch (marker) {
                    case 0xC3 -> "lossless JPEG";
                    case 0xC9, 0xCA, 0xCB -> "JPEG with arithmetic coding";
                    default -> "hierarchical JPEG";
                });
            }
            if (file[at + 2] != 8) {
                throw ImageException.unsupported("JPEG of " + file[at + 2] + " bits");
            }
            if (!components.isEmpty()) {
                throw ImageException.damaged("the JPEG has two frames");
            }
            height = word(at + 3);
            width = word(at + 5);
            int count = file[at + 7] & 0xFF;
            if (count != 1 && count != 3 && count != 4) {
                throw ImageException.unsupported("JPEG of " + count + " components");
            }
            if (length < 8 + 3 * count) {
                throw ImageException.damaged("the JPEG's frame is too short");
            }
            for (int i = at + 8; i < at + 8 + 3 * count; i += 3) {
                components.add(new Component(file[i] & 0xFF, (file[i + 1] >> 4) & 0xF, file[i + 1] & 0xF));
            }
        }

        /** Returns where the next marker stands behind compressed data; in these, 0 follows 255, or a restart does. */
        private int entropyCoded(int from) throws ImageException {
            for (int i = from; i + 1 < file.length; i++) {
                if (file[i] == (byte) 0xFF) {
                    int next = file[i + 1] & 0xFF;
                    if (next != 0 && next != 0xFF && (next < 0xD0 || next > 0xD7)) {
                        return i;
                    }
                }
            }
            throw ImageException.cutShort("JPEG");
        }

        /** Skips to the next marker, as libjpeg does, and returns it. */
        private int marker() throws ImageException {
            while (at + 1 < file.length) {
                int next = file[at + 1] & 0xFF;
                if (file[at] == (byte) 0xFF && next != 0 && next != 0xFF) {
                    at += 2;
                    return next;
                }
                at++;
            }
            throw ImageException.cutShort("JPEG");
        }

        private int word(int from) throws ImageException {
            if (from + 1 >= file.length) {
                throw ImageException.cutShort("JPEG");
            }
            return (file[from] & 0xFF) << 8 | (file[from + 1] & 0xFF);
        }

        private String text(int from, int length) {
            return new String(file, from, length, StandardCharsets.ISO_8859_1);
        }
    }

    /** Whether three components, or the first three of four, are YCbCr: libjpeg's rule. */
    boolean isYcc() {
        if (components.size() == 1) {
            return false;
        }
        if (components.size() == 4) {
            return adobe > 0;
        }
        if (jfif || adobe >= 0) {
            return jfif || adobe != 0;
        }
        return !(components.get(0).id == 'R' && components.get(1).id == 'G' && components.get(2).id == 'B');
    }

    /** Whether a component has half as many rows as others, but as many columns. */
    boolean halfRows(int component) {
        int columns = components.stream().mapToInt(Component::horizontal).max().orElseThrow();
        int rows = components.stream().mapToInt(Component::vertical).max().orElseThrow();
        Component wanted = components.get(component);
        return wanted.horizontal == columns && 2 * wanted.vertical == rows;
    }
}
