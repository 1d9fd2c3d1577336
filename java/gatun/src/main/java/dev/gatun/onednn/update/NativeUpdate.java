package dev.gatun.onednn.update;

import dev.gatun.backend.HostUpdate;
import dev.gatun.ffi.NativeOwner;
import dev.gatun.onednn.primitive.CpuEngine;
import dev.gatun.update.kernel.UpdateRequest;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * A step of any rule that is not one of matrices, on states in f32. What no group needs is NULL: native code asks
 * which.
 */
record NativeUpdate(String rule, MemorySegment state0, MemorySegment state1, MemorySegment state2)
        implements NativeStep {

    static NativeStep bind(CpuEngine engine, NativeOwner owner, NativeRule rule, UpdateRequest request) {
        HostUpdate memory = HostUpdate.of(request);
        List<MemorySegment> states = rule.states().stream()
                .map(name -> memory.states().getOrDefault(name, MemorySegment.NULL)).toList();
        return new NativeUpdate(rule.name(), state(states, 0), state(states, 1), state(states, 2));
    }

    private static MemorySegment state(List<MemorySegment> states, int index) {
        return index < states.size() ? states.get(index) : MemorySegment.NULL;
    }

    @Override
    public void run(StepArguments arguments) {
        OptimizerKernels.update(rule, arguments, state0, state1, state2);
    }
}
