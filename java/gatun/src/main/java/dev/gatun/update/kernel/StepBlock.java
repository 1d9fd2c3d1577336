package dev.gatun.update.kernel;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.MemorySegment;

/**
 * What the steps of one optimizer go by and come to: one small block, beside the data, from which a device decides
 * every step; and on the host, a copy of it as it was after one step. Reading and writing a field allocates nothing.
 */
public final class StepBlock {
    /** Size of the block. */
    public static final long BYTES = 128;

    private static final long STEPS = 0;
    private static final long SCALE = 8;
    private static final long LOSS = 12;
    private static final long FINITE_IN_A_ROW = 16;
    private static final long SKIPPED_IN_A_ROW = 24;
    private static final long SKIPPED = 32;
    private static final long HALTED = 40;
    private static final long FIRST_NON_FINITE = 48;
    private static final long NORM = 56;
    private static final long LOSS_SUM = 64;
    private static final long BATCHES = 72;
    private static final long SUBMITTED = 80;
    private static final long HALTED_AT = 88;
    private static final long USED_SCALE = 96;

    private final MemorySegment bytes;

    /** Why no step changes anything any more. */
    public enum Halt {
        /** Nothing is wrong. */
        NONE,
        /** A loss was not finite. */
        LOSS,
        /** Too many steps in a row had gradients that were not finite. */
        GRADIENTS
    }

    /** The block in some memory of {@link #BYTES} bytes. */
    public StepBlock(MemorySegment bytes) {
        if (bytes.byteSize() != BYTES) {
            throw new IllegalArgumentException("the block of a step has " + BYTES + " bytes, not " + bytes.byteSize());
        }
        this.bytes = bytes;
    }

    /** A block on the host, as before any step. */
    public static StepBlock onHost() {
        StepBlock block = new StepBlock(MemorySegment.ofArray(new long[(int) (BYTES / Long.BYTES)]));
        block.scale(1);
        block.usedScale(1);
        block.norm(Double.NaN);
        block.firstNonFinite(-1);
        return block;
    }

    /** Its bytes. */
    public MemorySegment bytes() {
        return bytes;
    }

    /** Steps taken, without those that were skipped. */
    public long steps() {
        return bytes.get(JAVA_LONG_UNALIGNED, STEPS);
    }

    void steps(long steps) {
        bytes.set(JAVA_LONG_UNALIGNED, STEPS, steps);
    }

    /** What the loss is multiplied by in the next backward pass. */
    public float scale() {
        return bytes.get(JAVA_FLOAT_UNALIGNED, SCALE);
    }

    void scale(float scale) {
        bytes.set(JAVA_FLOAT_UNALIGNED, SCALE, scale);
    }

    /** What the loss was multiplied by in the backward pass of the latest step. */
    public float usedScale() {
        return bytes.get(JAVA_FLOAT_UNALIGNED, USED_SCALE);
    }

    void usedScale(float scale) {
        bytes.set(JAVA_FLOAT_UNALIGNED, USED_SCALE, scale);
    }

    /** Sets the loss scale and what it goes on by. */
    public void setScale(float scale, long finiteInARow, long skippedInARow) {
        scale(scale);
        finiteInARow(finiteInARow);
        skippedInARow(skippedInARow);
    }

    /** Finite steps since the scale changed. */
    public long finiteInARow() {
        return bytes.get(JAVA_LONG_UNALIGNED, FINITE_IN_A_ROW);
    }

    void finiteInARow(long steps) {
        bytes.set(JAVA_LONG_UNALIGNED, FINITE_IN_A_ROW, steps);
    }

    /** Steps skipped since the latest one that was not. */
    public long skippedInARow() {
        return bytes.get(JAVA_LONG_UNALIGNED, SKIPPED_IN_A_ROW);
    }

    void skippedInARow(long steps) {
        bytes.set(JAVA_LONG_UNALIGNED, SKIPPED_IN_A_ROW, steps);
    }

    /** Whether the latest step changed nothing. */
    public boolean skipped() {
        return bytes.get(JAVA_LONG_UNALIGNED, SKIPPED) != 0;
    }

    void skipped(boolean skipped) {
        bytes.set(JAVA_LONG_UNALIGNED, SKIPPED, skipped ? 1 : 0);
    }

    /** Why no step changes anything any more. */
    public Halt halted() {
        return Halt.values()[(int) bytes.get(JAVA_LONG_UNALIGNED, HALTED)];
    }

    @SuppressWarnings("EnumOrdinal") // the block lives as long as the process, so the numbers mean the same
    void halted(Halt halt) {
        bytes.set(JAVA_LONG_UNALIGNED, HALTED, halt.ordinal());
    }

    boolean isHalted() {
        return bytes.get(JAVA_LONG_UNALIGNED, HALTED) != 0;
    }

    /**
     * The element of the first gradient that was not finite in the latest step whose gradients were measured, or -1.
     */
    public long firstNonFinite() {
        return bytes.get(JAVA_LONG_UNALIGNED, FIRST_NON_FINITE);
    }

    void firstNonFinite(long element) {
        bytes.set(JAVA_LONG_UNALIGNED, FIRST_NON_FINITE, element);
    }

    /** Norm of all scaled gradients of the latest step, not yet clipped; NaN where nothing asked for it. */
    public double norm() {
        return bytes.get(JAVA_DOUBLE_UNALIGNED, NORM);
    }

    void norm(double norm) {
        bytes.set(JAVA_DOUBLE_UNALIGNED, NORM, norm);
    }

    /** The loss of the latest batch; the first that was not finite once that {@linkplain #halted halted} the steps. */
    public float loss() {
        return bytes.get(JAVA_FLOAT_UNALIGNED, LOSS);
    }

    void loss(float loss) {
        bytes.set(JAVA_FLOAT_UNALIGNED, LOSS, loss);
    }

    /** Sum of the losses of the latest step's batches. */
    public double lossSum() {
        return bytes.get(JAVA_DOUBLE_UNALIGNED, LOSS_SUM);
    }

    void lossSum(double sum) {
        bytes.set(JAVA_DOUBLE_UNALIGNED, LOSS_SUM, sum);
    }

    /** Batches observed in the latest step. */
    public long batches() {
        return bytes.get(JAVA_LONG_UNALIGNED, BATCHES);
    }

    void batches(long batches) {
        bytes.set(JAVA_LONG_UNALIGNED, BATCHES, batches);
    }

    /** Steps begun, skipped ones counted. */
    public long begun() {
        return bytes.get(JAVA_LONG_UNALIGNED, SUBMITTED);
    }

    void begun(long steps) {
        bytes.set(JAVA_LONG_UNALIGNED, SUBMITTED, steps);
    }

    /** Which of the steps {@linkplain #begun begun} was the one that {@linkplain #halted halted} them; 0 for none. */
    public long haltedAt() {
        return bytes.get(JAVA_LONG_UNALIGNED, HALTED_AT);
    }

    void haltedAt(long step) {
        bytes.set(JAVA_LONG_UNALIGNED, HALTED_AT, step);
    }
}
