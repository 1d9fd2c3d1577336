package dev.gatun.onednn.plan;

import dev.gatun.backend.Binding;
import dev.gatun.backend.HostBinding;
import dev.gatun.backend.Kernel;
import dev.gatun.backend.KernelPlan;
import dev.gatun.bindings.onednn.dnnl_exec_arg_t;
import dev.gatun.bindings.onednn.onednn_h;
import dev.gatun.ffi.NativeOwner;
import dev.gatun.memory.Buffer;
import dev.gatun.memory.Retention;
import dev.gatun.onednn.primitive.Onednn;
import dev.gatun.onednn.primitive.PrimitiveDescriptor;
import dev.gatun.shape.Stored;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A plan that runs one oneDNN primitive. */
public final class PrimitivePlan implements KernelPlan {
    private final PlanContext context;
    private final PrimitiveDescriptor descriptor;
    private final List<Stored> inputs;
    private final List<Stored> outputs;
    private final List<Argument> arguments;
    private final List<Parameter> parameters;
    private final int inPlaceInput;
    private final @Nullable NanWatch watch;
    private final Own own;
    private final @Nullable Function<HostBinding, Kernel> ownKernel;

    /** What a kernel of ours has to do with the primitive. */
    private enum Own {
        NONE,
        BEFORE,
        AFTER,
        INSTEAD
    }

    /** Which input or output of the operation an argument of the primitive is, and the bytes that it spans at most. */
    private record Argument(int code, boolean input, int index, long bytes) {}

    /** An argument of the primitive in memory of the plan's own. */
    private record Parameter(int code, MemorySegment descriptor, MemorySegment memory) {}

    private PrimitivePlan(Builder builder) {
        this.context = builder.context;
        this.descriptor = builder.descriptor;
        this.inputs = List.copyOf(builder.inputs);
        this.outputs = List.copyOf(builder.outputs);
        this.arguments = List.copyOf(builder.arguments);
        this.parameters = List.copyOf(builder.parameters);
        this.inPlaceInput = builder.inPlaceInput;
        this.watch = builder.watch;
        this.own = builder.own;
        this.ownKernel = builder.ownKernel;
    }

    /** Collects what a plan consists of; inputs and outputs in the operation's order. */
    public static final class Builder {
        private final PlanContext context;
        private final PrimitiveDescriptor descriptor;
        private final List<Stored> inputs = new ArrayList<>();
        private final List<Stored> outputs = new ArrayList<>();
        private final List<Argument> arguments = new ArrayList<>();
        private final List<Parameter> parameters = new ArrayList<>();
        private int inPlaceInput = NOT_IN_PLACE;
        private @Nullable NanWatch watch;
        private Own own = Own.NONE;
        private @Nullable Function<HostBinding, Kernel> ownKernel;

        public Builder(PlanContext context, PrimitiveDescriptor descriptor) {
            this.context = context;
            this.descriptor = descriptor;
        }

        /** The next input, passed to the primitive as {@code code}. */
        public Builder input(int code, Stored stored) {
            arguments.add(new Argument(code, true, inputs.size(), Long.MAX_VALUE));
            inputs.add(stored);
            return this;
        }

        /** The next input, which the primitive does not read. */
        public Builder unusedInput(Stored stored) {
            inputs.add(stored);
            return this;
        }

        /** The next output, written by the primitive as {@code code}. */
        public Builder output(int code, Stored stored) {
            arguments.add(new Argument(code, false, outputs.size(), Long.MAX_VALUE));
            outputs.add(stored);
            return this;
        }

        /**
         * The only input and output of a reorder, which may be parts of larger tensors: between their elements lie
         * those of others, and for such oneDNN states more bytes than there are up to the last element.
         */
        public Builder reorder(Stored source, Stored target) {
            arguments.add(new Argument(onednn_h.DNNL_ARG_SRC(), true, 0, source.bytes()));
            inputs.add(source);
            arguments.add(new Argument(onednn_h.DNNL_ARG_DST(), false, 0, target.bytes()));
            outputs.add(target);
            return this;
        }

        /** An argument that is no input: small memory that a kernel {@linkplain #preceded before} fills. */
        public Builder parameter(int code, MemorySegment memoryDescriptor, MemorySegment memory) {
            parameters.add(new Parameter(code, memoryDescriptor, memory));
            return this;
        }

        /** The next output, which the primitive does not write. */
        public Builder unusedOutput(Stored stored) {
            outputs.add(stored);
            return this;
        }

        /** The first output may take the memory of an input. */
        public Builder inPlace(int input) {
            inPlaceInput = input;
            return this;
        }

        /** The primitive drops a NaN that it meets here. */
        public Builder watched(NanWatch by) {
            watch = by;
            return this;
        }

        /** Before the primitive runs a kernel of ours, for what the primitive reads besides the inputs. */
        public Builder preceded(Function<HostBinding, Kernel> by) {
            own = Own.BEFORE;
            ownKernel = by;
            return this;
        }

        /** Behind the primitive runs a kernel of ours, for what the primitive does not write. */
        public Builder followed(Function<HostBinding, Kernel> by) {
            own = Own.AFTER;
            ownKernel = by;
            return this;
        }

        /** A kernel of ours runs in the primitive's place, which gradients still take for their forward pass. */
        public Builder replaced(Function<HostBinding, Kernel> by) {
            own = Own.INSTEAD;
            ownKernel = by;
            return this;
        }

        public PrimitivePlan build() {
            return new PrimitivePlan(this);
        }
    }

    /** What gradients give to oneDNN as the hint of their forward pass. */
    public MemorySegment handle() {
        return descriptor.handle();
    }

    @Override
    public String implementation() {
        return descriptor.implementation();
    }

    @Override
    public List<Stored> inputs() {
        return inputs;
    }

    @Override
    public List<Stored> outputs() {
        return outputs;
    }

    @Override
    public long scratchBytes() {
        return descriptor.scratchBytes();
    }

    @Override
    public int inPlace(int output) {
        return output == 0 ? inPlaceInput : NOT_IN_PLACE;
    }

    @Override
    public Kernel bind(Binding bound) {
        HostBinding binding = HostBinding.of(bound, this);
        Kernel ours = ownKernel == null ? null : ownKernel.apply(binding);
        if (ours != null && own == Own.INSTEAD) {
            return ours;
        }
        NativeOwner owner = context.owner();
        MemorySegment primitive = Onednn.primitive(owner, descriptor.handle(), descriptor.detail());
        int count = arguments.size() + parameters.size() + 1;
        MemorySegment list = dnnl_exec_arg_t.allocateArray(count, owner.arena());
        for (int i = 0; i < arguments.size(); i++) {
            Argument argument = arguments.get(i);
            MemorySegment data = (argument.input ? binding.inputs() : binding.outputs()).get(argument.index);
            set(list, i, argument.code, checked(argument, data));
        }
        for (int i = 0; i < parameters.size(); i++) {
            Parameter parameter = parameters.get(i);
            set(list, arguments.size() + i, parameter.code, parameter.descriptor, parameter.memory);
        }
        set(list, count - 1, onednn_h.DNNL_ARG_SCRATCHPAD(), binding.scratch());
        MemorySegment stream = context.engine().stream();
        String detail = descriptor.detail();
        Retention retention = new Retention(arguments(bound)); // oneDNN knows bare addresses
        Kernel alone = () -> {
            retention.begin();
            try {
                Onednn.execute(primitive, stream, count, list, detail);
            } finally {
                retention.end();
            }
        };
        Kernel kernel = ours == null ? alone : own == Own.BEFORE ? ours.then(alone) : alone.then(ours);
        return watch == null ? kernel
                : watch.watched(kernel, this, binding, owner.arena().allocate(ValueLayout.JAVA_LONG));
    }

    private List<Buffer> arguments(Binding bound) {
        List<Buffer> buffers = new ArrayList<>();
        for (Argument argument : arguments) {
            buffers.add((argument.input ? bound.inputs() : bound.outputs()).get(argument.index));
        }
        if (bound.scratch() != null && bound.scratch().bytes() > 0) {
            buffers.add(bound.scratch());
        }
        return buffers;
    }

    /** oneDNN is given an address alone: whatever is too short would be run over. */
    private MemorySegment checked(Argument argument, MemorySegment data) {
        String what = (argument.input ? "input " : "output ") + argument.index + " of " + descriptor.detail();
        if (!data.isNative() || (data.isReadOnly() && !argument.input)) {
            throw new IllegalArgumentException(what + " must be off-heap memory"
                    + (argument.input ? "" : " that can be written") + ", got " + data);
        }
        long bytes = Math.min(descriptor.bytes(argument.code), argument.bytes);
        if (data.byteSize() < bytes) {
            throw new IllegalArgumentException(what + " needs " + bytes + " bytes, got " + data.byteSize());
        }
        return data;
    }

    private void set(MemorySegment list, int index, int code, MemorySegment data) {
        set(list, index, code, descriptor.argument(code), data);
    }

    private void set(MemorySegment list, int index, int code, MemorySegment memoryDescriptor, MemorySegment data) {
        MemorySegment slot = dnnl_exec_arg_t.asSlice(list, index);
        dnnl_exec_arg_t.arg(slot, code);
        dnnl_exec_arg_t.memory(slot, Onednn.memory(
                context.owner(), memoryDescriptor, context.engine().handle(), data));
    }
}
