package dev.gatun.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatun.backend.Backends;
import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.backend.OnEachDevice;
import dev.gatun.graph.Differentiation;
import dev.gatun.graph.Graph;
import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.graph.Variable;
import dev.gatun.memory.NoLeaks;
import dev.gatun.memory.Role;
import dev.gatun.model.Model;
import dev.gatun.op.Reduce;
import dev.gatun.op.Reshape;
import dev.gatun.op.function.Reduction;
import dev.gatun.shape.DType;
import dev.gatun.shape.Shape;
import java.util.Arrays;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;

/** Which parameters have a place for a gradient, and that it arrives there. */
@ExtendWith(NoLeaks.class)
class GradientSlotsTest {
    private static Device open(String name) {
        return Backends.open(name, DeviceOptions.defaults().withThreads(1));
    }

    private static Graph network(java.util.function.Predicate<Variable> trained) {
        return Differentiation.differentiate(Networks.plain().graph(2), Model.LOSS, trained);
    }

    @ParameterizedTest
    @OnEachDevice
    void frozenParametersLieAmongTheBuffersAndHaveNoGradient(String name) {
        try (Device device = open(name);
                Program program = Compiler.compile(network(variable -> !variable.name().equals("0.weight")), device,
                        CompileOptions.defaults());
                Variables variables = program.variables()) {
            assertThat(variables.slot("0.weight").slab()).isEqualTo(Role.BUFFERS);
            assertThat(variables.slot("0.bias").slab()).isEqualTo(Role.PARAMETERS);
            long frozen = variables.slot("0.weight").variable().shape().elements();
            assertThat(variables.parameterElements()).isEqualTo(program.graph().parameterElements() - frozen);
            variables.initialize(3);
            Networks.fill(program, 1);
            Networks.step(program);
            float[] bias = variables.readGradient("0.bias");
            assertThat(bias).isNotEqualTo(new float[bias.length]);
            assertThatThrownBy(() -> variables.readGradient("0.weight"))
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("0.weight has no gradient");
            assertThatThrownBy(() -> Compiler.compile(network(_ -> true), device, CompileOptions.defaults(), variables))
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("0.weight has no gradient");
        }
    }

    /** The loss is the sum of the parameter seen as rows: its gradient is a view of ones, times the loss scale. */
    @ParameterizedTest
    @OnEachDevice
    void aGradientThatIsAViewIsWritten(String name) {
        GraphBuilder builder = new GraphBuilder();
        Value weight = builder.variable(
                new Variable("weight", Shape.of(2, 3, 2, 2), Variable.Kind.WEIGHT,
                (values, _, _) -> Arrays.fill(values, 5)),
                DType.F32);
        Value rows = builder.apply("rows", new Reshape(Shape.of(2, 12)), weight);
        builder.output("rows", rows);
        builder.output("loss", builder.apply("sum", Reduce.all(Reduction.SUM, 2), rows));
        try (Device device = open(name);
                Program program = Compiler.compile(Differentiation.differentiate(builder.build(), "loss"), device,
                        CompileOptions.defaults());
                Variables variables = program.variables()) {
            variables.initialize(1);
            program.scaleLoss(3);
            Networks.step(program);
            assertThat(variables.readGradient("weight")).containsOnly(3).hasSize(24);
            assertThat(Networks.output(program, "rows")).containsOnly(5).hasSize(24);
            assertThat(Networks.output(program, "loss")[0]).isEqualTo(5 * 24);
        }
    }

    /** The gradient by a parameter that is the loss itself is the loss scale. */
    @ParameterizedTest
    @OnEachDevice
    void aParameterMayBeTheLoss(String name) {
        GraphBuilder builder = new GraphBuilder();
        builder.output("loss", builder.variable(
                new Variable("weight", Shape.of(), Variable.Kind.WEIGHT, (values, _, _) -> values[0] = 7), DType.F32));
        try (Device device = open(name);
                Program program = Compiler.compile(Differentiation.differentiate(builder.build(), "loss"), device,
                        CompileOptions.defaults());
                Variables variables = program.variables()) {
            variables.initialize(1);
            Networks.step(program);
            assertThat(variables.readGradient("weight")).containsExactly(1);
            assertThat(Networks.output(program, "loss")[0]).isEqualTo(7);
        }
    }
}
