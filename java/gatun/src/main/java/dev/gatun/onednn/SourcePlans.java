package dev.gatun.onednn;

import dev.gatun.backend.KernelPlan;
import dev.gatun.onednn.plan.CallPlan;
import dev.gatun.onednn.plan.Problem;
import dev.gatun.op.Fill;
import dev.gatun.shape.Stored;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/** Operations without inputs. Most of their results are scalars, so that Java writes them. */
final class SourcePlans {
    private SourcePlans() {}

    static KernelPlan fill(Problem problem, Fill op) {
        Stored stored = Stored.rowMajor(problem.outputs().getFirst());
        long elements = stored.elements();
        float value = (float) op.value();
        return new CallPlan("gatun:fill", List.of(), List.of(stored), binding -> {
            MemorySegment dst = binding.outputs().getFirst().asSlice(0, stored.bytes());
            if (Float.floatToRawIntBits(value) == 0) {
                return () -> dst.fill((byte) 0); // may be large, as a mask is
            }
            return () -> {
                for (long i = 0; i < elements; i++) {
                    dst.setAtIndex(ValueLayout.JAVA_FLOAT, i, value);
                }
            };
        });
    }

    static KernelPlan lossScale(Problem problem) {
        return new CallPlan("gatun:loss_scale", List.of(), List.of(Stored.rowMajor(problem.outputs().getFirst())),
                binding -> {
                    MemorySegment cell = binding.lossScaleCell();
                    MemorySegment dst = binding.outputs().getFirst();
                    return () -> dst.set(ValueLayout.JAVA_FLOAT, 0, cell.get(ValueLayout.JAVA_FLOAT, 0));
                });
    }
}
