package dev.gatun.engine;

import static dev.gatun.nn.Layers.batchNorm;
import static dev.gatun.nn.Layers.flatten;
import static dev.gatun.nn.Layers.linear;
import static dev.gatun.nn.Layers.sequential;
import static dev.gatun.nn.Layers.tanh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatun.backend.Device;
import dev.gatun.backend.OnEachDevice;
import dev.gatun.backend.TestDevices;
import dev.gatun.data.Field;
import dev.gatun.data.image.Normalization;
import dev.gatun.dist.GroupOptions;
import dev.gatun.dist.local.ThreadRanks;
import dev.gatun.graph.Differentiation;
import dev.gatun.graph.Graph;
import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.MixedPrecision;
import dev.gatun.graph.Node;
import dev.gatun.graph.Precision;
import dev.gatun.graph.PrecisionPolicy;
import dev.gatun.train.program.SynchronizedBatchNorm;
import dev.gatun.graph.Value;
import dev.gatun.graph.Variable;
import dev.gatun.memory.MemoryBudget;
import dev.gatun.memory.NoLeaks;
import dev.gatun.model.Model;
import dev.gatun.nn.BatchNorm;
import dev.gatun.op.SumAcrossRanks;
import dev.gatun.reference.Close;
import dev.gatun.shape.DType;
import dev.gatun.shape.Shape;
import dev.gatun.train.program.GroupSums;
import dev.gatun.train.program.Programs;
import dev.gatun.train.task.ImageClassification;
import dev.gatun.train.task.Task;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;

/** Ranks with a share of a batch each against one with all of it. */
@ExtendWith(NoLeaks.class)
class SynchronizedBatchNormTest {
    private static final double TOLERANCE = 2e-5;

    /** The gradient of what is normalised away, a bias, is rounding alone: the others' is as large as this. */
    private static final double LARGEST = 0.05;

    private static Model model(String name) {
        return switch (name) {
            case "residual" -> Networks.residual();
            case "residual16" -> Networks.residual(16);
            case "rows" -> new Model("rows", 3, 2, 2, 3, sequential(flatten(), linear(17), new BatchNorm(), tanh(),
                    linear(6), new BatchNorm().cumulative().withoutAffine(), tanh(), linear(3)));
            default -> throw new IllegalArgumentException(name);
        };
    }

    /** What a rank has after a step, by name. */
    private record Results(Map<String, double[]> tensors) {
        double[] of(String name) {
            return Objects.requireNonNull(tensors.get(name), name);
        }
    }

    /** Of the gradients of a rank, their share of the mean over all examples. */
    private static Results results(Program program, double share) {
        Map<String, double[]> results = new LinkedHashMap<>();
        results.put("loss", scaled(Networks.output(program, Model.LOSS), share));
        for (Variables.Slot slot : program.variables().slots()) {
            String name = slot.variable().name();
            results.put(name, scaled(program.variables().read(name), 1));
            if (slot.variable().isParameter()) {
                results.put("gradient of " + name, scaled(program.variables().readGradient(name), share));
            }
        }
        return new Results(results);
    }

    private static double[] scaled(float[] values, double factor) {
        double[] scaled = new double[values.length];
        Arrays.setAll(scaled, i -> values[i] * factor);
        return scaled;
    }

    /** The same examples for all: those from {@code first} on, of a batch. */
    private static void fill(Program program, int first) {
        for (Value input : program.graph().inputs()) {
            Shape shape = input.type().shape();
            int of = (int) (shape.elements() / shape.extent(0));
            Random random = new Random(input.name().hashCode());
            boolean labels = input.type().dtype() == DType.I32;
            double[] all = random.doubles((first + shape.extent(0)) * of, -1, 1)
                    .map(value -> labels ? Math.floor(1.5 * value + 1.5) : (float) value + 3).toArray();
            Networks.fill(program, input, Arrays.copyOfRange(all, first * of, all.length));
        }
    }

    private static Program compile(Graph graph, Device device, CompileOptions options) {
        Program program = Compiler.compile(Differentiation.differentiate(graph, Model.LOSS), device, options);
        program.variables().initialize(5);
        return program;
    }

    private static Results whole(Model model, Precision precision, String device, int examples) {
        try (Device opened = TestDevices.openForAnyPrecision(device);
                Program program = compile(MixedPrecision.of(model.graph(examples), PrecisionPolicy.of(precision)),
                        opened, CompileOptions.defaults());
                Variables _ = program.variables()) {
            fill(program, 0);
            Networks.step(program);
            return results(program, 1);
        }
    }

    private static void run(int ranks, ThreadRanks.Work work) {
        ThreadRanks.run(ranks, GroupOptions.DEFAULTS.withTimeout(Duration.ofSeconds(60)), MemoryBudget.unlimited(),
                work);
    }

    /** What each rank has after a step with so many examples; one without any takes part all the same. */
    private static List<Results> ranks(Model model, Precision precision, String device, int... shares) {
        int examples = Arrays.stream(shares).sum();
        Map<Integer, Results> results = new ConcurrentSkipListMap<>();
        run(shares.length, group -> {
            int share = shares[group.rank()];
            GroupSums sums = new GroupSums(group);
            sums.setIdle(share == 0);
            Graph graph = MixedPrecision.of(model.graph(share == 0 ? 2 : share), PrecisionPolicy.of(precision));
            try (Device opened = TestDevices.openForAnyPrecision(device);
                    Program program = compile(SynchronizedBatchNorm.of(graph, share == 0 ? 2 : share), opened,
                            CompileOptions.defaults().withAcross(sums));
                    Variables _ = program.variables()) {
                if (share > 0) {
                    fill(program, Arrays.stream(shares).limit(group.rank()).sum());
                }
                Networks.step(program);
                results.put(group.rank(), results(program, (double) share / examples));
            }
        });
        return List.copyOf(results.values());
    }

    private static void compare(List<Results> ranks, Results whole, double tolerance) {
        whole.tensors.forEach((name, expected) -> {
            if (name.startsWith("gradient") || name.equals("loss")) {
                double[] sum = new double[expected.length];
                ranks.forEach(rank -> Arrays.setAll(sum, i -> sum[i] + rank.of(name)[i]));
                double largest = Math.max(LARGEST, Arrays.stream(expected).map(Math::abs).max().orElse(0));
                Close.assertWithin(name, sum, expected, tolerance * largest);
            } else {
                Close.assertClose(name, ranks.getFirst().of(name), expected, tolerance);
                assertThat(ranks).allSatisfy(
                        rank -> assertThat(rank.of(name)).as(name).isEqualTo(ranks.getFirst().of(name)));
            }
        });
    }

    @ParameterizedTest
    @OnEachDevice(value = {"residual | 4", "residual | 2 2", "rows | 2 6", "rows | 3 2 4", "rows | 5 0 3"},
            moreOnTheCpu = {"residual | 3 1 2", "residual16 | 4 4", "residual16 | 1 5", "residual16 | 0 2 6"})
    void sharesGiveWhatTheWholeBatchGives(String device, String network, String shares) {
        int[] sizes = Arrays.stream(shares.split(" ")).mapToInt(Integer::parseInt).toArray();
        Model model = model(network);
        Results whole = whole(model, Precision.F32, device, Arrays.stream(sizes).sum());
        compare(ranks(model, Precision.F32, device, sizes), whole, TOLERANCE);
    }

    /** The statistics of a rank's own share are others: nothing here passes without the sums. */
    @Test
    void sharesWithoutTheOthersGiveSomethingElse() {
        Results whole = whole(model("rows"), Precision.F32, TestDevices.CPU, 4);
        Results half = whole(model("rows"), Precision.F32, TestDevices.CPU, 2);
        assertThatThrownBy(() -> compare(List.of(half), whole, 1e-2)).isInstanceOf(AssertionError.class);
    }

    @ParameterizedTest
    @OnEachDevice({"BF16 | 0.03", "F16 | 0.005"})
    void statisticsStayInF32BetweenValuesOfSixteenBits(String device, String precision, String tolerance) {
        Precision narrow = Precision.valueOf(precision);
        Graph graph = SynchronizedBatchNorm.of(
                MixedPrecision.of(model("residual").graph(2), PrecisionPolicy.of(narrow)), 2);
        assertThat(Differentiation.differentiate(graph, Model.LOSS).nodes())
                .filteredOn(node -> node.op() instanceof SumAcrossRanks).isNotEmpty()
                .allSatisfy(node -> assertThat(node.output().type().dtype()).isEqualTo(DType.F32));
        compare(ranks(model("residual"), narrow, device, 2, 2), whole(model("residual"), narrow, device, 4),
                Double.parseDouble(tolerance));
    }

    @Test
    void repetitionsHaveTheSameBits() {
        List<Results> first = ranks(model("residual16"), Precision.F32, TestDevices.CPU, 3, 2);
        List<Results> second = ranks(model("residual16"), Precision.F32, TestDevices.CPU, 3, 2);
        for (int rank = 0; rank < first.size(); rank++) {
            Results again = second.get(rank);
            first.get(rank).tensors.forEach(
                    (name, values) -> assertThat(again.of(name)).as(name).isEqualTo(values));
        }
    }

    /** Ranks that try out kernels, at different times, wait for nobody. */
    @Test
    void nothingIsSummedWhileKernelsAreTried(@TempDir Path cache) {
        Graph graph = SynchronizedBatchNorm.of(model("residual16").graph(4), 4);
        int[] calls = {0};
        Collective counted = new Collective() {
            @Override
            public int ranks() {
                return 2;
            }

            @Override
            public void sum(MemorySegment values, long offset, long bytes) {
                calls[0]++;
            }
        };
        try (Device device = TestDevices.open(TestDevices.CPU);
                Program program = compile(graph, device,
                        CompileOptions.measured().withCache(cache).withAcross(counted));
                Variables _ = program.variables()) {
            assertThat(calls[0]).isZero();
            fill(program, 0);
            Networks.step(program);
            long sums = program.graph().nodes().stream().filter(node -> node.op() instanceof SumAcrossRanks).count();
            assertThat((long) calls[0]).isEqualTo(sums).isEqualTo(4 * 5);
            assertThat(program.locateNonFinite()).isEmpty();
            assertThat((long) calls[0]).as("a rank that looks for its NaN is alone").isEqualTo(sums);
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void sumsRunInTheGraphsOrder(String device) {
        Graph graph = Differentiation.differentiate(
                SynchronizedBatchNorm.of(model("residual16").graph(4), 4), Model.LOSS);
        List<String> order = graph.nodes().stream().filter(node -> node.op() instanceof SumAcrossRanks)
                .map(Node::name).toList();
        run(2, group -> {
            try (Device opened = TestDevices.open(device)) {
                for (var policy : TestDevices.layouts(opened)) {
                    try (Program program = Compiler.compile(graph, opened, CompileOptions.defaults().withLayout(policy)
                                    .withAcross(new GroupSums(group)));
                            Variables _ = program.variables()) {
                        assertThat(program.explain()).filteredOn(each -> each.operation().equals("sum_across_ranks"))
                                .extracting(KernelReport::layer).isEqualTo(order);
                    }
                }
            }
        });
    }

    /** Naming the ranks is all that a run does for it. */
    @Test
    void programsForTrainingAreSynchronisedWhereRanksAreNamed() {
        Task task = ImageClassification.of(
                model("residual"), new Normalization(new float[3], new float[] {1, 1, 1}));
        List<Field> fields = task.graph(1).inputs().stream().map(input -> new Field(input.name(),
                input.type().withShape(Shape.of(Arrays.stream(input.type().shape().extents()).skip(1).toArray()))))
                .toList();
        run(2, group -> {
            try (Device device = TestDevices.open(TestDevices.CPU)) {
                assertThat(sums(task, device, fields, CompileOptions.defaults())).isZero();
                assertThat(sums(task, device, fields, CompileOptions.defaults().withAcross(new GroupSums(group))))
                        .isEqualTo(2L * 4 * 5);
            }
        });
    }

    /** Of programs for two sizes of batches. */
    private static long sums(Task task, Device device, List<Field> fields, CompileOptions options) {
        try (Programs programs = new Programs(
                task, device, fields, Programs.Form.TRAINING, PrecisionPolicy.F32, options, (Variables) null)) {
            return Stream.of(4, 3).flatMap(size -> programs.of(size).program().explain().stream())
                    .filter(report -> report.operation().equals("sum_across_ranks")).count();
        }
    }

    @Test
    void withoutBatchNormalisationNothingChanges() {
        Graph graph = Networks.plain().graph(4);
        assertThat(SynchronizedBatchNorm.of(graph, 4)).isSameAs(graph);
        Graph frozen = new Model("frozen", 3, 2, 2, 3, sequential(flatten(), linear(4), batchNorm().frozen(),
                linear(3))).graph(4);
        assertThat(SynchronizedBatchNorm.of(frozen, 4)).isSameAs(frozen);
    }

    @Test
    void whatCannotBeSynchronisedIsRefused() {
        Graph graph = model("rows").graph(4);
        assertThatThrownBy(() -> SynchronizedBatchNorm.of(Differentiation.differentiate(graph, Model.LOSS), 4))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("differentiated");
        assertThatThrownBy(() -> SynchronizedBatchNorm.of(graph, 0))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("weight");
        Node normalization = graph.nodes().stream().filter(node -> node.op().name().equals("batch_normalization"))
                .findFirst().orElseThrow();
        Graph shown = new Graph(graph.inputs(), graph.variables(), graph.nodes(),
                Map.of("mean", normalization.outputs().get(1)), Map.of());
        assertThatThrownBy(() -> SynchronizedBatchNorm.of(shown, 4))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("layer " + normalization.name());
    }

    @Test
    void ranksSumF32Alone() {
        GraphBuilder builder = new GraphBuilder();
        Value x = builder.variable(new Variable("x", Shape.of(3), Variable.Kind.WEIGHT, (_, _, _) -> {}), DType.F64);
        builder.output("y", builder.apply("sum", new SumAcrossRanks(1), x));
        run(2, group -> {
            try (Device device = TestDevices.open(TestDevices.ORACLE)) {
                assertThatThrownBy(() -> Compiler.compile(builder.build(), device,
                        CompileOptions.defaults().withAcross(new GroupSums(group))))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("ranks sum f32").hasMessageContaining("cast it before");
            }
        });
    }
}
