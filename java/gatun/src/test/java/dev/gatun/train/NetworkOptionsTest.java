package dev.gatun.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.gatun.backend.Backends;
import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.backend.OnEachDevice;
import dev.gatun.backend.TestDevices;
import dev.gatun.engine.CompileOptions;
import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Precision;
import dev.gatun.graph.PrecisionPolicy;
import dev.gatun.graph.Value;
import dev.gatun.graph.Variable;
import dev.gatun.memory.MemoryBudget;
import dev.gatun.memory.MemoryBudgetException;
import dev.gatun.memory.NoLeaks;
import dev.gatun.nn.Dense;
import dev.gatun.nn.Functions;
import dev.gatun.nn.Initializers;
import dev.gatun.op.Cast;
import dev.gatun.op.Reduce;
import dev.gatun.op.function.Reduction;
import dev.gatun.optim.LossScaling;
import dev.gatun.optim.Optimizer;
import dev.gatun.optim.OptimizerOptions;
import dev.gatun.shape.DType;
import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import dev.gatun.train.task.Task;
import dev.gatun.update.rule.SgdHyperparameters;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

@ExtendWith(NoLeaks.class)
class NetworkOptionsTest {
    private static final float[] X = {0.5f, -1, 2, 0.25f, 1.5f, -0.75f};
    private static final OptimizerOptions SCALED =
            OptimizerOptions.NONE.withLossScaling(new LossScaling.Fixed(1024));

    /** The mean of squares of two layers. */
    private static void describe(GraphBuilder graph) {
        Value x = graph.input("x", TensorType.f32(2, 3));
        Value hidden = Functions.tanh(graph, "tanh", new Dense(4).apply(graph, "body", x));
        Value y = new Dense(2).apply(graph, "head", hidden);
        graph.output("y", y);
        graph.output("loss", graph.apply("loss", Reduce.over(Reduction.MEAN, 0, 1),
                Functions.square(graph, "squares", y)));
    }

    @ParameterizedTest
    @OnEachDevice
    void frozenParametersHaveNoGradientAndStay(String backend) {
        NetworkOptions options = NetworkOptions.defaults().withTrained(variable -> variable.name().startsWith("head"));
        try (Device device = TestDevices.open(backend);
                Network network = Network.training(device, options, "loss", NetworkOptionsTest::describe);
                Optimizer optimizer = network.optimizer(SgdHyperparameters.DEFAULTS)) {
            float[] body = network.variables().read("body.weight");
            float[] head = network.variables().read("head.weight");
            network.set("x", X).forward().backward();
            optimizer.step();
            assertThat(network.variables().read("body.weight")).containsExactly(body);
            assertThat(network.variables().read("head.weight")).doesNotContain(head);
        }
    }

    /** The budget of what it holds has no room for what initialising takes besides: the last step to fail. */
    @ParameterizedTest
    @OnEachDevice
    void aBudgetThatIsTooSmallLeavesNothingAllocated(String backend) {
        MemoryBudget enough = MemoryBudget.ofBytes(1 << 24);
        long held;
        try (Device device = Backends.open(backend, DeviceOptions.defaults().withMemory(enough));
                Network network = Network.training(device, "loss", NetworkOptionsTest::describeImages)) {
            held = enough.used();
            assertThat(network.read("y")).hasSize(2 * 3 * 5 * 5);
        }
        MemoryBudget tight = MemoryBudget.ofBytes(held);
        try (Device device = Backends.open(backend, DeviceOptions.defaults().withMemory(tight))) {
            assertThatThrownBy(() -> Network.training(device, "loss", NetworkOptionsTest::describeImages))
                    .isInstanceOf(MemoryBudgetException.class);
            assertThat(tight.used()).isZero();
        }
    }

    private static void describeImages(GraphBuilder graph) {
        Value x = graph.input("x", TensorType.f32(2, 3, 5, 5));
        Value y = Functions.tanh(graph, "tanh", x);
        graph.output("y", y);
        Value flat = graph.apply("flat", Reduce.over(Reduction.MEAN, 2, 3), y);
        Value head = new Dense(64).apply(graph, "head", flat);
        graph.output("loss", graph.apply("loss", Reduce.over(Reduction.MEAN, 0, 1), head));
    }

    @ParameterizedTest
    @MethodSource("dev.gatun.backend.TestDevices#besidesTheCpu")
    void layersComputeInThePrecisionAndParametersStayInF32(String backend) {
        NetworkOptions narrow = NetworkOptions.defaults().withPrecision(PrecisionPolicy.of(Precision.BF16));
        try (Device device = TestDevices.open(backend);
                Network wide = Network.training(device, "loss", NetworkOptionsTest::describe);
                Network network = Network.training(device, narrow, "loss", NetworkOptionsTest::describe)) {
            float[] exact = wide.set("x", X).forward().read("y");
            float[] rounded = network.set("x", X).forward().read("y");
            assertThat(network.variables().slot("body.weight").stored().type().dtype()).isEqualTo(DType.F32);
            assertThat(rounded).isNotEqualTo(exact);
            for (int i = 0; i < exact.length; i++) {
                assertThat(rounded[i]).isCloseTo(exact[i], within(0.02f));
            }
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void measuredKernelsAreRecorded(String backend) {
        NetworkOptions options = NetworkOptions.defaults().withCompile(CompileOptions.measured());
        try (Device device = TestDevices.open(backend);
                Network network = Network.training(device, options, "loss", NetworkOptionsTest::describe)) {
            network.set("x", X).forward().backward();
            assertThat(network.scalar("loss")).isFinite();
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void anOptimizerThatScalesTheLossFindsScaledGradients(String backend) {
        try (Device device = TestDevices.open(backend);
                Network plain = Network.training(device, "loss", NetworkOptionsTest::describe);
                Network scaled = Network.training(device, "loss", NetworkOptionsTest::describe);
                Optimizer one = plain.optimizer(SgdHyperparameters.DEFAULTS);
                Optimizer other = scaled.optimizer(SgdHyperparameters.DEFAULTS, SCALED)) {
            for (int step = 0; step < 2; step++) {
                plain.set("x", X).forward().backward();
                one.step();
                scaled.set("x", X).forward().backward();
                other.step();
            }
            assertThat(scaled.variables().readGradient("head.bias")[0])
                    .isEqualTo(1024 * plain.variables().readGradient("head.bias")[0]);
            assertThat(scaled.variables().read("body.weight")).containsExactly(plain.variables().read("body.weight"));
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void anOptimizerThatScalesTheLossIsTheOnlyOne(String backend) {
        try (Device device = TestDevices.open(backend);
                Network network = Network.training(device, "loss", NetworkOptionsTest::describe);
                Optimizer _ = network.optimizer(SgdHyperparameters.DEFAULTS)) {
            assertThatIllegalStateException().isThrownBy(() -> network.optimizer(SgdHyperparameters.DEFAULTS, SCALED))
                    .withMessageContaining("one that scales the loss must be its only one");
        }
        try (Device device = TestDevices.open(backend);
                Network network = Network.training(device, "loss", NetworkOptionsTest::describe);
                Optimizer _ = network.optimizer(SgdHyperparameters.DEFAULTS, SCALED)) {
            assertThatIllegalStateException().isThrownBy(() -> network.optimizer(SgdHyperparameters.DEFAULTS))
                    .withMessageContaining("one that scales the loss must be its only one");
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void aClosedOptimizerScalesTheLossNoMore(String backend) {
        try (Device device = TestDevices.open(backend);
                Network network = Network.training(device, "loss", NetworkOptionsTest::describe)) {
            float gradient;
            try (Optimizer _ = network.optimizer(SgdHyperparameters.DEFAULTS, SCALED)) {
                network.set("x", X).forward().backward();
                gradient = network.readGradient("head.bias")[0];
            }
            network.forward().backward();
            assertThat(network.readGradient("head.bias")[0]).isEqualTo(gradient / 1024);
            try (Optimizer optimizer = network.optimizer(SgdHyperparameters.DEFAULTS)) {
                optimizer.step();
            }
            try (Optimizer optimizer = network.optimizer(SgdHyperparameters.DEFAULTS, SCALED)) {
                network.forward().backward();
                optimizer.step();
            }
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void backwardNeedsAForwardPassAndALoss(String backend) {
        try (Device device = TestDevices.open(backend);
                Network network = Network.training(device, "loss", NetworkOptionsTest::describe);
                Network inference = Network.inference(device, NetworkOptionsTest::describe)) {
            assertThatIllegalStateException().isThrownBy(network::backward)
                    .withMessage("there is no forward pass to differentiate: call forward first");
            inference.set("x", X).forward();
            assertThatIllegalStateException().isThrownBy(inference::backward)
                    .withMessage("this network only computes: make one for training to differentiate it");
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void aCheckpointHoldsNoNan(String backend) {
        try (Device device = TestDevices.open(backend);
                Network network = Network.training(device, "loss", NetworkOptionsTest::describe)) {
            network.variables().write("head.bias", new float[] {Float.NaN, 0});
            assertThatThrownBy(network::checkpoint).isInstanceOf(NonFiniteParameterException.class)
                    .hasMessageStartingWith("head.bias is no longer finite");
        }
    }

    @ParameterizedTest
    @EnumSource(value = DType.class, names = {"F64", "BF16"})
    void optimizersRefuseParametersOfOtherTypesThanF32(DType dtype) {
        try (Device device = TestDevices.open(TestDevices.ORACLE);
                Network network = Network.training(device, "loss", graph -> {
            Value weight = graph.variable(new Variable("w", Shape.of(3), Variable.Kind.WEIGHT,
                    Initializers.constant(2)), dtype);
            graph.output("w", weight);
            graph.output("loss", graph.apply("loss", Reduce.over(Reduction.SUM, 0),
                    graph.apply("wide", new Cast(DType.F32), weight)));
        })) {
            assertThat(network.forward().read("w")).containsExactly(2, 2, 2);
            assertThatIllegalArgumentException().isThrownBy(() -> network.optimizer(SgdHyperparameters.DEFAULTS))
                    .withMessage("parameter w is " + dtype.lowerCase() + ", but optimizers update parameters of f32:"
                            + " declare it in f32 and cast it in the graph, or choose a precision for the whole model");
        }
    }

    @ParameterizedTest
    @EnumSource(DType.class)
    void outputsOfAnyTypeAreReadAsFloats(DType dtype) {
        try (Device device = TestDevices.open(TestDevices.ORACLE); Network network = Network.inference(device, graph ->
                graph.output("same", graph.input("x", new TensorType(dtype, Shape.of(2, 1)))))) {
            byte[] bytes = new byte[2 * dtype.bytes()];
            bytes[dtype.bytes() - 1] = 0x40; // 2, or a power of two of an integer
            network.set("x", MemorySegment.ofArray(bytes)).forward();
            float first = switch (dtype) {
                case F64, F32, BF16, F16 -> 2;
                case I64 -> 0x1p62f;
                case I32 -> 0x1p30f;
                case I8, U8 -> 64;
            };
            assertThat(network.read("same")).isEqualTo(new float[] {first, 0});
        }
    }

    @Test
    void aTaskRefusesALossThatIsNotOneNumberOfF32() {
        Task task = Task.of("wide", (graph, batch) -> graph.output("loss",
                graph.input("x", new TensorType(DType.F64, Shape.of(1))))).minimizing("loss");
        assertThatIllegalArgumentException().isThrownBy(() -> task.graph(1)).withMessage(
                "task wide: the loss \"loss\" must be one number of f32, but is f64(1)");
    }
}
