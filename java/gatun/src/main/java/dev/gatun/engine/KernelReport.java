package dev.gatun.engine;

import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Describes one kernel of a program.
 *
 * @param stage          stage of a step: prepack, forward, backward, running_statistics
 * @param layer          name of the layer
 * @param operation      operations, or {@code reorder}
 * @param implementation name of the implementation in its library
 * @param inputs         types and layouts of the inputs
 * @param outputs        types and layouts of the outputs
 * @param bytes          bytes read and written at least once
 * @param flops          floating-point operations
 */
public record KernelReport(
        String stage, String layer, String operation, String implementation, String inputs, String outputs, long bytes,
        long flops) {

    static KernelReport of(Step step) {
        return new KernelReport(step.stage().name().toLowerCase(Locale.ROOT), step.label(), step.operation(),
                step.plan().implementation(), layouts(step.inputs()), layouts(step.outputs()), step.bytes(),
                step.flops());
    }

    private static String layouts(java.util.List<Step.Tensor> tensors) {
        return tensors.stream().map(tensor -> tensor.stored().type() + ":" + tensor.stored().layout())
                .collect(Collectors.joining(" "));
    }

    /** Returns whether the kernel only copies a tensor into another layout. */
    public boolean isReorder() {
        return operation.equals("reorder");
    }
}
