package dev.gatun.train;

import dev.gatun.engine.TensorTransfer;
import dev.gatun.engine.Variables;
import dev.gatun.graph.Graph;
import dev.gatun.graph.GraphBuilder;
import dev.gatun.io.Checkpoint;
import dev.gatun.io.LoadedCheckpoint;
import dev.gatun.io.NamedTensor;
import dev.gatun.memory.Closing;
import dev.gatun.optim.HyperparameterFields;
import dev.gatun.optim.LossScaleState;
import dev.gatun.optim.LossScaling;
import dev.gatun.optim.Optimizer;
import dev.gatun.optim.StateValues;
import dev.gatun.optim.TensorState;
import dev.gatun.optim.schedule.RunLength;
import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import dev.gatun.train.task.Task;
import dev.gatun.train.task.TaskDescription;
import dev.gatun.update.Hyperparameters;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A {@link Network}'s state as a checkpoint and back, in the files and under the names of a {@link Trainer}'s. */
final class NetworkState {
    private static final String SEED = "seed";
    private static final String PASSES = "passes";
    private static final String NONE = "none";

    private NetworkState() {}

    /** One state of one parameter, in a file under the parameter's own shape where it has that. */
    private record Part(String name, TensorType type, TensorState state) {
        static Part of(Variables.Slot slot, TensorState state) {
            return new Part(slot.variable().name() + "." + state.name(),
                    state.stored().equals(slot.stored()) ? SavedTensors.type(slot) : state.stored().type(), state);
        }
    }

    private static List<Part> parts(Variables variables, StateValues values) {
        return variables.slots().stream().filter(Variables.Slot::isTrained)
                .flatMap(slot -> values.of(slot.offset() / Float.BYTES, slot.stored()).stream()
                        .map(state -> Part.of(slot, state)))
                .toList();
    }

    /** All that the network computes with, variables of other networks included, and what an optimizer remembers. */
    static Checkpoint save(
            Network network, Consumer<GraphBuilder> description, String loss, @Nullable Optimizer optimizer) {
        Graph described = Network.graph(description);
        Variables variables = network.variables();
        SavedTensors.checkFinite(network.program().device(), variables, network.passes());
        List<AutoCloseable> owned = new ArrayList<>();
        boolean complete = false;
        try {
            TensorTransfer transfer = new TensorTransfer(network.program().device());
            owned.add(transfer);
            List<NamedTensor> states = new ArrayList<>();
            if (optimizer != null) {
                StateValues values = optimizer.values();
                owned.add(values);
                for (Part part : parts(variables, values)) {
                    SavedTensors.checkFinite(network.program().device(), part.name, part.state.stored(),
                            part.state.memory(), network.passes());
                    states.add(SavedTensors.tensor(
                            transfer, part.name, part.type.shape(), part.state.stored(), part.state.memory()));
                }
            }
            List<Variables.Slot> slots =
                    described.variables().stream().map(value -> variables.slot(value.name())).toList();
            Checkpoint checkpoint = new Checkpoint(description(description, described, loss),
                    SavedTensors.of(variables, slots, transfer, network.counters(), network.passes()), states,
                    numbers(network, optimizer), () -> Closing.inReverse(owned));
            complete = true;
            return checkpoint;
        } finally {
            if (!complete) {
                Closing.inReverse(owned);
            }
        }
    }

    /** As a task for the batch size that its graph is described for, and no other. */
    private static Map<String, Object> description(Consumer<GraphBuilder> description, Graph graph, String loss) {
        Shape first = graph.inputs().isEmpty() ? Shape.of() : graph.inputs().getFirst().type().shape();
        int only = first.rank() == 0 ? 1 : Math.toIntExact(first.extent(0));
        return TaskDescription.write(Task.of("network", (builder, batchSize) -> {
            if (batchSize != only) {
                throw new IllegalArgumentException("the network is described for " + only + " examples");
            }
            description.accept(builder);
        }).minimizing(loss), only);
    }

    private static Map<String, Object> numbers(Network network, @Nullable Optimizer optimizer) {
        Map<String, Object> state = new LinkedHashMap<>();
        state.put(SEED, network.seed());
        state.put(PASSES, network.passes());
        state.put(SavedNumbers.PRECISION, network.precision().toString());
        state.put(SavedNumbers.KERNELS, network.program().choices().entries());
        state.put(SavedNumbers.OPTIMIZER, optimizer == null ? NONE : rule(optimizer).getClass().getSimpleName());
        state.put(SavedNumbers.OPTIMIZER_STEPS, optimizer == null ? 0L : optimizer.steps());
        if (optimizer != null) {
            state.put(SavedNumbers.HYPERPARAMETERS, HyperparameterFields.of(rule(optimizer)));
            LossScaling scaling = optimizer.options().lossScaling();
            Map<String, Object> lossScale = LossScaleState.of(optimizer.results()).toMap(scaling);
            if (!lossScale.isEmpty()) {
                state.put(SavedNumbers.LOSS_SCALER, lossScale);
            }
        }
        return state;
    }

    private static Hyperparameters rule(Optimizer optimizer) {
        return optimizer.hyperparameters(0);
    }

    /** Reads and checks all before anything changes: what is refused leaves network and optimizer as they were. */
    static void restore(Network network, LoadedCheckpoint checkpoint, @Nullable Optimizer optimizer) {
        final long seed = SavedNumbers.integer(checkpoint, SEED);
        final long passes = SavedNumbers.number(checkpoint, PASSES);
        final long steps = SavedNumbers.number(checkpoint, SavedNumbers.OPTIMIZER_STEPS, RunLength.MOST_STEPS);
        Variables variables = network.variables();
        SavedTensors.checkAll(variables, checkpoint.model());
        try (TensorTransfer transfer = new TensorTransfer(network.program().device())) {
            if (optimizer != null) {
                restore(variables, checkpoint, optimizer, transfer);
                optimizer.setSteps(steps);
            }
            SavedTensors.loadVariables(variables, checkpoint.model(), transfer);
        }
        network.goOn(seed, passes);
        SavedTensors.loadCounters(variables, checkpoint.model(), network.counters(), passes);
    }

    private static void restore(
            Variables variables, LoadedCheckpoint checkpoint, Optimizer optimizer, TensorTransfer transfer) {
        SavedNumbers.check(checkpoint, SavedNumbers.OPTIMIZER, rule(optimizer).getClass().getSimpleName());
        SavedNumbers.checkChoices(checkpoint, rule(optimizer));
        Map<String, Object> scaler = SavedNumbers.optionalObject(checkpoint, SavedNumbers.LOSS_SCALER);
        LossScaleState lossScale = SavedNumbers.read(checkpoint, SavedNumbers.LOSS_SCALER,
                () -> LossScaleState.read(optimizer.options().lossScaling(), scaler));
        try (StateValues values = optimizer.values()) {
            List<Part> parts = parts(variables, values);
            parts.forEach(part -> SavedTensors.check(checkpoint.optimizer(), part.name, part.type));
            parts.forEach(part -> SavedTensors.load(
                    checkpoint.optimizer(), part.name, part.state.stored(), part.state.memory(), transfer));
            values.store();
        }
        lossScale.giveTo(optimizer.control());
    }
}
