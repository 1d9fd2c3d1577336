package dev.gatun.onednn.update;

import dev.gatun.backend.HostUpdate;
import dev.gatun.ffi.NativeOwner;
import dev.gatun.onednn.primitive.CpuEngine;
import dev.gatun.update.kernel.UpdateRequest;
import java.util.List;

/** The same on states in 8 bits. */
record NativeUpdateInEightBits(String rule, EightBits state0, EightBits state1) implements NativeStep {

    static NativeStep bind(CpuEngine engine, NativeOwner owner, NativeRule rule, UpdateRequest request) {
        HostUpdate memory = HostUpdate.of(request);
        List<EightBits> states = rule.states().stream().filter(memory.states()::containsKey)
                .map(name -> EightBits.of(memory, name)).toList();
        return new NativeUpdateInEightBits(rule.name(), state(states, 0), state(states, 1));
    }

    private static EightBits state(List<EightBits> states, int index) {
        return index < states.size() ? states.get(index) : EightBits.NONE;
    }

    @Override
    public void run(StepArguments arguments) {
        OptimizerKernels.update(rule, arguments, state0, state1);
    }
}
