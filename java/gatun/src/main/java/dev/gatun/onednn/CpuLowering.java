package dev.gatun.onednn;

import dev.gatun.backend.KernelPlan;
import dev.gatun.backend.LayoutPolicy;
import dev.gatun.backend.Lowering;
import dev.gatun.backend.Operand;
import dev.gatun.backend.Region;
import dev.gatun.backend.Support;
import dev.gatun.backend.UnsupportedOperationOnDevice;
import dev.gatun.backend.ViewPlan;
import dev.gatun.bindings.onednn.onednn_h;
import dev.gatun.ffi.NativeOwner;
import dev.gatun.ffi.UserCache;
import dev.gatun.graph.Graph;
import dev.gatun.graph.Node;
import dev.gatun.graph.Value;
import dev.gatun.onednn.plan.IntegerPlans;
import dev.gatun.onednn.plan.PlanContext;
import dev.gatun.onednn.plan.PrimitivePlan;
import dev.gatun.onednn.plan.Problem;
import dev.gatun.onednn.plan.WidenedPlan;
import dev.gatun.onednn.primitive.CpuEngine;
import dev.gatun.onednn.primitive.Kernels;
import dev.gatun.onednn.primitive.MemoryDescriptors;
import dev.gatun.onednn.primitive.Onednn;
import dev.gatun.onednn.primitive.PrimitiveDescriptor;
import dev.gatun.onednn.primitive.Processor;
import dev.gatun.op.Affine;
import dev.gatun.op.ArgMax;
import dev.gatun.op.BatchNormalization;
import dev.gatun.op.BatchNormalizationBackward;
import dev.gatun.op.Binary;
import dev.gatun.op.Broadcast;
import dev.gatun.op.Cast;
import dev.gatun.op.ChannelStatistics;
import dev.gatun.op.Concat;
import dev.gatun.op.Convolution;
import dev.gatun.op.ConvolutionBackwardData;
import dev.gatun.op.ConvolutionBackwardWeights;
import dev.gatun.op.Dequantize;
import dev.gatun.op.Dropout;
import dev.gatun.op.FakeQuantize;
import dev.gatun.op.FakeQuantizeBackward;
import dev.gatun.op.Fill;
import dev.gatun.op.Gather;
import dev.gatun.op.GroupNormalization;
import dev.gatun.op.GroupNormalizationBackward;
import dev.gatun.op.InstanceNormalization;
import dev.gatun.op.LayerNormalization;
import dev.gatun.op.LayerNormalizationBackward;
import dev.gatun.op.Linear;
import dev.gatun.op.LinearBackwardData;
import dev.gatun.op.LinearBackwardWeights;
import dev.gatun.op.LossScale;
import dev.gatun.op.MatMul;
import dev.gatun.op.OneHot;
import dev.gatun.op.Pad;
import dev.gatun.op.Pool;
import dev.gatun.op.PoolBackward;
import dev.gatun.op.Quantize;
import dev.gatun.op.QuantizedConvolution;
import dev.gatun.op.QuantizedLinear;
import dev.gatun.op.QuantizedOp;
import dev.gatun.op.QuantizedSum;
import dev.gatun.op.Recurrent;
import dev.gatun.op.RecurrentBackward;
import dev.gatun.op.Reduce;
import dev.gatun.op.Resample;
import dev.gatun.op.ResampleBackward;
import dev.gatun.op.Reshape;
import dev.gatun.op.RmsNormalization;
import dev.gatun.op.RmsNormalizationBackward;
import dev.gatun.op.ScaledDotProductAttention;
import dev.gatun.op.ScaledDotProductAttentionBackward;
import dev.gatun.op.ScatterAdd;
import dev.gatun.op.Slice;
import dev.gatun.op.Softmax;
import dev.gatun.op.SoftmaxBackward;
import dev.gatun.op.SoftmaxCrossEntropy;
import dev.gatun.op.SoftmaxCrossEntropyBackward;
import dev.gatun.op.StopGradient;
import dev.gatun.op.SumAcrossRanks;
import dev.gatun.op.Transpose;
import dev.gatun.op.Unary;
import dev.gatun.op.UnaryBackward;
import dev.gatun.op.UpdateRunningStatistics;
import dev.gatun.op.Where;
import dev.gatun.op.function.PoolKind;
import dev.gatun.op.function.ScalarFunction;
import dev.gatun.op.function.UnaryFunction;
import dev.gatun.shape.Layout;
import dev.gatun.shape.Stored;
import dev.gatun.shape.TensorType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Chooses kernels for one program on the CPU. */
final class CpuLowering implements Lowering, PlanContext {
    private final CpuDevice device;
    private final NativeOwner owner;
    private final ConvolutionPlans convolutions;
    private final OwnConvolutions ownConvolutions;
    private final LinearPlans linears;
    private final IntegerLayerPlans integerLayers;
    private final NormalizationPlans normalizations;
    private final LayerNormalizationPlans layerNormalizations;
    private final PoolingPlans poolings;
    private final EltwisePlans eltwises;
    private final BinaryPlans binaries;
    private final ReductionPlans reductions;
    private final MatMulPlans products;
    private final MovePlans moves;
    private final ResamplePlans resamples;
    private final GroupNormalizationPlans groupNormalizations;
    private final AttentionPlans attentions;
    private final RecurrentPlans recurrents;
    private final Candidates candidates = new Candidates(this);

    CpuLowering(CpuDevice device, NativeOwner owner) {
        this.device = device;
        this.owner = owner;
        this.convolutions = new ConvolutionPlans(this);
        this.ownConvolutions = new OwnConvolutions(this);
        this.linears = new LinearPlans(this);
        this.integerLayers = new IntegerLayerPlans(this);
        this.normalizations = new NormalizationPlans(this);
        this.layerNormalizations = new LayerNormalizationPlans(this);
        this.poolings = new PoolingPlans(this);
        this.eltwises = new EltwisePlans(this);
        this.binaries = new BinaryPlans(this);
        this.reductions = new ReductionPlans(this);
        this.products = new MatMulPlans(this);
        this.moves = new MovePlans(this);
        this.resamples = new ResamplePlans(this);
        this.attentions = new AttentionPlans(this);
        this.recurrents = new RecurrentPlans(this);
        this.groupNormalizations = new GroupNormalizationPlans(this);
    }

    @Override
    public CpuEngine engine() {
        return device.engine();
    }

    @Override
    public NativeOwner owner() {
        return owner;
    }

    OwnConvolutions ownConvolutions() {
        return ownConvolutions;
    }

    /**
     * Blocked layouts suit oneDNN's direct convolutions, channels last its matrix kernels: which is faster, a trial
     * says.
     */
    @Override
    public List<LayoutPolicy> layouts() {
        return List.of(LayoutPolicy.CHANNELS_LAST, LayoutPolicy.BLOCKED);
    }

    @Override
    public String environment() {
        return device.name() + ", " + Processor.NAME + ", oneDNN " + Onednn.version() + " " + Onednn.instructionSet()
                + ", kernels " + Kernels.abiVersion() + " " + Kernels.instructionSet() + ", " + device.threads()
                + " threads";
    }

    @Override
    public Optional<Path> cacheFolder() {
        return Optional.of(UserCache.folder());
    }

    @Override
    public List<Region> regions(Graph graph) {
        return Patterns.find(graph).stream().map(this::region).toList();
    }

    private Region region(Patterns.Match match) {
        return switch (match) {
            case Patterns.Single(Node node) -> single(node);
            case Patterns.Followed followed -> region(followed);
            case Patterns.NormalizationThenSum(Node normalization, Value addend, Node sum, Node relu) -> {
                List<Value> inputs = new ArrayList<>(normalization.inputs());
                inputs.add(addend);
                List<Value> outputs = new ArrayList<>(normalization.outputs());
                outputs.set(0, relu.output());
                yield new Region(List.of(normalization, sum, relu), inputs, outputs,
                        request -> candidates.of(normalization, UnaryFunction.RELU, request));
            }
            case Patterns.ReluThenNormalizationBackward(Node relu, Node normalization) -> {
                List<Value> inputs = new ArrayList<>(normalization.inputs());
                inputs.set(1, relu.inputs().get(1));
                yield new Region(List.of(relu, normalization), inputs, normalization.outputs(),
                        request -> candidates.of(normalization, UnaryFunction.RELU, request));
            }
            case Patterns.SumThenReluBackward(Node sum, Node relu) -> {
                List<Value> inputs = List.of(relu.inputs().getFirst(), sum.inputs().get(0), sum.inputs().get(1));
                yield new Region(List.of(sum, relu), inputs, relu.outputs(),
                        request -> candidates.of(relu, null, request));
            }
        };
    }

    private Region region(Patterns.Followed followed) {
        Node node = followed.node();
        List<Value> outputs = new ArrayList<>(node.outputs());
        outputs.set(0, followed.activation().output());
        return new Region(List.of(node, followed.activation()), node.inputs(), outputs,
                request -> candidates.of(node, followed.function(), request));
    }

    @Override
    public Region single(Node node) {
        return Region.of(node, request -> candidates.of(node, null, request));
    }

    /** oneDNN's or Gatun's kernel for a node. */
    KernelPlan plan(Node node, Problem problem) {
        engine().checkUsable();
        Support support = device.supports(node.op(), node.inputTypes());
        if (support instanceof Support.No(String reason)) {
            throw new UnsupportedOperationOnDevice(device.name(), node.name(), node.op().name(), reason);
        }
        try {
            return isWidened(problem) ? widened(problem) : notPlain(problem, choose(problem));
        } catch (PrimitiveDescriptor.UnimplementedException e) {
            throw new UnsupportedOperationOnDevice(device.name(), node.name(), node.op().name(), e.reason());
        }
    }

    private KernelPlan widened(Problem problem) {
        return WidenedPlan.of(this, problem, choose(problem.widened()));
    }

    /** A convolution for which 16 bits have a plain loop alone, a hundred times slower, is better off in f32. */
    private KernelPlan notPlain(Problem problem, KernelPlan plan) {
        boolean convolution = problem.op() instanceof Convolution || problem.op() instanceof ConvolutionBackwardData
                || problem.op() instanceof ConvolutionBackwardWeights;
        return convolution && problem.rank() == 0 && problem.narrow().isPresent()
                && plan.implementation().startsWith("ref") ? widened(problem) : plan;
    }

    /** A function of one variable alone. */
    KernelPlan function(String name, ScalarFunction function, Operand x, LayoutPolicy policy) {
        return ElementwisePlans.unary(
                new Problem(name, new Unary(function), null, List.of(x), List.of(x.type()), policy, 0, null), function);
    }

    /** Whether a kernel in f32 does it, between casts. */
    boolean isWidened(Problem problem) {
        return problem.narrow().map(dtype -> switch (problem.op()) {
            case QuantizedOp _ -> false;
            case Cast _, Reshape _, StopGradient _, SumAcrossRanks _, Transpose _, Slice _, Concat _, Pad _,
                    Unary _ -> false;
            case UnaryBackward _ -> problem.inputs().size() > 2; // whose gradients are added first
            case Convolution _, ConvolutionBackwardData _, ConvolutionBackwardWeights _, Linear _, LinearBackwardData _,
                    LinearBackwardWeights _, MatMul _, BatchNormalization _, BatchNormalizationBackward _, Pool _,
                    PoolBackward _ -> problem.forward() instanceof WidenedPlan || !device.computesNatively(dtype)
                            || losesNan(problem) || sumsShort(problem);
            case Affine _, Binary _, Reduce _, Broadcast _, Fill _, LossScale _, Dropout _,
                    FakeQuantize _, FakeQuantizeBackward _,
                    Gather _, ScatterAdd _, Resample _, ResampleBackward _, OneHot _, ArgMax _,
                    Where _, Softmax _, SoftmaxBackward _, LayerNormalization _, LayerNormalizationBackward _,
                    RmsNormalization _, RmsNormalizationBackward _, GroupNormalization _,
                    GroupNormalizationBackward _, InstanceNormalization _,
                    Recurrent _, RecurrentBackward _, ScaledDotProductAttention _, ScaledDotProductAttentionBackward _,
                    UpdateRunningStatistics _, ChannelStatistics _, SoftmaxCrossEntropy _,
                    SoftmaxCrossEntropyBackward _ -> true;
        }).orElse(false);
    }

    /** Whether the primitive drops a NaN of its input, which is {@code watched} for in f32 only. */
    private static boolean losesNan(Problem problem) {
        return (problem.op() instanceof Pool pool && pool.kind() == PoolKind.MAX)
                || (problem.op() instanceof BatchNormalization op && problem.activation() != null
                        && op.mode() != BatchNormalization.Mode.TRAINING);
    }

    /**
     * Whether the primitive's sums have too few digits: in 16 bits what several windows give to one element of the
     * images, and in f32 long ones of a normalisation, which ours makes in double.
     */
    private static boolean sumsShort(Problem problem) {
        return switch (problem.op()) {
            case PoolBackward op -> op.forward().kind() != PoolKind.MAX && op.forward().window().axes().stream()
                    .anyMatch(axis -> axis.slide().stride() < axis.slide().reach(axis.size()));
            case BatchNormalization op -> NormalizationPlans.isOwn(op, problem.inputs().getFirst().type());
            case BatchNormalizationBackward _ ->
                NormalizationPlans.hasLongSums(problem.inputs().getFirst().type());
            default -> false;
        };
    }

    private KernelPlan choose(Problem problem) {
        return switch (problem.op()) {
            case Convolution op -> convolutions.forward(problem, op);
            case ConvolutionBackwardData op -> convolutions.backwardData(problem, op);
            case ConvolutionBackwardWeights op -> convolutions.backwardWeights(problem, op);
            case Quantize op -> IntegerPlans.quantize(problem, op);
            case Dequantize op -> IntegerPlans.dequantize(problem, op);
            case QuantizedSum op -> IntegerPlans.sum(problem, op);
            case QuantizedConvolution op -> integerLayers.convolution(problem, op);
            case QuantizedLinear op -> integerLayers.linear(problem, op);
            case Linear _ -> linears.forward(problem);
            case LinearBackwardData _ -> linears.backwardData(problem);
            case LinearBackwardWeights op -> linears.backwardWeights(problem, op);
            case MatMul op -> products.matMul(problem, op);
            case BatchNormalization op -> normalizations.forward(problem, op);
            case BatchNormalizationBackward op -> normalizations.backward(problem, op);
            case UpdateRunningStatistics op -> normalizations.updateRunning(problem, op);
            case ChannelStatistics _ -> normalizations.statistics(problem);
            case Pool op -> poolings.forward(problem, op);
            case PoolBackward op -> poolings.backward(problem, op);
            case Unary op -> eltwises.unary(problem, op.function());
            case UnaryBackward op -> ElementwisePlans.unaryBackward(problem, op.function());
            case Affine op -> eltwises.affine(problem, op);
            case Binary op -> binaries.binary(problem, op);
            case Reduce op -> reductions.reduce(problem, op);
            case Broadcast _ -> reductions.broadcast(problem);
            case Dropout op -> ElementwisePlans.dropout(problem, op);
            case Cast _ -> cast(problem);
            case Transpose op -> moves.transpose(problem, op);
            case Slice op -> moves.slice(problem, op);
            case Concat op -> moves.concat(problem, op);
            case Pad op -> moves.pad(problem, op);
            case Resample op -> resamples.forward(problem, op);
            case ResampleBackward op -> resamples.backward(problem, op);
            case OneHot op -> LabelPlans.oneHot(problem, op);
            case ArgMax op -> LabelPlans.argMax(problem, op);
            case Gather op -> ChoicePlans.gather(problem, op);
            case ScatterAdd op -> ChoicePlans.scatterAdd(problem, op);
            case Where _ -> ElementwisePlans.where(problem);
            case Softmax op -> SoftmaxPlans.forward(problem, op);
            case SoftmaxBackward op -> SoftmaxPlans.backward(problem, op.forward());
            case LayerNormalization op -> layerNormalizations.forward(problem, op);
            case LayerNormalizationBackward op -> LayerNormalizationPlans.backward(problem, op.forward());
            case RmsNormalization op -> LayerNormalizationPlans.rms(problem, op);
            case RmsNormalizationBackward op -> LayerNormalizationPlans.rmsBackward(problem, op.forward());
            case GroupNormalization op -> groupNormalizations.forward(problem, op);
            case GroupNormalizationBackward op -> groupNormalizations.backward(problem, op.forward());
            case InstanceNormalization op -> groupNormalizations.instances(problem, op);
            case ScaledDotProductAttention op -> attentions.forward(problem, op);
            case ScaledDotProductAttentionBackward op -> attentions.backward(problem, op.forward());
            case Recurrent op -> recurrents.forward(problem, op);
            case RecurrentBackward op -> recurrents.backward(problem, op.forward());
            case Reshape _, StopGradient _, SumAcrossRanks _ ->
                new ViewPlan(problem.inputs().getFirst().storedOrRowMajor());
            case Fill op -> SourcePlans.fill(problem, op);
            case LossScale _ -> SourcePlans.lossScale(problem);
            case FakeQuantize op -> FakeQuantizePlans.forward(problem, op);
            case FakeQuantizeBackward op -> FakeQuantizePlans.backward(problem, op);
            case SoftmaxCrossEntropy _ -> LossPlans.forward(problem);
            case SoftmaxCrossEntropyBackward _ -> LossPlans.backward(problem);
        };
    }

    private KernelPlan cast(Problem problem) {
        Stored from = problem.inputs().getFirst().storedOrRowMajor();
        Stored to = Stored.of(from.type().withDtype(problem.outputs().getFirst().dtype()),
                WidenedPlan.withoutBlocks(from));
        return reorder(from, to);
    }

    @Override
    public KernelPlan reorder(TensorType type, Layout from, Layout to) {
        return reorder(Stored.of(type, from), Stored.of(type, to));
    }

    @Override
    public KernelPlan reorder(Stored from, Stored to) {
        engine().checkUsable();
        if (isCast(from, to)) {
            return ElementwisePlans.cast(from, to);
        }
        MemoryDescriptors descriptors = engine().descriptors();
        PrimitiveDescriptor descriptor = PrimitiveDescriptor.create(owner, "dnnl_reorder_primitive_desc_create",
                from.type() + " from " + from.layout() + " to " + to.type().dtype().lowerCase() + " " + to.layout(),
                out -> onednn_h.dnnl_reorder_primitive_desc_create(out, descriptors.of(from), engine().handle(),
                        descriptors.of(to), engine().handle(), engine().attributes().plain()));
        return new PrimitivePlan.Builder(this, descriptor).reorder(from, to).build();
    }

    /** Whether only the type differs, and no elements of others lie between the tensor's own. */
    private static boolean isCast(Stored from, Stored to) {
        Layout layout = to.layout();
        return from.type().dtype() != to.type().dtype() && from.type().shape().equals(to.type().shape())
                && from.layout().sameLayout(to.type().shape(), layout)
                && layout.physicalElements() == Arrays.stream(layout.paddedExtents()).reduce(1, (a, b) -> a * b);
    }

    @Override
    public void close() {
        engine().checkThread();
        engine().release(owner);
    }
}
