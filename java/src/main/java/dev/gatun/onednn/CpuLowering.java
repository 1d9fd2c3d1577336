package dev.gatun.onednn;

import dev.gatun.backend.Candidate;
import dev.gatun.backend.KernelPlan;
import dev.gatun.backend.KernelRequest;
import dev.gatun.backend.LayoutPolicy;
import dev.gatun.backend.Lowering;
import dev.gatun.backend.Region;
import dev.gatun.backend.Stored;
import dev.gatun.backend.Support;
import dev.gatun.backend.UnsupportedOperationOnDevice;
import dev.gatun.bindings.onednn.onednn_h;
import dev.gatun.ffi.NativeOwner;
import dev.gatun.ffi.UserCache;
import dev.gatun.graph.Graph;
import dev.gatun.graph.Node;
import dev.gatun.graph.Value;
import dev.gatun.op.Affine;
import dev.gatun.op.BatchNormalization;
import dev.gatun.op.BatchNormalizationBackward;
import dev.gatun.op.Binary;
import dev.gatun.op.Broadcast;
import dev.gatun.op.Convolution;
import dev.gatun.op.ConvolutionBackwardData;
import dev.gatun.op.ConvolutionBackwardWeights;
import dev.gatun.op.Dropout;
import dev.gatun.op.Fill;
import dev.gatun.op.Linear;
import dev.gatun.op.LinearBackwardData;
import dev.gatun.op.LinearBackwardWeights;
import dev.gatun.op.LossScale;
import dev.gatun.op.MatMul;
import dev.gatun.op.Op;
import dev.gatun.op.Pool;
import dev.gatun.op.PoolBackward;
import dev.gatun.op.Reduce;
import dev.gatun.op.Reshape;
import dev.gatun.op.SoftmaxCrossEntropy;
import dev.gatun.op.SoftmaxCrossEntropyBackward;
import dev.gatun.op.Unary;
import dev.gatun.op.UnaryBackward;
import dev.gatun.op.UpdateRunningStatistics;
import dev.gatun.shape.Layout;
import dev.gatun.shape.TensorType;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Chooses kernels for one program on the CPU. */
final class CpuLowering implements Lowering {
    /** How many of oneDNN's implementations are tried. */
    private static final int MOST_IMPLEMENTATIONS = 3;

    private final CpuDevice device;
    private final NativeOwner owner;
    private final ConvolutionPlans convolutions;
    private final LinearPlans linears;
    private final NormalizationPlans normalizations;
    private final PoolingPlans poolings;
    private final UnaryPlans unaries;
    private final BinaryPlans binaries;
    private final ReductionPlans reductions;
    private final MatMulPlans products;

    CpuLowering(CpuDevice device, NativeOwner owner) {
        this.device = device;
        this.owner = owner;
        this.convolutions = new ConvolutionPlans(this);
        this.linears = new LinearPlans(this);
        this.normalizations = new NormalizationPlans(this);
        this.poolings = new PoolingPlans(this);
        this.unaries = new UnaryPlans(this);
        this.binaries = new BinaryPlans(this);
        this.reductions = new ReductionPlans(this);
        this.products = new MatMulPlans(this);
    }

    CpuDevice device() {
        return device;
    }

    NativeOwner owner() {
        return owner;
    }

    /** Blocked layouts suit oneDNN's direct convolutions, channels last its matrix kernels: which is faster, a trial says. */
    @Override
    public List<LayoutPolicy> layouts() {
        return List.of(LayoutPolicy.CHANNELS_LAST, LayoutPolicy.BLOCKED);
    }

    @Override
    public String environment() {
        return device.name() + ", " + Processor.NAME + ", oneDNN " + Onednn.version() + " " + Onednn.instructionSet()
                + ", kernels " + Kernels.abiVersion() + " " + Kernels.instructionSet() + ", " + device.threads() + " threads";
    }

    @Override
    public Optional<Path> cacheFolder() {
        return Optional.of(UserCache.folder());
    }

    @Override
    public List<Region> regions(Graph graph) {
        return graph.nodes().stream().map(this::single).toList();
    }

    @Override
    public Region single(Node node) {
        return Region.of(node, request -> candidates(node, problem(node, request), request.wanted()));
    }

    private static Problem problem(Node node, KernelRequest request) {
        Node forward = node.forward();
        return new Problem(node.name(), request.inputs(), node.outputs().stream().map(Value::type).toList(),
                request.policy(), 0, forward == null ? null : request.planOf(forward));
    }

    /** oneDNN's implementations by their names, its own choice first; or the only kernel that there is. */
    private List<Candidate> candidates(Node node, Problem problem, KernelRequest.Wanted wanted) {
        if (!hasAlternatives(node.op())) {
            return List.of(Candidate.only(() -> plan(node, problem)));
        }
        Map<String, Candidate> candidates = new LinkedHashMap<>();
        KernelPlan first = plan(node, problem);
        candidates.put(first.implementation(), new Candidate(first.implementation(), () -> first));
        for (int rank = 1; wanted == KernelRequest.Wanted.ALL && rank < MOST_IMPLEMENTATIONS; rank++) {
            KernelPlan plan;
            try {
                plan = plan(node, problem.withRank(rank));
            } catch (UnsupportedOperationOnDevice _) {
                break; // oneDNN has no more
            }
            if (!plan.implementation().startsWith("ref")) { // a plain loop, a hundred times slower
                candidates.putIfAbsent(plan.implementation(), new Candidate(plan.implementation(), () -> plan));
            }
        }
        return List.copyOf(candidates.values());
    }

    private static boolean hasAlternatives(Op op) {
        return switch (op) {
            case Convolution _, ConvolutionBackwardData _, ConvolutionBackwardWeights _, Linear _, LinearBackwardData _,
                    LinearBackwardWeights _ -> true;
            case Unary _, UnaryBackward _, Affine _, Binary _, Reduce _, Broadcast _, Reshape _, MatMul _, Fill _, LossScale _,
                    BatchNormalization _, BatchNormalizationBackward _, UpdateRunningStatistics _, Pool _, PoolBackward _,
                    Dropout _, SoftmaxCrossEntropy _, SoftmaxCrossEntropyBackward _ -> false;
        };
    }

    private KernelPlan plan(Node node, Problem problem) {
        device.checkUsable();
        Support support = device.supports(node.op(), node.inputTypes());
        if (support instanceof Support.No(String reason)) {
            throw new UnsupportedOperationOnDevice(device.name(), node.name(), node.op().name(), reason);
        }
        try {
            return choose(node.op(), problem);
        } catch (PrimitiveDescriptor.UnimplementedException e) {
            throw new UnsupportedOperationOnDevice(device.name(), node.name(), node.op().name(), e.reason());
        }
    }

    private KernelPlan choose(Op anchor, Problem problem) {
        return switch (anchor) {
            case Convolution op -> convolutions.forward(problem, op);
            case ConvolutionBackwardData op -> convolutions.backwardData(problem, op);
            case ConvolutionBackwardWeights op -> convolutions.backwardWeights(problem, op);
            case Linear op -> linears.forward(problem, op);
            case LinearBackwardData _ -> linears.backwardData(problem);
            case LinearBackwardWeights op -> linears.backwardWeights(problem, op);
            case MatMul op -> products.matMul(problem, op);
            case BatchNormalization op -> normalizations.forward(problem, op);
            case BatchNormalizationBackward op -> normalizations.backward(problem, op);
            case UpdateRunningStatistics op -> normalizations.updateRunning(problem, op);
            case Pool op -> poolings.forward(problem, op);
            case PoolBackward op -> poolings.backward(problem, op);
            case Unary op -> unaries.unary(problem, op);
            case UnaryBackward op -> unaries.unaryBackward(problem, op);
            case Affine op -> unaries.affine(problem, op);
            case Binary op -> binaries.binary(problem, op);
            case Reduce op -> reductions.reduce(problem, op);
            case Broadcast _ -> reductions.broadcast(problem);
            case Dropout op -> ElementwisePlans.dropout(problem, op);
            case Reshape _ -> new ViewPlan(problem.inputs().getFirst().storedOrRowMajor());
            case Fill op -> SourcePlans.fill(problem, op);
            case LossScale _ -> SourcePlans.lossScale(problem);
            case SoftmaxCrossEntropy _ -> LossPlans.forward(problem);
            case SoftmaxCrossEntropyBackward _ -> LossPlans.backward(problem);
        };
    }

    @Override
    public KernelPlan reorder(TensorType type, Layout from, Layout to) {
        device.checkUsable();
        MemoryDescriptors descriptors = device.descriptors();
        PrimitiveDescriptor descriptor = PrimitiveDescriptor.create(owner, "dnnl_reorder_primitive_desc_create",
                type + " from " + from + " to " + to,
                out -> onednn_h.dnnl_reorder_primitive_desc_create(out, descriptors.of(type, from), device.engine(),
                        descriptors.of(type, to), device.engine(), device.attributes().plain()));
        return new PrimitivePlan.Builder(this, descriptor).reorder(Stored.of(type, from), Stored.of(type, to)).build();
    }

    @Override
    public void close() {
        device.checkThread();
        device.release(owner);
    }
}
