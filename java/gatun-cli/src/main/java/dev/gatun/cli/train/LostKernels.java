package dev.gatun.cli.train;

import dev.gatun.engine.KernelChoices;
import java.util.List;
import java.util.Optional;

/** Kernels that a checkpoint records and that the device of a resumed run does not offer. */
final class LostKernels {
    private LostKernels() {}

    /**
     * Returns the line that says that others took their place; empty if none is missing.
     *
     * @param recorded what the checkpoint records
     * @param taken    what the programs of the resumed run took
     */
    static Optional<String> warning(KernelChoices recorded, KernelChoices taken) {
        List<String> lost = recorded.differences(taken);
        if (lost.isEmpty()) {
            return Optional.empty();
        }
        String first = lost.getFirst();
        return Optional.of("gatun: " + lost.size() + " of the kernels that the checkpoint records "
                + (lost.size() == 1 ? "is" : "are") + " not offered here, such as "
                + recorded.entries().get(first) + " for " + first
                + ": others take their place, so the run goes on, but not bit for bit as on the machine that began it");
    }
}
