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
        boolean same = options.decay() == TrainingOptions.Decayed.ALL || optimizer.weightDecay() == 0;
        List<ElementRange> ranges = new ArrayList<>();
        for (Variables.Slot slot : variables.slots()) {
            if (slot.variable().isParameter()) {
                int group = same || slot.variable().kind() == Variable.Kind.WEIGHT ? 0 : 1;
                long begin = slot.offset() / Float.BYTES;
                ranges.add(new ElementRange(begin, begin + slot.stored().elements(), group));
            }
        }
        return new ParameterGroups(same ? List.of(optimizer) : List.of(optimizer, optimizer.withWeightDecay(0)),
                optimizer.perTensor() ? ranges : joined(ranges));
    }

    /** Gaps between tensors hold zeros and stay zero, so a range may run over them: neighbours become one range. */
    private static List<ElementRange> joined(List<ElementRange> ranges) {
        List<ElementRange> joined = new ArrayList<>();
        for (ElementRange range : ranges) {
            ElementRange last = joined.isEmpty() ? null : joined.getLast();
            if (last != null && last.group() == range.group()) {
                joined.set(joined.size() - 1, new ElementRange(last.begin(), range.end(), range.group()));
            } else {
                joined.add(range);
            }
        }
        return joined;
    }
}
