package dev.gatun.train;

import dev.gatun.backend.Device;
import dev.gatun.engine.Variables;
import dev.gatun.graph.Variable;
import dev.gatun.optim.Optimizer;
import dev.gatun.optim.OptimizerOptions;
import dev.gatun.shape.DType;
import dev.gatun.update.ElementRange;
import dev.gatun.update.Hyperparameters;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Which elements of the slab get which hyper-parameters: tensors of equal numbers are one group. */
record ParameterGroups(List<Hyperparameters> groups, List<ElementRange> ranges) {

    static ParameterGroups of(Variables variables, TrainingOptions options) {
        Map<Variables.Slot, Hyperparameters> numbers = new LinkedHashMap<>();
        for (Variables.Slot slot : variables.slots()) {
            if (slot.isTrained()) {
                checkType(slot);
                Variable variable = slot.variable();
                Hyperparameters suited =
                        options.fineTuning().of(variable, options.optimizer()).suitedTo(variable.shape());
                boolean decayed = options.decay() == TrainingOptions.Decayed.ALL
                        || variable.kind() == Variable.Kind.WEIGHT;
                numbers.put(slot, decayed ? suited : suited.withoutDecay());
            }
        }
        // Those without a rule of their own first: the first group's learning rate is the one that is shown.
        List<Hyperparameters> groups = Stream.concat(
                numbers.keySet().stream().filter(slot -> options.fineTuning().rule(slot.variable()).isEmpty()),
                numbers.keySet().stream()).map(numbers::get).distinct().toList();
        List<ElementRange> ranges = new ArrayList<>();
        numbers.forEach((slot, own) -> ranges.add(ElementRange.of(slot.offset() / Float.BYTES, slot.stored(),
                slot.variable().shape(), groups.indexOf(own))));
        return new ParameterGroups(
                groups, options.optimizerOptions().clipping().perTensor() ? ranges : joined(groups, ranges));
    }

    private static void checkType(Variables.Slot slot) {
        DType dtype = slot.stored().type().dtype();
        if (dtype != DType.F32) {
            throw new IllegalArgumentException("parameter " + slot.variable().name() + " is " + dtype.lowerCase()
                    + ", but optimizers update parameters of f32: declare it in f32 and cast it in the graph, or"
                    + " choose a precision for the whole model");
        }
    }

    /** An optimizer of the variables' trained parameters, which the caller closes. */
    Optimizer optimizer(Device device, Variables variables, OptimizerOptions options) {
        if (groups.isEmpty()) {
            throw new IllegalArgumentException(
                    "there is no parameter to train: all are frozen, or none influences the loss");
        }
        return new Optimizer(device, variables.parameters(), variables.gradients(), groups, ranges, options);
    }

    /** Gaps between tensors hold zeros and stay zero, so a range may run over them: neighbours become one range. */
    private static List<ElementRange> joined(List<Hyperparameters> groups, List<ElementRange> ranges) {
        List<ElementRange> joined = new ArrayList<>();
        for (ElementRange range : ranges) {
            ElementRange last = joined.isEmpty() ? null : joined.getLast();
            if (last != null && last.group() == range.group() && !groups.get(range.group()).perTensor()) {
                joined.set(joined.size() - 1, new ElementRange(last.begin(), range.end(), range.group()));
            } else {
                joined.add(range);
            }
        }
        return joined;
    }
}
