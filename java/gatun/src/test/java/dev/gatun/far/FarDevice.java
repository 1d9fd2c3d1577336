package dev.gatun.far;

import dev.gatun.backend.Backends;
import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.backend.Lowering;
import dev.gatun.backend.Stream;
import dev.gatun.backend.Support;
import dev.gatun.memory.Allocation;
import dev.gatun.memory.Buffer;
import dev.gatun.memory.HostBuffer;
import dev.gatun.memory.MemoryBudget;
import dev.gatun.memory.Role;
import dev.gatun.op.Op;
import dev.gatun.shape.DType;
import dev.gatun.shape.Layout;
import dev.gatun.shape.TensorType;
import dev.gatun.update.kernel.LookaheadBuffers;
import dev.gatun.update.kernel.PerturbationKernel;
import dev.gatun.update.kernel.PerturbationRequest;
import dev.gatun.update.kernel.StepKernel;
import dev.gatun.update.kernel.StepRequest;
import dev.gatun.update.kernel.UpdateKernel;
import dev.gatun.update.kernel.UpdateRequest;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The reference backend as far away as a device can be: its memory lies in arenas confined to a thread of its own, its
 * buffers are numbers, and that thread works as late as the host lets it. What passes here follows no address on the
 * host, waits before it reads and keeps what is still to be uploaded.
 */
public final class FarDevice implements Device {
    /** The name it is opened by. */
    public static final String NAME = "far";

    static final byte POISON = (byte) 0xff; // NaN as f32, -1 as an integer

    private final Thread owner = Thread.currentThread();
    private final DeviceOptions options;
    private final FarStream stream;
    private final Device near; // lives on the stream's thread
    private final Map<Long, HostBuffer> memory = new HashMap<>(); // of the stream's thread alone
    private final Memory allocator = new Memory();
    private long ids; // of the stream's thread alone
    private int allocated; // of the owner's thread alone
    private boolean closed;

    FarDevice(DeviceOptions options, int depth) {
        this.options = options;
        this.stream = new FarStream(depth);
        this.near = stream.call(() -> Backends.open("reference", DeviceOptions.defaults()));
    }

    /** Where its bytes are. */
    private record Cell(long id, Arena arena) {}

    private final class Memory implements MemoryBudget.Allocator<Cell> {
        @Override
        public Cell take(long bytes) {
            return stream.call(() -> {
                Arena arena = Arena.ofConfined();
                MemorySegment segment = arena.allocate(Math.max(1, bytes), 64).asSlice(0, bytes);
                Cell cell = new Cell(++ids, arena);
                memory.put(cell.id, HostBuffer.borrow(Role.WORKSPACE, "far " + cell.id, segment));
                return cell;
            });
        }

        @Override
        public Buffer wrap(Allocation allocation, Cell cell) {
            allocated++;
            return new FarBuffer(allocation, FarDevice.this, cell.id);
        }

        /** Only once the work that was submitted before is done, as on every device. */
        @Override
        public void free(Cell cell) {
            stream.submit(() -> {
                memory.remove(cell.id);
                cell.arena.close();
            });
            allocated--;
            endIfUnused();
        }
    }

    /** Throws when a call comes from another thread than the device's, or after it was closed. */
    void check() {
        Thread current = Thread.currentThread();
        if (!current.equals(owner)) {
            throw new IllegalStateException("device far belongs to thread \"" + owner.getName()
                    + "\", not to \"" + current.getName() + "\"");
        }
        if (closed) {
            throw new IllegalStateException("device far is closed");
        }
    }

    /** A buffer of this device. */
    FarBuffer own(Buffer buffer) {
        if (!(buffer instanceof FarBuffer far) || far.device() != this) {
            throw new IllegalArgumentException(buffer + " is not in the memory of this device far: upload it");
        }
        far.checkOpen();
        return far;
    }

    /**
     * Its bytes, on the stream's thread, also when it is closed meanwhile: its memory is given back in the stream's
     * order.
     */
    HostBuffer near(FarBuffer buffer) {
        stream.checkHere();
        HostBuffer whole = memory.get(buffer.id());
        if (whole == null) {
            throw new IllegalStateException("far memory " + buffer.id() + " is gone: it was not retained while in use");
        }
        return whole.slice(buffer.offset(), buffer.bytes());
    }

    FarStream queue() {
        return stream;
    }

    Device nearDevice() {
        stream.checkHere();
        return near;
    }

    private static void checkSizes(long source, long target) {
        if (source != target) {
            throw new IllegalArgumentException("two memories of one size are wanted, got " + source + " and " + target
                    + " bytes");
        }
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public int threads() {
        return 1;
    }

    @Override
    public MemoryBudget memory() {
        return options.memory();
    }

    @Override
    public Stream stream() {
        return stream;
    }

    @Override
    public Buffer allocate(Role role, String label, long bytes) {
        check();
        return options.memory().allocate(role, label, bytes, allocator);
    }

    @Override
    public Buffer borrow(Role role, String label, MemorySegment segment) {
        throw new IllegalArgumentException(
                "device far does not compute in host memory, as " + label + " are: allocate on the device, and upload");
    }

    @Override
    public void upload(MemorySegment source, Buffer target) {
        check();
        FarBuffer far = own(target);
        checkSizes(source.byteSize(), target.bytes());
        // What belongs to one thread cannot wait for another to come and read it.
        MemorySegment kept = source.isAccessibleBy(stream.thread())
                ? source
                : MemorySegment.ofArray(source.toArray(java.lang.foreign.ValueLayout.JAVA_BYTE));
        stream.submit(() -> near(far).segment().copyFrom(kept));
    }

    @Override
    public void download(Buffer source, MemorySegment target) {
        check();
        FarBuffer far = own(source);
        checkSizes(source.bytes(), target.byteSize());
        target.fill(POISON); // for whoever reads it early
        if (target.isAccessibleBy(stream.thread())) {
            stream.submit(() -> target.copyFrom(near(far).segment()));
        } else {
            byte[] copy = stream.call(() -> near(far).segment().toArray(java.lang.foreign.ValueLayout.JAVA_BYTE));
            target.copyFrom(MemorySegment.ofArray(copy));
        }
    }

    @Override
    public void copy(Buffer source, Buffer target) {
        check();
        FarBuffer from = own(source);
        FarBuffer to = own(target);
        checkSizes(source.bytes(), target.bytes());
        stream.submit(() -> near.copy(near(from), near(to)));
    }

    @Override
    public void write(Buffer target, long first, long second) {
        check();
        FarBuffer far = own(target);
        stream.submit(() -> near.write(near(far), first, second));
    }

    @Override
    public void write(Buffer target, float value) {
        check();
        FarBuffer far = own(target);
        stream.submit(() -> near.write(near(far), value));
    }

    @Override
    public void zero(Buffer target) {
        check();
        FarBuffer far = own(target);
        stream.submit(() -> near.zero(near(far)));
    }

    @Override
    public void swap(Buffer a, Buffer b) {
        check();
        FarBuffer one = own(a);
        FarBuffer other = own(b);
        checkSizes(a.bytes(), b.bytes());
        stream.submit(() -> near.swap(near(one), near(other)));
    }

    @Override
    public void addToMean(Buffer mean, Buffer value, long count) {
        check();
        FarBuffer to = own(mean);
        FarBuffer from = own(value);
        stream.submit(() -> near.addToMean(near(to), near(from), count));
    }

    @Override
    public void cast(Buffer source, DType from, Buffer target, DType to) {
        check();
        FarBuffer read = own(source);
        FarBuffer written = own(target);
        stream.submit(() -> near.cast(near(read), from, near(written), to));
    }

    @Override
    public void multiply(Buffer values, Buffer factors) {
        check();
        FarBuffer to = own(values);
        FarBuffer by = own(factors);
        stream.submit(() -> near.multiply(near(to), near(by)));
    }

    @Override
    public void addProduct(double scale, Buffer a, Buffer b, Buffer sum) {
        check();
        FarBuffer left = own(a);
        FarBuffer right = own(b);
        FarBuffer to = own(sum);
        stream.submit(() -> near.addProduct(scale, near(left), near(right), near(to)));
    }

    @Override
    public void lookAhead(double rate, Buffer fast, Buffer slow) {
        check();
        FarBuffer one = own(fast);
        FarBuffer other = own(slow);
        LookaheadBuffers.check(rate, fast, slow);
        stream.submit(() -> near.lookAhead(rate, near(one), near(other)));
    }

    @Override
    public void reorder(TensorType type, Buffer source, Layout from, Buffer target, Layout to) {
        check();
        FarBuffer read = own(source);
        FarBuffer written = own(target);
        stream.submit(() -> near.reorder(type, near(read), from, near(written), to));
    }

    @Override
    public long findNonFinite(Buffer values) {
        check();
        FarBuffer far = own(values);
        return stream.call(() -> near.findNonFinite(near(far)));
    }

    @Override
    public long findNonFinite(DType dtype, Buffer values) {
        check();
        FarBuffer far = own(values);
        return stream.call(() -> near.findNonFinite(dtype, near(far)));
    }

    @Override
    public Support supports(Op op, List<TensorType> inputs) {
        check();
        return stream.call(() -> near.supports(op, inputs));
    }

    @Override
    public Lowering lower() {
        check();
        return new FarLowering(this, stream.call(near::lower));
    }

    @Override
    public UpdateKernel bindUpdate(UpdateRequest request) {
        check();
        return new FarUpdateKernel(this, request);
    }

    @Override
    public StepKernel bindSteps(StepRequest request) {
        check();
        return new FarStepKernel(this, request);
    }

    @Override
    public PerturbationKernel bindPerturbation(PerturbationRequest request) {
        check();
        return new FarPerturbationKernel(this, request);
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        check();
        stream.call(() -> {
            near.close();
            return true;
        });
        closed = true;
        endIfUnused();
    }

    /** Memory outlives the device that made it, as far as somebody still owns it. */
    private void endIfUnused() {
        if (closed && allocated == 0) {
            stream.end();
        }
    }
}
