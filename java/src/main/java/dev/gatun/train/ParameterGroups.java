package dev.gatun.train;

import dev.gatun.backend.ElementRange;
import dev.gatun.backend.Hyperparameters;
import dev.gatun.engine.Variables;
import dev.gatun.graph.Variable;
import java.util.ArrayList;
import java.util.List;

/** Which elements of the slab get which hyper-parameters. */
record ParameterGroups(List<Hyperparameters> groups, List<ElementRange> ranges) {

    static ParameterGroups of(Variables variables, TrainingOptions options) {
        Hyperparameters optimizer = options.optimizer();
        long elements = variables.parameters().bytes() / Float.BYTES;
        if (options.decay() == TrainingOptions.Decayed.ALL || optimizer.weightDecay() == 0) {
            return new ParameterGroups(List.of(optimizer), List.of(new ElementRange(0, elements, 0)));
        }
        // Gaps between tensors hold zeros and stay zero, so a range may run over them: neighbours become one range.
        List<ElementRange> ranges = new ArrayList<>();
        for (Variables.Slot slot : variables.slots()) {
            if (slot.variable().isParameter()) {
                int group = slot.variable().kind() == Variable.Kind.WEIGHT ? 0 : 1;
                long begin = slot.offset() / Float.BYTES;
                long end = begin + slot.stored().elements();
                ElementRange last = ranges.isEmpty() ? null : ranges.getLast();
                if (last != null && last.group() == group) {
                    ranges.set(ranges.size() - 1, new ElementRange(last.begin(), end, group));
                } else {
                    ranges.add(new ElementRange(begin, end, group));
                }
            }
        }
        return new ParameterGroups(List.of(optimizer, optimizer.withWeightDecay(0)), ranges);
    }
}
