package dev.gatun.operation;

import dev.gatun.backend.Device;
import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Node;
import dev.gatun.graph.Value;
import dev.gatun.op.UpdateRunningStatistics;
import dev.gatun.reference.GraphRunner;
import dev.gatun.shape.DType;
import dev.gatun.shape.TensorType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How far a device is off in one operation: against the oracle in double, from the numbers that the device read, so
 * that nothing but this operation's rounding counts.
 *
 * @param op    the operation's name
 * @param ratio the largest error, in units of what is allowed; infinite where something else than a number came out
 * @param where the element that is off the most
 */
record NodeError(String op, double ratio, String where) {
    /** The node's error; its operands as the run found them, variables from {@code given}. */
    static NodeError of(Node node, GraphRunner.Result result, Map<String, double[]> given, Device oracle) {
        return new Comparison(node, result, given).run(oracle);
    }

    private static final class Comparison {
        private final Node node;
        private final GraphRunner.Result result;
        private final Map<String, double[]> given;
        private final GraphBuilder builder = new GraphBuilder();
        private final Map<String, double[]> values = new HashMap<>();
        private final Map<Value, Value> inputs = new HashMap<>();
        private double ratio;
        private String where = "";

        Comparison(Node node, GraphRunner.Result result, Map<String, double[]> given) {
            this.node = node;
            this.result = result;
            this.given = given;
        }

        NodeError run(Device oracle) {
            Node forward = node.forward();
            if (forward != null && node.op().readsWorkspace()) { // which is the oracle's own
                Node again = builder.node("forward", forward.op(), forward.inputs().stream().map(this::input).toList());
                for (int i = 0; i < again.outputs().size(); i++) {
                    if (forward.op().isWorkspace(i)) {
                        inputs.put(forward.outputs().get(i), again.outputs().get(i));
                    }
                }
            }
            Node exact = builder.node("exact", node.op(), node.inputs().stream().map(this::input).toList());
            List<Value> found = new ArrayList<>(node.outputs());
            List<Value> wanted = new ArrayList<>(exact.outputs());
            if (node.op() instanceof UpdateRunningStatistics) { // in place
                found.addAll(node.inputs().subList(2, node.inputs().size()));
                wanted.addAll(exact.inputs().subList(2, exact.inputs().size()));
            }
            compare(GraphRunner.run(builder.build(), oracle, values), exact, found, wanted);
            return new NodeError(node.op().name(), ratio, where);
        }

        private Value input(Value value) {
            return inputs.computeIfAbsent(value, _ -> {
                String name = "input " + values.size();
                DType dtype = value.type().dtype().isFloating() ? DType.F64 : value.type().dtype();
                values.put(name, elements(value));
                return builder.input(name, new TensorType(dtype, value.type().shape()));
            });
        }

        /** What the node read: running statistics, which have moved since, as they were given. */
        private double[] elements(Value value) {
            double[] before = value.variable() != null && !value.isParameter() ? given.get(value.name()) : null;
            return before != null ? before : result.of(value);
        }

        private void compare(GraphRunner.Result expected, Node exact, List<Value> found, List<Value> wanted) {
            ErrorBound.Known known = new ErrorBound.Known(node.op(), node.inputTypes(),
                    exact.inputs().stream().map(value -> numbers(expected, value)).toList(),
                    exact.outputs().stream().map(value -> numbers(expected, value)).toList());
            for (int i = 0; i < found.size(); i++) {
                if (expected.values().containsKey(wanted.get(i)) && result.values().containsKey(found.get(i))) {
                    compare(found.get(i), result.of(found.get(i)), expected.of(wanted.get(i)),
                            ErrorBound.of(known, i).limit());
                }
            }
        }

        private static double[] numbers(GraphRunner.Result expected, Value value) {
            return expected.values().getOrDefault(value, new double[0]); // of a workspace there are none
        }

        private void compare(Value value, double[] found, double[] wanted, double limit) {
            DType dtype = value.type().dtype();
            for (int i = 0; i < wanted.length; i++) {
                double most = limit + ErrorBound.rounding(dtype) * Math.abs(wanted[i]) + smallest(dtype);
                double error = found[i] == wanted[i] || (Double.isNaN(found[i]) && Double.isNaN(wanted[i])) ? 0
                        : Math.abs(found[i] - wanted[i]);
                double now = Double.isNaN(error) ? Double.POSITIVE_INFINITY : error / most;
                if (now > ratio) {
                    ratio = now;
                    where = value + "[" + i + "] is " + found[i] + ", not " + wanted[i] + " within " + most;
                }
            }
        }

        /** The smallest normal number: some devices take what is smaller for zero. */
        private static double smallest(DType dtype) {
            return dtype == DType.F16 ? 0x1p-24 : Float.MIN_NORMAL;
        }
    }
}
