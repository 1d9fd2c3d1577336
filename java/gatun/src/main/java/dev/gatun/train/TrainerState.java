package dev.gatun.train;

import dev.gatun.engine.KernelChoices;
import dev.gatun.engine.TensorTransfer;
import dev.gatun.engine.Variables;
import dev.gatun.graph.PrecisionPolicy;
import dev.gatun.graph.Variable;
import dev.gatun.io.Checkpoint;
import dev.gatun.io.CheckpointException;
import dev.gatun.io.LoadedCheckpoint;
import dev.gatun.io.NamedTensor;
import dev.gatun.io.SafetensorsFile;
import dev.gatun.io.json.Json;
import dev.gatun.memory.Buffer;
import dev.gatun.optim.HyperparameterFields;
import dev.gatun.optim.LossScaleState;
import dev.gatun.optim.LossScaling;
import dev.gatun.optim.Optimizer;
import dev.gatun.optim.SharpnessAware;
import dev.gatun.optim.StateValues;
import dev.gatun.optim.TensorState;
import dev.gatun.shape.DType;
import dev.gatun.shape.Shape;
import dev.gatun.shape.Stored;
import dev.gatun.shape.TensorType;
import dev.gatun.train.step.KeptState;
import dev.gatun.train.task.MetricSums;
import dev.gatun.update.Hyperparameters;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * A trainer's state as a checkpoint and back. Tensors are row-major under PyTorch's names; optimizer tensors are named
 * {@code <parameter>.<state>}. Random numbers are functions of seed, epoch and step, so those three restore them.
 */
final class TrainerState {
    private static final String RUNNING_MEAN = ".running_mean";
    private static final String BATCHES_TRACKED = ".num_batches_tracked";
    private static final String ACCUMULATE = "accumulate";
    private static final String LAST_BATCH = "last_batch";
    private static final String PRECISION = "precision";
    private static final String METRICS = "metric_sums";
    private static final String SHARPNESS = "sharpness";
    private static final String LOSS_SCALER = "loss_scaler";
    private static final String HYPERPARAMETERS = "hyperparameters";
    private static final String PLATEAU = "plateau";
    private static final String KERNELS = "kernels";

    private TrainerState() {}

    static Checkpoint save(Trainer trainer) {
        List<NamedTensor> model = new ArrayList<>();
        for (Variables.Slot slot : trainer.variables().slots()) {
            Variable variable = slot.variable();
            Buffer memory = trainer.variables().memory(slot);
            model.add(tensor(trainer, variable.name(), variable.shape(), slot.stored(), memory));
            if (variable.name().endsWith(RUNNING_MEAN)) {
                model.add(counter(
                        variable.name().replace(RUNNING_MEAN, BATCHES_TRACKED), trainer.batchesTrained()));
            }
        }
        Map<String, Object> state = state(trainer);
        StateValues values = trainer.optimizer().values();
        boolean complete = false;
        try {
            Checkpoint checkpoint = new Checkpoint(
                    trainer.description(), model, optimizer(trainer, values), state, values::close);
            complete = true;
            return checkpoint;
        } finally {
            if (!complete) {
                values.close();
            }
        }
    }

    private static List<NamedTensor> optimizer(Trainer trainer, StateValues values) {
        List<NamedTensor> tensors = new ArrayList<>();
        for (Variables.Slot slot : trainer.variables().slots()) {
            for (TensorState part : states(trainer, values, slot)) {
                DType dtype = part.stored().type().dtype();
                if (trainer.device().findNonFinite(dtype, part.memory()) >= 0) {
                    throw new NonFiniteParameterException(trainer.progress().step(), name(slot, part));
                }
                tensors.add(tensor(trainer, name(slot, part), shape(slot, part), part.stored(), part.memory()));
            }
        }
        return tensors;
    }

    private static NamedTensor tensor(Trainer trainer, String name, Shape shape, Stored stored, Buffer memory) {
        return new NamedTensor(name, stored.type().withShape(shape),
                sink -> trainer.transfer().<IOException>read(stored, memory, (_, piece) -> sink.accept(piece)));
    }

    /** What a variable needs beside its own value: the states of the optimizer and of what is around it. */
    private static List<TensorState> states(Trainer trainer, StateValues values, Variables.Slot slot) {
        List<TensorState> states = new ArrayList<>();
        if (slot.isTrained()) {
            states.addAll(values.of(slot.offset() / Float.BYTES, slot.stored()));
        }
        trainer.states().forEach(kept -> kept.of(slot).ifPresent(states::add));
        return states;
    }

    private static String name(Variables.Slot slot, TensorState part) {
        return slot.variable().name() + "." + part.name();
    }

    /** The variable's own shape, which the graph may see under another, or that of a state which has another. */
    private static Shape shape(Variables.Slot slot, TensorState part) {
        return part.stored().equals(slot.stored()) ? slot.variable().shape() : part.stored().type().shape();
    }

    private static Map<String, Object> state(Trainer trainer) {
        Progress progress = trainer.progress();
        Map<String, Object> state = new LinkedHashMap<>();
        state.put("seed", trainer.options().seed());
        state.put("optimizer", trainer.options().optimizer().getClass().getSimpleName());
        state.put(HYPERPARAMETERS, HyperparameterFields.of(trainer.options().optimizer()));
        state.put("optimizer_steps", trainer.optimizer().steps());
        state.put("epoch", progress.epoch);
        state.put("batch", progress.batch);
        state.put("batches", progress.batches());
        state.put(ACCUMULATE, trainer.options().accumulate());
        state.put(LAST_BATCH, lastBatch(trainer));
        state.put(PRECISION, trainer.options().precision().toString());
        state.put("step", progress.step);
        state.put("skipped_steps", progress.skipped);
        state.put("loss_sum", progress.lossSum);
        state.put(METRICS, progress.metrics.state());
        state.put("seen", progress.seen);
        if (!trainer.schedules().state().isEmpty()) {
            state.put(PLATEAU, trainer.schedules().state());
        }
        trainer.states().forEach(kept -> state.putAll(kept.numbers()));
        state.put(SHARPNESS, sharpness(trainer));
        state.put(KERNELS, trainer.choices().entries());
        LossScaling scaling = trainer.options().lossScaling();
        Map<String, Object> lossScale = LossScaleState.of(trainer.optimizer().results()).toMap(scaling);
        if (!lossScale.isEmpty()) {
            state.put(LOSS_SCALER, lossScale);
        }
        return state;
    }

    private static String lastBatch(Trainer trainer) {
        return trainer.options().lastBatch().name().toLowerCase(Locale.ROOT);
    }

    /** The sums of metrics, which must be those that this run measures. */
    private static List<?> metrics(LoadedCheckpoint checkpoint, Trainer trainer) {
        if (!(checkpoint.state().get(METRICS) instanceof List<?> sums)) {
            throw new CheckpointException(checkpoint.path() + ": state.json has no valid \"" + METRICS
                    + "\"; resume from an earlier checkpoint");
        }
        try {
            MetricSums.ofTraining(trainer.task()).restore(sums); // before anything changes
        } catch (IllegalArgumentException e) {
            throw new CheckpointException(checkpoint.path() + ": " + e.getMessage()
                    + "; use the options it was made with", e);
        }
        return sums;
    }

    private static String sharpness(Trainer trainer) {
        SharpnessAware sharpness = trainer.options().wrappers().sharpness();
        return sharpness == null ? "none" : sharpness.text();
    }

    static void restore(Trainer trainer, LoadedCheckpoint checkpoint) {
        Map<String, Object> state = checkpoint.state();
        check(checkpoint, "seed", trainer.options().seed());
        check(checkpoint, "optimizer", trainer.options().optimizer().getClass().getSimpleName());
        checkChoices(checkpoint, trainer.options().optimizer());
        check(checkpoint, "batches", (long) trainer.progress().batches());
        check(checkpoint, ACCUMULATE, (long) trainer.options().accumulate());
        check(checkpoint, LAST_BATCH, lastBatch(trainer));
        check(checkpoint, PRECISION, trainer.options().precision().toString());
        checkWrappers(trainer, checkpoint);
        // Everything is read or checked before anything changes: what is refused leaves the trainer as it was.
        final long optimizerSteps = number(checkpoint, "optimizer_steps");
        final int epoch = Math.toIntExact(number(checkpoint, "epoch"));
        final int batch = Math.toIntExact(number(checkpoint, "batch"));
        final long step = number(checkpoint, "step");
        final long skipped = number(checkpoint, "skipped_steps");
        final double lossSum = Json.asDouble(state.get("loss_sum"));
        final List<?> metrics = metrics(checkpoint, trainer);
        final long seen = number(checkpoint, "seen");
        Map<String, Long> numbers = new LinkedHashMap<>();
        trainer.states().forEach(
                kept -> kept.numbers().keySet().forEach(key -> numbers.put(key, number(checkpoint, key))));
        Variables variables = trainer.variables();
        checkAll(variables, checkpoint.model());
        try (StateValues values = trainer.optimizer().values()) {
            for (Variables.Slot slot : variables.slots()) {
                states(trainer, values, slot).forEach(part -> check(checkpoint.optimizer(), name(slot, part),
                        part.stored().type().withShape(shape(slot, part))));
            }
            restoreSchedules(trainer, checkpoint);
            loadVariables(variables, checkpoint.model(), trainer.transfer());
            for (Variables.Slot slot : variables.slots()) {
                states(trainer, values, slot).forEach(part -> load(checkpoint.optimizer(), name(slot, part),
                        part.stored(), part.memory(), trainer.transfer()));
            }
            values.store();
        }
        Progress progress = trainer.progress();
        trainer.optimizer().setSteps(optimizerSteps);
        trainer.states().forEach(kept -> kept.restore(numbers));
        progress.epoch = epoch;
        progress.batch = batch;
        progress.step = step;
        progress.skipped = skipped;
        progress.lossSum = lossSum;
        progress.metrics.restore(metrics);
        progress.seen = seen;
    }

    /** What is around the optimizer would otherwise be dropped without a word, as its tensors are not asked for. */
    private static void checkWrappers(Trainer trainer, LoadedCheckpoint checkpoint) {
        Set<KeptState.Kind> wanted = EnumSet.noneOf(KeptState.Kind.class);
        trainer.states().forEach(kept -> wanted.add(kept.kind()));
        if (trainer.options().optimizerOptions().averageDecay() > 0) {
            wanted.add(KeptState.Kind.AVERAGE);
        }
        for (KeptState.Kind kind : KeptState.Kind.values()) {
            checkKept(checkpoint, kind.text, hasState(checkpoint, kind.state), wanted.contains(kind));
        }
        check(checkpoint, SHARPNESS, sharpness(trainer));
    }

    private static boolean hasState(LoadedCheckpoint checkpoint, String state) {
        return checkpoint.optimizer().names().stream().anyMatch(name -> name.endsWith("." + state));
    }

    private static void checkKept(LoadedCheckpoint checkpoint, String what, boolean found, boolean wanted) {
        if (found != wanted) {
            throw new CheckpointException(checkpoint.path() + (found ? " keeps " : " does not keep ") + what
                    + ", this run does"
                    + (wanted ? "" : " not") + "; use the options it was made with");
        }
    }

    /** The precision of the run that made a checkpoint. */
    static PrecisionPolicy precision(LoadedCheckpoint checkpoint) {
        if (checkpoint.state().get(PRECISION) instanceof String text) {
            try {
                return PrecisionPolicy.parse(text);
            } catch (IllegalArgumentException e) {
                throw new CheckpointException(
                        checkpoint.path() + ": state.json: " + e.getMessage() + "; use an earlier checkpoint", e);
            }
        }
        throw new CheckpointException(checkpoint.path() + ": state.json has no valid \"" + PRECISION
                + "\"; use an earlier checkpoint");
    }

    /** The kernels of the run that made a checkpoint. */
    static KernelChoices choices(LoadedCheckpoint checkpoint) {
        Map<String, String> entries = new TreeMap<>();
        object(checkpoint, KERNELS).forEach((problem, choice) -> {
            if (!(choice instanceof String name)) {
                throw new CheckpointException(checkpoint.path() + ": state.json has no valid \"" + KERNELS
                        + "\"; resume from an earlier checkpoint");
            }
            entries.put(problem, name);
        });
        return KernelChoices.of(entries);
    }

    /** The states of one variant mean nothing to another. Numbers may change: that is the caller's wish. */
    private static void checkChoices(LoadedCheckpoint checkpoint, Hyperparameters optimizer) {
        Map<String, Object> made = object(checkpoint, HYPERPARAMETERS);
        HyperparameterFields.firstDifferentChoice(optimizer, made).ifPresent(choice -> {
            throw new CheckpointException(checkpoint.path() + " was made with " + optimizer.label() + "'s " + choice
                    + " "
                    + made.get(choice) + ", this run has " + HyperparameterFields.of(optimizer).get(choice)
                    + "; use the options it was made with");
        });
    }

    /** Empty where it is missing, as that of a schedule without state. */
    @SuppressWarnings("unchecked") // JSON has no other maps
    private static Map<String, Object> object(LoadedCheckpoint checkpoint, String key) {
        return checkpoint.state().get(key) instanceof Map<?, ?> map ? (Map<String, Object>) map : Map.of();
    }

    private static void restoreSchedules(Trainer trainer, LoadedCheckpoint checkpoint) {
        try {
            // before any changes
            LossScaleState lossScale =
                    LossScaleState.read(trainer.options().lossScaling(), object(checkpoint, LOSS_SCALER));
            trainer.schedules().restore(object(checkpoint, PLATEAU));
            lossScale.giveTo(trainer.optimizer().control());
        } catch (IllegalArgumentException e) {
            throw new CheckpointException(
                    checkpoint.path() + ": " + e.getMessage() + "; use the options it was made with", e);
        }
    }

    /** Sets every variable from a file of row-major tensors. */
    static void loadVariables(Variables variables, SafetensorsFile file, TensorTransfer transfer) {
        loadVariables(variables, file, transfer, _ -> true);
    }

    /** Sets the variables of some names; returns how many. A file that lacks one of them changes nothing. */
    static int loadVariables(
            Variables variables, SafetensorsFile file, TensorTransfer transfer, Predicate<String> names) {
        List<Variables.Slot> wanted =
                variables.slots().stream().filter(slot -> names.test(slot.variable().name())).toList();
        wanted.forEach(slot -> check(file, slot.variable().name(), fileType(slot)));
        wanted.forEach(slot -> load(file, slot.variable().name(), slot.stored(), variables.memory(slot), transfer));
        return wanted.size();
    }

    private static void load(
            SafetensorsFile file, String name, Stored stored, Buffer memory, TensorTransfer transfer) {
        transfer.write(stored, memory, (offset, piece) -> file.read(name, offset, piece));
    }

    /**
     * Puts the average of the weights, and the statistics measured with it, in their place where a checkpoint has one.
     */
    static void loadAverage(Variables variables, LoadedCheckpoint checkpoint, TensorTransfer transfer) {
        if (number(checkpoint, "optimizer_steps") > 0) {
            loadState(variables, checkpoint, Optimizer.AVERAGE, transfer);
        }
        if (AveragedWeights.isIn(checkpoint)) {
            loadState(variables, checkpoint, AveragedWeights.NAME, transfer);
        }
    }

    private static void loadState(
            Variables variables, LoadedCheckpoint checkpoint, String state, TensorTransfer transfer) {
        for (Variables.Slot slot : variables.slots()) {
            String name = slot.variable().name() + "." + state;
            if (checkpoint.optimizer().names().contains(name)) {
                check(checkpoint.optimizer(), name, fileType(slot));
                load(checkpoint.optimizer(), name, slot.stored(), variables.memory(slot), transfer);
            }
        }
    }

    /** A variable's type in a file: its own shape, which the graph may see under another. */
    private static TensorType fileType(Variables.Slot slot) {
        return slot.stored().type().withShape(slot.variable().shape());
    }

    /** Before the first of them is written: a file that does not fit must leave everything as it is. */
    private static void checkAll(Variables variables, SafetensorsFile file) {
        variables.slots().forEach(slot -> check(file, slot.variable().name(), fileType(slot)));
    }

    private static void check(SafetensorsFile file, String name, TensorType wanted) {
        if (!file.names().contains(name)) {
            throw new CheckpointException(file.path() + " has no tensor " + name
                    + ": it belongs to another model or optimizer; use the options it was made with");
        }
        if (!file.type(name).equals(wanted)) {
            throw new CheckpointException(file.path() + ": tensor " + name + " is " + file.type(name)
                    + ", the model has "
                    + wanted + "; use the options it was made with");
        }
    }

    private static NamedTensor counter(String name, long value) {
        byte[] bytes = new byte[Long.BYTES];
        MemorySegment.ofArray(bytes).set(ValueLayout.JAVA_LONG_UNALIGNED, 0, value);
        return new NamedTensor(name, new TensorType(DType.I64, Shape.of()), MemorySegment.ofArray(bytes));
    }

    private static long number(LoadedCheckpoint checkpoint, String key) {
        if (checkpoint.state().get(key) instanceof Long value && value >= 0) {
            return value;
        }
        throw new CheckpointException(checkpoint.path() + ": state.json has no valid \"" + key
                + "\"; resume from an earlier checkpoint");
    }

    private static void check(LoadedCheckpoint checkpoint, String key, Object expected) {
        Object found = checkpoint.state().get(key);
        if (!expected.equals(found)) {
            throw new CheckpointException(checkpoint.path() + " was made with " + key + " " + found + ", this run has "
                    + expected + "; use the options it was made with");
        }
    }
}
