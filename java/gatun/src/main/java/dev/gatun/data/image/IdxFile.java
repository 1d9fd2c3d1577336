package dev.gatun.data.image;

import dev.gatun.data.DataException;
import dev.gatun.memory.Bytes;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;

/**
 * The content of an IDX file of unsigned bytes (the format of MNIST): a magic number with the count of dimensions, the
 * dimensions, the elements. Nothing in the header is believed before the file is seen to hold as much.
 */
final class IdxFile {
    private static final int UNSIGNED_BYTES = 0x08;

    /** Deflate cannot make more than this many bytes out of one. */
    private static final long LARGEST_RATIO = 1032;

    private static final int LARGEST_ARRAY = Integer.MAX_VALUE - 8;
    private static final String GET_AGAIN = "download it again";

    private final Path path;
    private final int[] dimensions;
    private final byte[] data;

    private IdxFile(Path path, int[] dimensions, byte[] data) {
        this.path = path;
        this.dimensions = dimensions;
        this.data = data;
    }

    Path path() {
        return path;
    }

    int dimension(int index) {
        return dimensions[index];
    }

    /** All elements, the last dimension fastest; not a copy. */
    byte[] data() {
        return data;
    }

    /** Reads a file, gzip'd if its name ends in {@code .gz}, that must have the given count of dimensions. */
    static IdxFile read(Path path, int rank) {
        String file = path.toString();
        try (InputStream in = open(path)) {
            int[] dimensions = header(file, in, rank);
            int bytes = declaredBytes(file, dimensions);
            checkPlausible(path, bytes, 4 + 4 * rank);
            byte[] data = new byte[bytes];
            int found = in.readNBytes(data, 0, bytes);
            if (found < bytes) {
                throw truncated(file, dimensions, bytes, found);
            }
            if (in.read() >= 0) { // one byte tells: a bomb is not unpacked to find its size
                throw new DataException(
                        file, "has more data than the " + text(dimensions) + " bytes that its header declares",
                        GET_AGAIN);
            }
            return new IdxFile(path, dimensions, data);
        } catch (EOFException e) {
            throw new DataException(file, "is cut short", GET_AGAIN, e);
        } catch (FileSystemException e) {
            throw FileTree.unreadable(file, e);
        } catch (IOException e) {
            throw new DataException(file, "cannot be read: " + e.getMessage(), GET_AGAIN, e);
        }
    }

    private static InputStream open(Path path) throws IOException {
        InputStream in = new BufferedInputStream(Files.newInputStream(path), 1 << 16);
        if (!path.toString().endsWith(".gz")) {
            return in;
        }
        try {
            return new GZIPInputStream(in, 1 << 16);
        } catch (IOException e) {
            in.close();
            throw e;
        }
    }

    private static int[] header(String file, InputStream in, int rank) throws IOException {
        byte[] header = in.readNBytes(4 + 4 * rank);
        if (header.length < 4 + 4 * rank) {
            throw new DataException(file, "is cut short within its header", GET_AGAIN);
        }
        ByteBuffer buffer = ByteBuffer.wrap(header);
        int magic = buffer.getInt();
        int wanted = UNSIGNED_BYTES << 8 | rank;
        if (magic != wanted) {
            throw new DataException(file,
                    String.format("is no IDX file of unsigned bytes in %d dimensions: it begins with"
                            + " 0x%08x, not 0x%08x", rank, magic, wanted),
                    "check that images and labels are not swapped");
        }
        int[] dimensions = new int[rank];
        for (int i = 0; i < rank; i++) {
            dimensions[i] = buffer.getInt();
        }
        return dimensions;
    }

    private static int declaredBytes(String file, int[] dimensions) {
        long product = 1;
        for (int dimension : dimensions) {
            if (dimension == 0) {
                throw new DataException(file, "is empty: its header declares " + text(dimensions), GET_AGAIN);
            }
            if (dimension < 0 || product > LARGEST_ARRAY / dimension) {
                throw new DataException(file, "declares " + text(dimensions) + " bytes, more than 2 GiB",
                        GET_AGAIN + ", or convert a data set this large to an image folder");
            }
            product *= dimension;
        }
        return (int) product;
    }

    /** Before memory of that size is asked for. */
    private static void checkPlausible(Path path, int bytes, int headerBytes) throws IOException {
        long fileBytes = Files.size(path);
        boolean packed = path.toString().endsWith(".gz");
        long most = packed ? fileBytes * LARGEST_RATIO : fileBytes - headerBytes;
        if (bytes > most) {
            String declared = Bytes.format(bytes);
            String found = Bytes.format(fileBytes);
            throw new DataException(path.toString(), "declares " + (declared.equals(found) ? bytes + " B" : declared)
                    + " of data, but " + (declared.equals(found) ? fileBytes + " B" : found)
                    + " on the disk cannot hold that", GET_AGAIN);
        }
        if (bytes > Runtime.getRuntime().maxMemory() / 2) {
            throw new DataException(path.toString(), "holds " + Bytes.format(bytes)
                    + ", more than half of the JVM's heap",
                    "give the JVM more with -Xmx");
        }
    }

    private static DataException truncated(String file, int[] dimensions, int declared, int found) {
        return new DataException(file, "is cut short: its header declares " + text(dimensions) + " = " + declared
                + " bytes, " + found + " are there", GET_AGAIN);
    }

    private static String text(int[] dimensions) {
        return Arrays.stream(dimensions).mapToObj(Integer::toUnsignedString).collect(Collectors.joining(" x "));
    }
}
