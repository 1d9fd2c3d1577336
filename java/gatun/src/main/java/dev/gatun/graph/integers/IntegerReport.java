package dev.gatun.graph.integers;

import java.util.List;

/**
 * Which layers of a graph compute on integers of 8 bits, and which stay in f32.
 *
 * @param integers names of the layers on integers, in execution order
 * @param left     layers in f32, in execution order
 */
public record IntegerReport(List<String> integers, List<Left> left) {
    /**
     * A layer that stays in f32.
     *
     * @param layer     name of the layer
     * @param operation name of its operation
     * @param reason    why it does, to follow a colon
     */
    public record Left(String layer, String operation, String reason) {
        @Override
        public String toString() {
            return layer + " (" + operation + "): " + reason;
        }
    }

    public IntegerReport {
        integers = List.copyOf(integers);
        left = List.copyOf(left);
    }

    /** Returns a line for the layers on integers, and one for each layer that stays in f32. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(integers.size() + " of " + (integers.size() + left.size())
                + " layers on integers of 8 bits");
        left.forEach(each -> text.append(System.lineSeparator()).append("in f32: ").append(each));
        return text.toString();
    }
}
