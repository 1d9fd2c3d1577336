package dev.gatun.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.gatun.backend.Device;
import dev.gatun.backend.LayoutPolicy;
import dev.gatun.backend.OnEachDevice;
import dev.gatun.backend.TestDevices;
import dev.gatun.graph.Graph;
import dev.gatun.memory.Buffer;
import dev.gatun.memory.NoLeaks;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;

/** A backward pass tells of each gradient when it is final. */
@ExtendWith(NoLeaks.class)
class GradientListenerTest {
    private record Told(long firstByte, long bytes) {}

    private static byte[] bytes(Device device, Buffer buffer) {
        byte[] bytes = new byte[Math.toIntExact(buffer.bytes())];
        device.download(buffer, MemorySegment.ofArray(bytes));
        device.stream().synchronize();
        return bytes;
    }

    private static Program compile(Graph graph, Device device, LayoutPolicy layout) {
        Program program = Compiler.compile(graph, device, CompileOptions.defaults().withLayout(layout));
        program.variables().initialize(1);
        Networks.fill(program, 1);
        program.prepack();
        program.forward();
        return program;
    }

    @ParameterizedTest
    @OnEachDevice
    void whatIsToldStaysAndIsToldOnce(String backend) {
        for (LayoutPolicy layout : LayoutPolicy.values()) {
            try (Device device = TestDevices.open(backend);
                    Program program = compile(Networks.training(Networks.residual(), 2), device, layout);
                    Variables variables = program.variables()) {
                device.zero(variables.gradients());
                List<Told> told = new ArrayList<>();
                List<byte[]> seen = new ArrayList<>();
                program.backward((firstByte, bytes) -> {
                    told.add(new Told(firstByte, bytes));
                    seen.add(bytes(device, variables.gradients().slice(firstByte, bytes)));
                });
                for (int i = 0; i < told.size(); i++) {
                    Told range = told.get(i);
                    assertThat(seen.get(i)).isEqualTo(
                            bytes(device, variables.gradients().slice(range.firstByte, range.bytes)));
                }
                assertThat(told).containsExactlyInAnyOrderElementsOf(variables.slots().stream()
                        .filter(Variables.Slot::isTrained).map(slot -> new Told(slot.offset(), slot.stored().bytes()))
                        .toList());
                List<Told> again = new ArrayList<>();
                program.forward();
                program.backward((firstByte, bytes) -> again.add(new Told(firstByte, bytes)));
                assertThat(again).isEqualTo(told);
            }
        }
    }

    /** What is told last could have been told first, were all told at the end. */
    @ParameterizedTest
    @OnEachDevice
    void theLastLayersComeFirstAndBeforeTheEnd(String backend) {
        try (Device device = TestDevices.open(backend);
                Program program = compile(Networks.training(Networks.plain(), 2), device, LayoutPolicy.CHANNELS_LAST);
                Variables variables = program.variables()) {
            List<String> names = new ArrayList<>();
            List<byte[]> first = new ArrayList<>();
            device.zero(variables.gradients());
            program.backward((firstByte, _) -> {
                names.addAll(variables.slots().stream()
                        .filter(slot -> slot.isTrained() && slot.offset() == firstByte)
                        .map(slot -> slot.variable().name()).toList());
                first.add(bytes(device, variables.gradients()));
            });
            List<String> forward = variables.slots().stream().filter(Variables.Slot::isTrained)
                    .map(slot -> slot.variable().name()).toList();
            assertThat(names.getLast()).isIn(forward.getFirst(), forward.stream().filter(name -> name.startsWith(
                    forward.getFirst().substring(0, forward.getFirst().lastIndexOf('.')))).toList().getLast());
            assertThat(first.getFirst()).as("more gradients follow the first").isNotEqualTo(first.getLast());
        }
    }

    @Test
    void aListenerCostsNoHeapMemory() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long[] sum = new long[1];
        GradientListener listener = (firstByte, bytes) -> sum[0] += firstByte + bytes;
        try (Device device = TestDevices.open(TestDevices.COUNTED);
                Program program = compile(Networks.training(Networks.plain(), 2), device, LayoutPolicy.CHANNELS_LAST);
                Variables variables = program.variables()) {
            long least = Long.MAX_VALUE;
            // until the JIT compiler has seen through the calls
            for (int round = 0; round < 200 && least > 0; round++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                for (int step = 0; step < 20; step++) {
                    program.forward();
                    program.backward(listener);
                }
                least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
            }
            assertThat(least).isZero();
            assertThat(sum[0]).isPositive();
            assertThat(variables.parameterElements()).isPositive();
        }
    }
}
