package dev.gatun.data.image;

import dev.gatun.data.DataException;
import dev.gatun.memory.Bytes;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
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

    /** The first two bytes of a file packed by gzip; names tell nothing: copies lose or keep {@code .gz}. */
    private static final int GZIP = 0x1F8B;

    private final String name;
    private final int[] dimensions;
    private final byte[] data;

    private IdxFile(String name, int[] dimensions, byte[] data) {
        this.name = name;
        this.dimensions = dimensions;
        this.data = data;
    }

    /** Where a file lies: on the disk, or within an archive. */
    interface Place {
        /** Its name in messages. */
        String name();

        /** Its size in bytes, packed where it is. */
        long size() throws IOException;

        InputStream open() throws IOException;
    }

    /** The name of the file in messages. */
    String name() {
        return name;
    }

    int dimension(int index) {
        return dimensions[index];
    }

    /** All elements, the last dimension fastest; not a copy. */
    byte[] data() {
        return data;
    }

    /** Reads a file, packed by gzip or not, whatever its name, that must have the given count of dimensions. */
    static IdxFile read(Place place, int rank) {
        String file = place.name();
        try (PushbackInputStream plain =
                        new PushbackInputStream(new BufferedInputStream(place.open(), 1 << 16), 2)) {
            boolean packed = isPacked(plain);
            InputStream in = packed ? new GZIPInputStream(plain, 1 << 16) : plain;
            int[] dimensions = header(file, in, rank);
            int bytes = declaredBytes(file, dimensions);
            checkPlausible(place, packed, bytes, 4 + 4 * rank);
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
            return new IdxFile(file, dimensions, data);
        } catch (EOFException e) {
            throw new DataException(file, "is cut short", GET_AGAIN, e);
        } catch (FileSystemException e) {
            throw FileTree.unreadable(file, e);
        } catch (IOException e) {
            throw new DataException(file, "cannot be read: " + e.getMessage(), GET_AGAIN, e);
        }
    }

    private static boolean isPacked(PushbackInputStream in) throws IOException {
        byte[] head = in.readNBytes(2);
        in.unread(head);
        return head.length == 2 && (((head[0] & 0xFF) << 8) | (head[1] & 0xFF)) == GZIP;
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
    private static void checkPlausible(Place place, boolean packed, int bytes, int headerBytes) throws IOException {
        long fileBytes = place.size();
        long most = packed ? fileBytes * LARGEST_RATIO : fileBytes - headerBytes;
        if (bytes > most) {
            String declared = Bytes.format(bytes);
            String found = Bytes.format(fileBytes);
            throw new DataException(place.name(), "declares " + (declared.equals(found) ? bytes + " B" : declared)
                    + " of data, but " + (declared.equals(found) ? fileBytes + " B" : found)
                    + " on the disk cannot hold that", GET_AGAIN);
        }
        if (bytes > Runtime.getRuntime().maxMemory() / 2) {
            throw new DataException(place.name(), "holds " + Bytes.format(bytes)
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
