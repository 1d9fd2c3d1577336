package dev.gatun.engine;

import dev.gatun.backend.Device;
import dev.gatun.backend.Stored;
import dev.gatun.memory.Role;
import dev.gatun.memory.Slab;
import dev.gatun.shape.Layout;
import dev.gatun.shape.RowMajorPieces;
import dev.gatun.shape.TensorType;
import java.lang.foreign.MemorySegment;

/**
 * Moves tensors of any size and layout between a device and row-major bytes, piece by piece through one staging
 * buffer: no tensor is ever held twice. It belongs to its device's thread.
 */
public final class TensorTransfer implements AutoCloseable {
    /** Enough that a piece's fixed costs do not count. */
    private static final long STAGING_BYTES = 4L << 20;

    private final Device device;
    private final Slab staging;

    /**
     * What is done with each piece.
     *
     * @param <E> how it may fail
     */
    @FunctionalInterface
    public interface PieceAction<E extends Exception> {
        /**
         * Takes, or fills, one piece.
         *
         * @param offset in bytes from the beginning of the row-major tensor; pieces come in order and leave no gap
         * @param piece  valid during the call only
         */
        void accept(long offset, MemorySegment piece) throws E;
    }

    /** Allocates the staging buffer in the device's budget. */
    public TensorTransfer(Device device) {
        this(device, STAGING_BYTES);
    }

    TensorTransfer(Device device, long stagingBytes) {
        this.device = device;
        this.staging = device.memory().allocate(Role.STAGING, "tensors to and from files", stagingBytes);
    }

    /** Gives the row-major bytes of a tensor on the device to an action. */
    public <E extends Exception> void read(Stored stored, MemorySegment memory, PieceAction<E> action) throws E {
        TensorType type = stored.type();
        int width = type.dtype().bytes();
        if (fits(type)) {
            MemorySegment piece = staging.view(0, type.bytes());
            device.reorder(type, memory, stored.layout(), piece, Layout.rowMajor(type.shape()));
            action.accept(0, piece);
            return;
        }
        for (RowMajorPieces.Piece each : pieces(stored)) {
            MemorySegment piece = staging.view(0, each.elements() * width);
            for (RowMajorPieces.Copy copy : each.copies()) {
                device.reorder(type.withShape(copy.shape()), memory.asSlice(copy.memoryOffset() * width), copy.memory(),
                        piece.asSlice(copy.runOffset() * width), copy.run());
            }
            action.accept(each.offset() * width, piece);
        }
    }

    /** Sets a tensor on the device from row-major bytes that an action fills in. Padding stays as it is: zero. */
    public <E extends Exception> void write(Stored stored, MemorySegment memory, PieceAction<E> action) throws E {
        TensorType type = stored.type();
        int width = type.dtype().bytes();
        if (fits(type)) {
            MemorySegment piece = staging.view(0, type.bytes());
            action.accept(0, piece);
            device.reorder(type, piece, Layout.rowMajor(type.shape()), memory, stored.layout());
            return;
        }
        for (RowMajorPieces.Piece each : pieces(stored)) {
            MemorySegment piece = staging.view(0, each.elements() * width);
            action.accept(each.offset() * width, piece);
            for (RowMajorPieces.Copy copy : each.copies()) {
                device.reorder(type.withShape(copy.shape()), piece.asSlice(copy.runOffset() * width), copy.run(),
                        memory.asSlice(copy.memoryOffset() * width), copy.memory());
            }
        }
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
        staging.close();
    }
}
