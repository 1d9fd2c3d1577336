package dev.gatun.onednn;

import dev.gatun.backend.KernelPlan;
import dev.gatun.bindings.onednn.onednn_h;
import dev.gatun.onednn.plan.CallPlan;
import dev.gatun.onednn.plan.PrimitivePlan;
import dev.gatun.onednn.plan.Problem;
import dev.gatun.onednn.plan.SequencePlan;
import dev.gatun.onednn.plan.SequencePlan.Place;
import dev.gatun.onednn.primitive.MemoryDescriptors;
import dev.gatun.onednn.primitive.Onednn;
import dev.gatun.onednn.primitive.PrimitiveDescriptor;
import dev.gatun.op.Recurrent;
import dev.gatun.shape.DType;
import dev.gatun.shape.Layout;
import dev.gatun.shape.Shape;
import dev.gatun.shape.Stored;
import dev.gatun.shape.TensorType;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * oneDNN's LSTM and its GRU with a linear layer before the reset, which is PyTorch's. The primitive wants the weights
 * in layouts of its own, one forward and another backward, and adds to their gradients: they are packed, zeroed and
 * unpacked around it.
 */
final class RecurrentPlans {
    private final CpuLowering lowering;
    private final MemoryDescriptors descriptors;

    RecurrentPlans(CpuLowering lowering) {
        this.lowering = lowering;
        this.descriptors = lowering.engine().descriptors();
    }

    /** The extents of a problem, and tensors under the shapes that oneDNN gives them. */
    private record Extents(Recurrent op, long steps, long batch, long inputs, long width) {
        static Extents of(Problem problem, Recurrent op) {
            Shape x = problem.inputs().getFirst().type().shape();
            return new Extents(op, x.extent(0), x.extent(1), x.extent(2),
                    problem.inputs().get(2).type().shape().extent(1));
        }

        RecurrentGates gates() {
            return new RecurrentGates(op.cell(), width);
        }

        TensorType source() {
            return TensorType.f32(steps, batch, inputs);
        }

        TensorType result() {
            return TensorType.f32(steps, batch, width);
        }

        TensorType state() {
            return TensorType.f32(1, 1, batch, width);
        }

        TensorType bias() {
            return TensorType.f32(1, 1, gates().biases(), width);
        }

        /** A weight of so many inputs, {@code (layers, directions, inputs, gates, width)}. */
        TensorType weight(long from) {
            return TensorType.f32(1, 1, from, op.cell().gates(), width);
        }

        /** The same as it lies as {@code (gates * width, inputs)}. */
        Stored rows(long from) {
            TensorType type = weight(from);
            long all = type.shape().elements();
            return Stored.of(type, Layout.strided(
                    type.shape().extents(), new long[] {all, all, 1, width * from, from}));
        }

        /** The same as {@code (inputs, gates * width)}. */
        Stored columns(long from) {
            return Stored.rowMajor(weight(from));
        }

        int direction() {
            return switch (op.direction()) {
                case FORWARD -> onednn_h.dnnl_unidirectional_left2right();
                case REVERSE -> onednn_h.dnnl_unidirectional_right2left();
            };
        }
    }

    /** Descriptors of the weights by the input and by the hidden state. */
    private record Weights(MemorySegment layer, MemorySegment iteration) {}

    private MemorySegment rowMajor(TensorType type) {
        return descriptors.of(type, Layout.rowMajor(type.shape()));
    }

    private Weights undecided(Extents e) {
        return new Weights(descriptors.any(e.weight(e.inputs)), descriptors.any(e.weight(e.width)));
    }

    private Weights columns(Extents e) {
        return new Weights(descriptors.of(e.columns(e.inputs)), descriptors.of(e.columns(e.width)));
    }

    private Weights rows(Extents e) {
        return new Weights(descriptors.of(e.rows(e.inputs)), descriptors.of(e.rows(e.width)));
    }

    /** oneDNN's choice of layouts, where strides and blocks describe them; else columns. */
    private PrimitiveDescriptor forward(Problem problem, Extents e) {
        PrimitiveDescriptor chosen = forward(problem, e, undecided(e));
        return isDescribed(chosen, onednn_h.DNNL_ARG_WEIGHTS_LAYER(), onednn_h.DNNL_ARG_WEIGHTS_ITER())
                ? chosen : forward(problem, e, columns(e));
    }

    private static boolean isDescribed(PrimitiveDescriptor descriptor, int... arguments) {
        for (int argument : arguments) {
            if (Onednn.queryInt(descriptor.argument(argument), onednn_h.dnnl_query_format_kind())
                    != onednn_h.dnnl_blocked()) {
                return false;
            }
        }
        return true;
    }

    private PrimitiveDescriptor forward(Problem problem, Extents e, Weights weights) {
        MemorySegment x = rowMajor(e.source());
        MemorySegment y = rowMajor(e.result());
        MemorySegment state = rowMajor(e.state());
        MemorySegment bias = rowMajor(e.bias());
        MemorySegment engine = lowering.engine().handle();
        MemorySegment attributes = lowering.engine().attributes().plain();
        int kind = onednn_h.dnnl_forward_training();
        int undefined = onednn_h.dnnl_rnn_flags_undef();
        return switch (e.op.cell()) {
            case LSTM -> PrimitiveDescriptor.create(lowering.owner(), "dnnl_lstm_forward_primitive_desc_create",
                    problem.detail(), out -> onednn_h.dnnl_lstm_forward_primitive_desc_create(out, engine, kind,
                            e.direction(), x, state, state, weights.layer, weights.iteration, MemorySegment.NULL,
                            MemorySegment.NULL, bias, y, state, state, undefined, attributes));
            case GRU -> PrimitiveDescriptor.create(lowering.owner(), "dnnl_lbr_gru_forward_primitive_desc_create",
                    problem.detail(), out -> onednn_h.dnnl_lbr_gru_forward_primitive_desc_create(out, engine, kind,
                            e.direction(), x, state, weights.layer, weights.iteration, bias, y, state, undefined,
                            attributes));
        };
    }

    private PrimitiveDescriptor backward(Problem problem, Extents e, PrimitiveDescriptor hint) {
        PrimitiveDescriptor chosen = backward(problem, e, hint, undecided(e), undecided(e));
        return isDescribed(chosen, onednn_h.DNNL_ARG_WEIGHTS_LAYER(), onednn_h.DNNL_ARG_WEIGHTS_ITER(),
                onednn_h.DNNL_ARG_DIFF_WEIGHTS_LAYER(), onednn_h.DNNL_ARG_DIFF_WEIGHTS_ITER())
                ? chosen : backward(problem, e, hint, rows(e), columns(e));
    }

    private PrimitiveDescriptor backward(
            Problem problem, Extents e, PrimitiveDescriptor hint, Weights weights, Weights diff) {
        MemorySegment x = rowMajor(e.source());
        MemorySegment y = rowMajor(e.result());
        MemorySegment state = rowMajor(e.state());
        MemorySegment bias = rowMajor(e.bias());
        MemorySegment engine = lowering.engine().handle();
        MemorySegment attributes = lowering.engine().attributes().plain();
        int kind = onednn_h.dnnl_backward();
        int undefined = onednn_h.dnnl_rnn_flags_undef();
        return switch (e.op.cell()) {
            case LSTM -> PrimitiveDescriptor.create(lowering.owner(), "dnnl_lstm_backward_primitive_desc_create",
                    problem.detail(), out -> onednn_h.dnnl_lstm_backward_primitive_desc_create(out, engine, kind,
                            e.direction(), x, state, state, weights.layer, weights.iteration, MemorySegment.NULL,
                            MemorySegment.NULL, bias, y, state, state, x, state, state, diff.layer, diff.iteration,
                            MemorySegment.NULL, MemorySegment.NULL, bias, y, state, state, undefined, hint.handle(),
                            attributes));
            case GRU -> PrimitiveDescriptor.create(lowering.owner(), "dnnl_lbr_gru_backward_primitive_desc_create",
                    problem.detail(), out -> onednn_h.dnnl_lbr_gru_backward_primitive_desc_create(out, engine, kind,
                            e.direction(), x, state, weights.layer, weights.iteration, bias, y, state, x, state,
                            diff.layer, diff.iteration, bias, y, state, undefined, hint.handle(), attributes));
        };
    }

    KernelPlan forward(Problem problem, Recurrent op) {
        Extents e = Extents.of(problem, op);
        PrimitiveDescriptor descriptor = forward(problem, e);
        List<Stored> outputs = new ArrayList<>(problem.outputs().stream().map(Stored::rowMajor).toList());
        outputs.set(outputs.size() - 1, workspace(descriptor));
        SequencePlan plan = new SequencePlan(
                op.name() + ":" + descriptor.implementation(), problem.rowMajorInputs(), outputs);
        Arguments arguments = new Arguments(plan, descriptor);
        given(arguments, e);
        arguments.write(onednn_h.DNNL_ARG_DST_LAYER(), plan.output(0));
        arguments.write(onednn_h.DNNL_ARG_DST_ITER(), plan.scratch(e.state().bytes()));
        if (op.cell().hasCellState()) {
            arguments.write(onednn_h.DNNL_ARG_DST_ITER_C(), plan.output(1));
        }
        arguments.write(onednn_h.DNNL_ARG_WORKSPACE(), plan.output(outputs.size() - 1));
        arguments.run();
        return plan;
    }

    private static Stored workspace(PrimitiveDescriptor descriptor) {
        long bytes = descriptor.bytes(onednn_h.DNNL_ARG_WORKSPACE());
        return Stored.rowMajor(new TensorType(DType.U8, Shape.of(bytes)));
    }

    KernelPlan backward(Problem problem, Recurrent op) {
        Extents e = Extents.of(problem, op);
        PrimitiveDescriptor hint = forward(problem, e);
        PrimitiveDescriptor descriptor = backward(problem, e, hint);
        int celled = op.cell().hasCellState() ? 1 : 0;
        int results = 6 + celled; // as many inputs has the operation
        int diffs = results + 2 + celled;
        List<Stored> inputs = new ArrayList<>(problem.rowMajorInputs());
        inputs.set(diffs - 1, workspace(descriptor));
        SequencePlan plan = new SequencePlan(op.name() + "_backward:" + descriptor.implementation(), inputs,
                problem.outputs().stream().map(Stored::rowMajor).toList());
        Arguments arguments = new Arguments(plan, descriptor);
        given(arguments, e);
        Place state = plan.scratch(e.state().bytes());
        zero(plan, state, e.state().bytes());
        arguments.read(onednn_h.DNNL_ARG_DST_LAYER(), plan.input(results));
        arguments.read(onednn_h.DNNL_ARG_DST_ITER(), state); // whose values nothing depends on
        arguments.read(onednn_h.DNNL_ARG_DIFF_DST_LAYER(), plan.input(diffs));
        arguments.read(onednn_h.DNNL_ARG_DIFF_DST_ITER(), state); // the last state's gradient is part of the results'
        arguments.write(onednn_h.DNNL_ARG_DIFF_SRC_LAYER(), plan.output(0));
        arguments.write(onednn_h.DNNL_ARG_DIFF_SRC_ITER(), plan.output(5));
        if (op.cell().hasCellState()) {
            arguments.read(onednn_h.DNNL_ARG_DST_ITER_C(), plan.input(results + 1));
            arguments.read(onednn_h.DNNL_ARG_DIFF_DST_ITER_C(), plan.input(diffs + 1));
            arguments.write(onednn_h.DNNL_ARG_DIFF_SRC_ITER_C(), plan.output(6));
        }
        arguments.read(onednn_h.DNNL_ARG_WORKSPACE(), plan.input(diffs - 1));
        Place layer = zeroed(arguments, onednn_h.DNNL_ARG_DIFF_WEIGHTS_LAYER());
        Place iteration = zeroed(arguments, onednn_h.DNNL_ARG_DIFF_WEIGHTS_ITER());
        Place bias = zeroed(arguments, onednn_h.DNNL_ARG_DIFF_BIAS());
        arguments.run();
        unpack(arguments, e, onednn_h.DNNL_ARG_DIFF_WEIGHTS_LAYER(), e.inputs, layer, plan.output(1));
        unpack(arguments, e, onednn_h.DNNL_ARG_DIFF_WEIGHTS_ITER(), e.width, iteration, plan.output(2));
        plan.then(e.gates().biasBackward(), List.of(bias), List.of(plan.output(3), plan.output(4)));
        return plan;
    }

    /** What forward and backward pass read alike. */
    private void given(Arguments arguments, Extents e) {
        SequencePlan plan = arguments.plan;
        Place bias = plan.scratch(e.bias().bytes());
        plan.then(e.gates().bias(), List.of(plan.input(3), plan.input(4)), List.of(bias));
        arguments.read(onednn_h.DNNL_ARG_SRC_LAYER(), plan.input(0));
        arguments.read(onednn_h.DNNL_ARG_WEIGHTS_LAYER(),
                packed(arguments, e, onednn_h.DNNL_ARG_WEIGHTS_LAYER(), e.inputs, plan.input(1)));
        arguments.read(onednn_h.DNNL_ARG_WEIGHTS_ITER(),
                packed(arguments, e, onednn_h.DNNL_ARG_WEIGHTS_ITER(), e.width, plan.input(2)));
        arguments.read(onednn_h.DNNL_ARG_BIAS(), bias);
        arguments.read(onednn_h.DNNL_ARG_SRC_ITER(), plan.input(5));
        if (e.op.cell().hasCellState()) {
            arguments.read(onednn_h.DNNL_ARG_SRC_ITER_C(), plan.input(6));
        }
    }

    private Place packed(Arguments arguments, Extents e, int code, long from, Place weight) {
        SequencePlan plan = arguments.plan;
        Place ordered = weight;
        if (!e.gates().isOrdered()) {
            ordered = plan.scratch(e.rows(from).bytes());
            plan.then(e.gates().swapped(e.weight(from).shape()), List.of(weight), List.of(ordered));
        }
        Stored stored = arguments.descriptor.stored(descriptors, e.weight(from), code);
        Place packed = plan.scratch(arguments.descriptor.bytes(code));
        plan.then(lowering.reorder(e.rows(from), stored), List.of(ordered), List.of(packed));
        return packed;
    }

    private void unpack(Arguments arguments, Extents e, int code, long from, Place packed, Place weight) {
        SequencePlan plan = arguments.plan;
        boolean isOrdered = e.gates().isOrdered();
        Stored stored = arguments.descriptor.stored(descriptors, e.weight(from), code);
        Place ordered = isOrdered ? weight : plan.scratch(e.rows(from).bytes());
        plan.then(lowering.reorder(stored, e.rows(from)), List.of(packed), List.of(ordered));
        if (!isOrdered) {
            plan.then(e.gates().swapped(e.weight(from).shape()), List.of(ordered), List.of(weight));
        }
    }

    private static Place zeroed(Arguments arguments, int code) {
        long bytes = arguments.descriptor.bytes(code);
        Place place = arguments.plan.scratch(bytes);
        zero(arguments.plan, place, bytes);
        arguments.write(code, place);
        return place;
    }

    private static void zero(SequencePlan plan, Place place, long bytes) {
        Stored stored = Stored.rowMajor(new TensorType(DType.U8, Shape.of(bytes)));
        plan.then(new CallPlan("zero", List.of(), List.of(stored), binding -> {
            MemorySegment memory = binding.outputs().getFirst();
            return () -> memory.fill((byte) 0);
        }), List.of(), List.of(place));
    }

    /** The arguments of the primitive, collected. */
    private final class Arguments {
        private final SequencePlan plan;
        private final PrimitiveDescriptor descriptor;
        private final PrimitivePlan.Builder primitive;
        private final List<Place> reads = new ArrayList<>();
        private final List<Place> writes = new ArrayList<>();

        Arguments(SequencePlan plan, PrimitiveDescriptor descriptor) {
            this.plan = plan;
            this.descriptor = descriptor;
            this.primitive = new PrimitivePlan.Builder(lowering, descriptor);
        }

        private Stored bytes(int code) {
            return Stored.rowMajor(new TensorType(DType.U8, Shape.of(descriptor.bytes(code))));
        }

        void read(int code, Place place) {
            primitive.input(code, bytes(code));
            reads.add(place);
        }

        void write(int code, Place place) {
            primitive.output(code, bytes(code));
            writes.add(place);
        }

        /** Adds the primitive to the steps. */
        void run() {
            plan.then(primitive.build(), reads, writes);
        }
    }
}
