package dev.gatun.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatun.backend.Binding;
import dev.gatun.backend.Candidate;
import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.backend.Kernel;
import dev.gatun.backend.KernelPlan;
import dev.gatun.backend.Lowering;
import dev.gatun.backend.Region;
import dev.gatun.graph.Graph;
import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.memory.HostBuffer;
import dev.gatun.memory.NoLeaks;
import dev.gatun.op.Unary;
import dev.gatun.op.function.UnaryFunction;
import dev.gatun.shape.Stored;
import dev.gatun.shape.TensorType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The guards of {@link GraphRunner} see kernels that do what they must not. */
@ExtendWith(NoLeaks.class)
class GuardsTest {
    private static final double[] GIVEN = {1, -2, 3};

    /** What a faulty kernel does after the right one has run, with its result. */
    private interface Fault {
        @SuppressWarnings("unused") // most faults need no preparation
        default void prepare(MemorySegment result) {}

        void spoil(MemorySegment result);
    }

    private static GraphRunner.Result run(Fault fault) {
        GraphBuilder builder = new GraphBuilder();
        Value x = builder.input("x", TensorType.f32(GIVEN.length));
        builder.output("y", builder.apply("negate", new Unary(UnaryFunction.NEGATE), x));
        Graph graph = builder.build();
        try (Device device = new ReferenceProvider().open(DeviceOptions.defaults())) {
            return GraphRunner.run(graph, faulty(device, fault), Map.of("x", GIVEN));
        }
    }

    private static Device faulty(Device device, Fault fault) {
        return changed(Device.class, device, "lower", lowering -> changed(Lowering.class, (Lowering) lowering,
                "single", region -> region((Region) region, fault)));
    }

    private static Region region(Region right, Fault fault) {
        return Region.of(right.nodes().getFirst(), request -> List.of(Candidate.only(() -> {
            KernelPlan plan = right.candidates().of(request).getFirst().plan().get();
            return new FaultyPlan(plan, fault);
        })));
    }

    /** A plan whose kernels are spoilt. */
    private record FaultyPlan(KernelPlan right, Fault fault) implements KernelPlan {
        @Override
        public String implementation() {
            return "faulty";
        }

        @Override
        public List<Stored> inputs() {
            return right.inputs();
        }

        @Override
        public List<Stored> outputs() {
            return right.outputs();
        }

        @Override
        public Kernel bind(Binding binding) {
            Kernel kernel = right.bind(binding);
            MemorySegment result = HostBuffer.of(binding.outputs().getFirst()).segment();
            Kernel before = () -> fault.prepare(result);
            return before.then(kernel).then(() -> fault.spoil(result));
        }
    }

    /** The same object but for what one method returns. */
    private static <T> T changed(Class<T> type, T object, String method, UnaryOperator<Object> change) {
        return type.cast(Proxy.newProxyInstance(GuardsTest.class.getClassLoader(), new Class<?>[] {type},
                (_, called, arguments) -> {
                    Object result = invoke(called, object, arguments);
                    return called.getName().equals(method) ? change.apply(result) : result;
                }));
    }

    private static Object invoke(Method method, Object object, Object[] arguments) throws Throwable {
        try {
            return method.invoke(object, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    @Test
    void whatIsRightPasses() {
        assertThat(run(_ -> {}).output("y")).containsExactly(-1, 2, -3);
    }

    @Test
    @SuppressWarnings("restricted") // a kernel that writes where it must not is what is tested
    void aWordBehindTheResultIsSeen() {
        assertThatThrownBy(() -> run(result -> result.reinterpret(result.byteSize() + 4)
                .set(ValueLayout.JAVA_INT_UNALIGNED, result.byteSize(), 0)))
                .isInstanceOf(AssertionError.class).hasMessageContaining("written 0 bytes behind negate");
    }

    @Test
    void twoRunsThatDifferAreSeen() {
        int[] runs = {0};
        assertThatThrownBy(() -> run(result -> result.setAtIndex(ValueLayout.JAVA_FLOAT, 0, ++runs[0])))
                .isInstanceOf(AssertionError.class).hasMessageContaining("two runs left different bits in negate");
    }

    /** A kernel that puts back what lay there before it ran has not written it. */
    @Test
    void anElementThatIsNotWrittenIsNotANumber() {
        assertThat(run(new Fault() {
            private int before;

            @Override
            public void prepare(MemorySegment result) {
                before = result.getAtIndex(ValueLayout.JAVA_INT, 2);
            }

            @Override
            public void spoil(MemorySegment result) {
                result.setAtIndex(ValueLayout.JAVA_INT, 2, before);
            }
        }).output("y")).containsExactly(-1, 2, Double.NaN);
    }
}
