package dev.gatun.update.kernel;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.MemorySegment;

/**
 * The results and counters of an optimizer's steps in one small block: on the device, where it decides every step; on
 * the host, a copy after a step. Reading and writing a field allocates nothing.
 */
public final class StepBlock {
    /** The size of a block in bytes. */
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

    /** The reason for which the steps are halted. */
    public enum Halt {
        /** The steps are not halted. */
        NONE,
        /** A loss was not finite. */
        LOSS,
        /** Too many consecutive steps had gradients that were not finite. */
        GRADIENTS
    }

    /** Creates a view of a block in memory of {@link #BYTES} bytes. */
    public StepBlock(MemorySegment bytes) {
        if (bytes.byteSize() != BYTES) {
            throw new IllegalArgumentException("the block of a step has " + BYTES + " bytes, not " + bytes.byteSize());
        }
        this.bytes = bytes;
    }

    /** Creates a block on the host in the state before the first step. */
    public static StepBlock onHost() {
        StepBlock block = new StepBlock(MemorySegment.ofArray(new long[(int) (BYTES / Long.BYTES)]));
        block.scale(1);
        block.usedScale(1);
        block.norm(Double.NaN);
        block.firstNonFinite(-1);
        return block;
    }

    /** Returns the memory of the block. */
    public MemorySegment bytes() {
        return bytes;
    }

    /** Returns the number of steps taken, without skipped ones. */
    public long steps() {
        return bytes.get(JAVA_LONG_UNALIGNED, STEPS);
    }

    void steps(long steps) {
        bytes.set(JAVA_LONG_UNALIGNED, STEPS, steps);
    }

    /** Returns the loss scale of the next backward pass. */
    public float scale() {
        return bytes.get(JAVA_FLOAT_UNALIGNED, SCALE);
    }

    void scale(float scale) {
        bytes.set(JAVA_FLOAT_UNALIGNED, SCALE, scale);
    }

    /** Returns the loss scale of the backward pass of the latest step. */
    public float usedScale() {
        return bytes.get(JAVA_FLOAT_UNALIGNED, USED_SCALE);
    }

    void usedScale(float scale) {
        bytes.set(JAVA_FLOAT_UNALIGNED, USED_SCALE, scale);
    }

    /** Sets the loss scale and the two counters that it depends on. */
    public void setScale(float scale, long finiteInARow, long skippedInARow) {
        scale(scale);
        finiteInARow(finiteInARow);
        skippedInARow(skippedInARow);
    }

    /** Returns the number of finite steps since the loss scale changed. */
    public long finiteInARow() {
        return bytes.get(JAVA_LONG_UNALIGNED, FINITE_IN_A_ROW);
    }

    void finiteInARow(long steps) {
        bytes.set(JAVA_LONG_UNALIGNED, FINITE_IN_A_ROW, steps);
    }

    /** Returns the number of consecutive skipped steps up to the latest step. */
    public long skippedInARow() {
        return bytes.get(JAVA_LONG_UNALIGNED, SKIPPED_IN_A_ROW);
    }

    void skippedInARow(long steps) {
        bytes.set(JAVA_LONG_UNALIGNED, SKIPPED_IN_A_ROW, steps);
    }

    /** Returns whether the latest step was skipped. */
    public boolean skipped() {
        return bytes.get(JAVA_LONG_UNALIGNED, SKIPPED) != 0;
    }

    void skipped(boolean skipped) {
        bytes.set(JAVA_LONG_UNALIGNED, SKIPPED, skipped ? 1 : 0);
    }

    /** Returns the reason for which the steps are halted. */
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
     * Returns the index of the first gradient that was not finite in the latest step whose gradients were measured, or
     * -1.
     */
    public long firstNonFinite() {
        return bytes.get(JAVA_LONG_UNALIGNED, FIRST_NON_FINITE);
    }

    void firstNonFinite(long element) {
        bytes.set(JAVA_LONG_UNALIGNED, FIRST_NON_FINITE, element);
    }

    /** Returns the norm of all scaled gradients of the latest step, before clipping; NaN if it was not measured. */
    public double norm() {
        return bytes.get(JAVA_DOUBLE_UNALIGNED, NORM);
    }

    void norm(double norm) {
        bytes.set(JAVA_DOUBLE_UNALIGNED, NORM, norm);
    }

    /** Returns the loss of the latest batch, or the loss that {@linkplain #halted halted} the steps. */
    public float loss() {
        return bytes.get(JAVA_FLOAT_UNALIGNED, LOSS);
    }

    void loss(float loss) {
        bytes.set(JAVA_FLOAT_UNALIGNED, LOSS, loss);
    }

    /** Returns the sum of the losses of the latest step's batches. */
    public double lossSum() {
        return bytes.get(JAVA_DOUBLE_UNALIGNED, LOSS_SUM);
    }

    void lossSum(double sum) {
        bytes.set(JAVA_DOUBLE_UNALIGNED, LOSS_SUM, sum);
    }

    /** Returns the number of batches observed in the latest step. */
    public long batches() {
        return bytes.get(JAVA_LONG_UNALIGNED, BATCHES);
    }

    void batches(long batches) {
        bytes.set(JAVA_LONG_UNALIGNED, BATCHES, batches);
    }

    /** Returns the number of steps begun, skipped ones included. */
    public long begun() {
        return bytes.get(JAVA_LONG_UNALIGNED, SUBMITTED);
    }

    void begun(long steps) {
        bytes.set(JAVA_LONG_UNALIGNED, SUBMITTED, steps);
    }

    /**
     * Returns the number, counted by {@link #begun}, of the step that {@linkplain #halted halted} the steps; 0 for
     * none.
     */
    public long haltedAt() {
        return bytes.get(JAVA_LONG_UNALIGNED, HALTED_AT);
    }

    void haltedAt(long step) {
        bytes.set(JAVA_LONG_UNALIGNED, HALTED_AT, step);
    }
}
