package dev.gatun.train;

import dev.gatun.graph.Variable;
import dev.gatun.io.CheckpointException;
import dev.gatun.io.SafetensorsFile;
import dev.gatun.shape.DType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The variables of a model beside the tensors of a file.
 *
 * @param tensors  the name in the file of each variable that is taken
 * @param counters the same of PyTorch's counters of batches, for which the model has no variable
 * @param report   for people
 */
record WeightsMatch(Map<String, String> tensors, Map<String, String> counters, WeightsReport report) {
    /** What PyTorch's wrappers put before every name. */
    private static final List<String> WRAPPERS = List.of("module.", "_orig_mod.");

    /**
     * Compares names, shapes and types; reads no elements.
     *
     * @param variables in the order in which they were described
     */
    static WeightsMatch of(SafetensorsFile file, List<Variable> variables, WeightsPart part) {
        String head = part == WeightsPart.BODY ? head(variables) : "";
        Map<String, String> found = names(file);
        Set<String> unexpected = new LinkedHashSet<>(found.keySet());
        Map<String, String> tensors = new LinkedHashMap<>();
        Map<String, String> counters = new LinkedHashMap<>();
        Set<String> leftOut = new LinkedHashSet<>();
        List<String> missing = new ArrayList<>();
        List<String> misshapen = new ArrayList<>();
        List<String> unusable = new ArrayList<>();
        for (Variable variable : variables) {
            String name = variable.name();
            String tensor = found.get(name);
            unexpected.remove(name);
            BatchCounters.of(name).filter(counter -> found.containsKey(counter) && isCount(file, found.get(counter)))
                    .ifPresent(counter -> {
                        unexpected.remove(counter);
                        counters.put(counter, Objects.requireNonNull(found.get(counter)));
                    });
            if (isIn(name, head)) {
                leftOut.add(name);
            } else if (tensor == null) {
                missing.add(name);
            } else if (!file.shape(tensor).equals(variable.shape())) {
                misshapen.add(name + " " + file.shape(tensor) + " for " + variable.shape());
            } else if (!file.dtype(tensor).isFloating() && !(BatchCounters.is(name) && isCount(file, tensor))) {
                unusable.add(name + " " + file.dtype(tensor));
            } else {
                tensors.put(name, tensor);
            }
        }
        unexpected.stream().filter(name -> isIn(name, head)).forEach(leftOut::add);
        unexpected.removeAll(leftOut);
        return new WeightsMatch(tensors, counters, new WeightsReport(file.path(), part,
                List.copyOf(tensors.keySet()), List.copyOf(leftOut), missing, List.copyOf(unexpected), misshapen,
                unusable));
    }

    private static boolean isCount(SafetensorsFile file, @Nullable String tensor) {
        return tensor != null && file.dtype(tensor).dtype().filter(DType.I64::equals).isPresent()
                && file.shape(tensor).elements() == 1;
    }

    /** Names in the file by those without a wrapper's prefix, where all have it. */
    private static Map<String, String> names(SafetensorsFile file) {
        List<String> names = file.names();
        int prefix = 0;
        for (String wrapper : WRAPPERS) {
            int begin = prefix;
            if (!names.isEmpty() && names.stream().allMatch(name -> name.startsWith(wrapper, begin))) {
                prefix += wrapper.length();
            }
        }
        Map<String, String> found = new LinkedHashMap<>();
        for (String name : names) {
            found.put(name.substring(prefix), name);
        }
        return found;
    }

    /** The last layer that has variables, as {@code fc} or {@code classifier.1}. */
    private static String head(List<Variable> variables) {
        if (variables.isEmpty()) {
            return "";
        }
        String last = variables.getLast().name();
        return last.substring(0, Math.max(0, last.lastIndexOf('.')));
    }

    private static boolean isIn(String name, String layer) {
        return !layer.isEmpty() && name.startsWith(layer + ".");
    }

    /** Refuses what does not fit as asked for. */
    void check() {
        boolean refused = switch (report.part()) {
            case WHOLE, BODY -> !report.fits();
            case MATCHING -> tensors.isEmpty();
        };
        if (refused) {
            throw new CheckpointException(report.file() + " does not fit the model: "
                    + (report.faults().isEmpty() ? "it has none of its tensors" : String.join("; ", report.faults()))
                    + ": " + remedy());
        }
    }

    private String remedy() {
        return switch (report.part()) {
            case WHOLE -> "use a file of this model, or take a part of it: body or matching";
            case BODY -> "use a file of this model, or take the part matching";
            case MATCHING -> "use a file of this model";
        };
    }
}
