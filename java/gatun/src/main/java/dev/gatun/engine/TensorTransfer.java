package dev.gatun.engine;

import dev.gatun.backend.Device;
import dev.gatun.memory.Buffer;
import dev.gatun.memory.HostBuffer;
import dev.gatun.memory.Role;
import dev.gatun.shape.Layout;
import dev.gatun.shape.RowMajorPieces;
import dev.gatun.shape.Stored;
import dev.gatun.shape.TensorType;
import java.lang.foreign.MemorySegment;

/**
 * Transfers tensors of any size and layout between a device and row-major bytes, in pieces through one staging buffer,
 * so that no tensor is held twice. It belongs to its device's thread.
 */
public final class TensorTransfer implements AutoCloseable {
    /** Enough that a piece's fixed costs do not count. */
    private static final long STAGING_BYTES = 4L << 20;

    private static final String LABEL = "tensors to and from files";

    private final Device device;
    private final Buffer staging;
    /** The same memory where the device computes in the host's. */
    private final HostBuffer host;

    /**
     * An action on each piece of a tensor.
     *
     * @param <E> exception that it may throw
     */
    @FunctionalInterface
    public interface PieceAction<E extends Exception> {
        /**
         * Reads or fills one piece.
         *
         * @param offset offset in bytes from the beginning of the row-major tensor; pieces are contiguous and in order
         * @param piece  valid during the call only
         */
        void accept(long offset, MemorySegment piece) throws E;
    }

    /** Allocates the staging buffer within the device's budget. */
    public TensorTransfer(Device device) {
        this(device, STAGING_BYTES);
    }

    TensorTransfer(Device device, long stagingBytes) {
        this.device = device;
        this.staging = device.allocate(Role.STAGING, LABEL, stagingBytes);
        boolean complete = false;
        try {
            host = staging instanceof HostBuffer same ? same
                    : device.memory().allocate(Role.STAGING, LABEL, stagingBytes);
            complete = true;
        } finally {
            if (!complete) {
                staging.close();
            }
        }
    }

    /** Passes the row-major bytes of a tensor on the device to an action. */
    public <E extends Exception> void read(Stored stored, Buffer memory, PieceAction<E> action) throws E {
        TensorType type = stored.type();
        int width = type.dtype().bytes();
        if (fits(type)) {
            Buffer piece = staging.slice(0, type.bytes());
            device.reorder(type, memory, stored.layout(), piece, Layout.rowMajor(type.shape()));
            action.accept(0, toHost(piece));
            return;
        }
        for (RowMajorPieces.Piece each : pieces(stored)) {
            Buffer piece = staging.slice(0, each.elements() * width);
            for (RowMajorPieces.Copy copy : each.copies()) {
                device.reorder(type.withShape(copy.shape()), from(memory, copy.memoryOffset() * width), copy.memory(),
                        from(piece, copy.runOffset() * width), copy.run());
            }
            action.accept(each.offset() * width, toHost(piece));
        }
    }

    /** Writes a tensor on the device from row-major bytes that an action fills in. Padding stays zero. */
    public <E extends Exception> void write(Stored stored, Buffer memory, PieceAction<E> action) throws E {
        TensorType type = stored.type();
        int width = type.dtype().bytes();
        if (fits(type)) {
            action.accept(0, host.segment().asSlice(0, type.bytes()));
            Buffer piece = fromHost(type.bytes());
            device.reorder(type, piece, Layout.rowMajor(type.shape()), memory, stored.layout());
            device.stream().synchronize(); // before the staging buffer is filled again
            return;
        }
        for (RowMajorPieces.Piece each : pieces(stored)) {
            action.accept(each.offset() * width, host.segment().asSlice(0, each.elements() * width));
            Buffer piece = fromHost(each.elements() * width);
            for (RowMajorPieces.Copy copy : each.copies()) {
                device.reorder(type.withShape(copy.shape()), from(piece, copy.runOffset() * width), copy.run(),
                        from(memory, copy.memoryOffset() * width), copy.memory());
            }
            device.stream().synchronize();
        }
    }

    private static Buffer from(Buffer buffer, long offset) {
        return buffer.slice(offset, buffer.bytes() - offset);
    }

    /** What the host may read of a piece, once the device has made it. */
    private MemorySegment toHost(Buffer piece) {
        MemorySegment segment = host.segment().asSlice(0, piece.bytes());
        if (host != staging) {
            device.download(piece, segment);
        }
        device.stream().synchronize();
        return segment;
    }

    private Buffer fromHost(long bytes) {
        Buffer piece = staging.slice(0, bytes);
        if (host != staging) {
            device.upload(host.segment().asSlice(0, bytes), piece);
        }
        return piece;
    }

    private boolean fits(TensorType type) {
        return type.bytes() <= staging.bytes();
    }

    private Iterable<RowMajorPieces.Piece> pieces(Stored stored) {
        TensorType type = stored.type();
        return RowMajorPieces.of(type.shape(), stored.layout(), staging.bytes() / type.dtype().bytes());
    }

    @Override
    public void close() {
        try (host) {
            staging.close();
        }
    }
}
