package dev.gatun.train;

import dev.gatun.compress.distill.DistilledGraph;
import dev.gatun.data.ClassNames;
import dev.gatun.engine.TensorTransfer;
import dev.gatun.engine.Variables;
import dev.gatun.io.Checkpoint;
import dev.gatun.io.CheckpointException;
import dev.gatun.io.CheckpointStore;
import dev.gatun.io.LoadedCheckpoint;
import dev.gatun.io.NamedTensor;
import dev.gatun.io.json.Json;
import dev.gatun.optim.HyperparameterFields;
import dev.gatun.optim.LossScaleState;
import dev.gatun.optim.LossScaling;
import dev.gatun.optim.Optimizer;
import dev.gatun.optim.SharpnessAware;
import dev.gatun.optim.StateValues;
import dev.gatun.optim.TensorState;
import dev.gatun.optim.schedule.RunLength;
import dev.gatun.shape.Shape;
import dev.gatun.train.epoch.BatchGrowth;
import dev.gatun.train.monitor.BestEpoch;
import dev.gatun.train.step.KeptState;
import dev.gatun.train.task.ImageInput;
import dev.gatun.train.task.MetricSums;
import dev.gatun.train.task.TaskDescription;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A trainer's state as a checkpoint and back. Tensors are row-major under PyTorch's names; optimizer tensors are named
 * {@code <parameter>.<state>}. Random numbers are functions of seed, epoch and step, so those three restore them.
 */
final class TrainerState {
    private static final String ACCUMULATE = "accumulate";
    private static final String LAST_BATCH = "last_batch";
    private static final String GROWTH = "grow_batch";
    private static final String METRICS = "metric_sums";
    private static final String SHARPNESS = "sharpness";
    private static final String PLATEAU = "plateau";
    private static final String BEST = CheckpointStore.BEST;
    private static final String STEP = "step";
    private static final String VALUE = "value";
    private static final String WORKERS = "rounds_of_workers";
    private static final String EPOCHS = "epochs";

    private TrainerState() {}

    static Checkpoint save(Trainer trainer) {
        List<NamedTensor> model = SavedTensors.of(trainer.variables(), trainer.variables().slots().stream()
                .filter(slot -> !isForTrainingOnly(slot)).toList(), trainer.transfer(),
                trainer.counters(), trainer.batchesTrained());
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
                SavedTensors.checkFinite(
                        trainer.device(), name(slot, part), part.stored(), part.memory(), trainer.progress().step());
                tensors.add(SavedTensors.tensor(trainer.transfer(), name(slot, part), shape(slot, part), part.stored(),
                        part.memory()));
            }
        }
        return tensors;
    }

    /** The states that belong to a variable: those of the optimizer and of its wrappers. */
    private static List<TensorState> states(Trainer trainer, StateValues values, Variables.Slot slot) {
        List<TensorState> states = new ArrayList<>();
        if (slot.isTrained()) {
            states.addAll(values.of(slot.offset() / Float.BYTES, slot.stored()));
        }
        trainer.states().forEach(kept -> kept.of(slot).ifPresent(states::add));
        if (isForTrainingOnly(slot)) {
            states.add(new TensorState(VALUE, slot.stored(), trainer.variables().memory(slot)));
        }
        return states;
    }

    /** A variable that the model is evaluated and exported without: it lies with the states of the optimizer. */
    private static boolean isForTrainingOnly(Variables.Slot slot) {
        return DistilledGraph.isForTrainingOnly(slot.variable().name());
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
        state.put(SavedNumbers.OPTIMIZER, trainer.options().optimizer().getClass().getSimpleName());
        state.put(SavedNumbers.HYPERPARAMETERS, HyperparameterFields.of(trainer.options().optimizer()));
        state.put(SavedNumbers.OPTIMIZER_STEPS, trainer.optimizer().steps());
        state.put(EPOCHS, progress.epochs());
        state.put("epoch", progress.epoch);
        state.put("batch", progress.batch);
        state.put("batches", trainer.epochs().rounds(0).steps());
        state.put(ACCUMULATE, trainer.options().accumulate());
        state.put(LAST_BATCH, lastBatch(trainer));
        if (trainer.options().growth().isActive()) {
            state.put(GROWTH, trainer.options().growth().text());
        }
        state.put(SavedNumbers.PRECISION, trainer.options().precision().toString());
        state.put(STEP, progress.step);
        state.put("skipped_steps", progress.skipped);
        state.put("loss_sum", progress.lossSum);
        state.put(METRICS, progress.metrics.state());
        state.put("seen", progress.seen);
        List<Long> rounds = trainer.allRanks().rounds(progress.batch);
        if (!rounds.isEmpty()) {
            state.put(WORKERS, rounds);
        }
        if (!trainer.schedules().state().isEmpty()) {
            state.put(PLATEAU, trainer.schedules().state());
        }
        if (progress.best().exists()) {
            state.put(BEST, progress.best().state());
        }
        trainer.states().forEach(kept -> state.putAll(kept.numbers()));
        state.put(SHARPNESS, sharpness(trainer));
        state.put(SavedNumbers.KERNELS, trainer.choices().entries());
        LossScaling scaling = trainer.options().lossScaling();
        Map<String, Object> lossScale = LossScaleState.of(trainer.optimizer().results()).toMap(scaling);
        if (!lossScale.isEmpty()) {
            state.put(SavedNumbers.LOSS_SCALER, lossScale);
        }
        return state;
    }

    private static String lastBatch(Trainer trainer) {
        return trainer.options().lastBatch().name().toLowerCase(Locale.ROOT);
    }

    /** The sums of metrics, which must be those that this run measures. */
    private static List<?> metrics(LoadedCheckpoint checkpoint, Trainer trainer) {
        if (!(checkpoint.state().get(METRICS) instanceof List<?> sums)) {
            throw SavedNumbers.invalid(checkpoint, METRICS);
        }
        return SavedNumbers.read(checkpoint, METRICS, () -> {
            MetricSums.ofTraining(trainer.task()).restore(sums); // before anything changes
            return sums;
        });
    }

    private static String sharpness(Trainer trainer) {
        SharpnessAware sharpness = trainer.options().wrappers().sharpness();
        return sharpness == null ? "none" : sharpness.text();
    }

    /** Refuses a checkpoint whose classes have other names, or another order: it would learn wrong labels. */
    private static void checkClasses(Trainer trainer, LoadedCheckpoint checkpoint) {
        TaskDescription.classNames(checkpoint).ifPresent(there ->
                ImageInput.classNames(trainer.task().attributes())
                        .flatMap(here -> ClassNames.difference(here, there)).ifPresent(difference -> {
                            throw new CheckpointException(checkpoint.path() + ": this run has " + difference
                                    + "; use the data it was made with");
                        }));
    }

    static void restore(Trainer trainer, LoadedCheckpoint checkpoint) {
        checkClasses(trainer, checkpoint);
        SavedNumbers.check(checkpoint, "seed", trainer.options().seed());
        SavedNumbers.check(checkpoint, SavedNumbers.OPTIMIZER,
                trainer.options().optimizer().getClass().getSimpleName());
        SavedNumbers.checkChoices(checkpoint, trainer.options().optimizer());
        SavedNumbers.check(checkpoint, "batches", (long) trainer.epochs().rounds(0).steps());
        checkGrowth(trainer, checkpoint);
        SavedNumbers.check(checkpoint, ACCUMULATE, (long) trainer.options().accumulate());
        SavedNumbers.check(checkpoint, LAST_BATCH, lastBatch(trainer));
        SavedNumbers.check(checkpoint, SavedNumbers.PRECISION, trainer.options().precision().toString());
        checkWrappers(trainer, checkpoint);
        // Everything is read or checked before anything changes: what is refused leaves the trainer as it was.
        final int epoch = (int) SavedNumbers.number(checkpoint, "epoch", trainer.progress().epochs());
        final int batch = (int) SavedNumbers.number(checkpoint, "batch", trainer.epochs().rounds(epoch).steps());
        final long step = SavedNumbers.number(checkpoint, STEP, trainer.progress().steps());
        checkSizes(trainer, checkpoint, batch == 0 ? epoch : epoch + 1);
        if (step != trainer.epochs().stepsBefore(epoch) + batch) {
            throw SavedNumbers.invalid(checkpoint, STEP);
        }
        final List<Long> rounds = SavedNumbers.counts(checkpoint, WORKERS, trainer.progress().batches());
        final long optimizerSteps = SavedNumbers.number( // a step of a server has several
                checkpoint, SavedNumbers.OPTIMIZER_STEPS, RunLength.MOST_STEPS);
        final long skipped = SavedNumbers.number(checkpoint, "skipped_steps", RunLength.MOST_STEPS);
        final double lossSum = SavedNumbers.finite(checkpoint, "loss_sum");
        final List<?> metrics = metrics(checkpoint, trainer);
        final long seen = SavedNumbers.number(checkpoint, "seen");
        Map<String, Long> numbers = new LinkedHashMap<>();
        trainer.states().forEach(
                kept -> kept.numbers().keySet().forEach(key -> numbers.put(
                        key, SavedNumbers.number(checkpoint, key, trainer.progress().steps()))));
        Variables variables = trainer.variables();
        variables.slots().stream().filter(slot -> !isForTrainingOnly(slot)).forEach(slot -> SavedTensors.check(
                checkpoint.model(), slot.variable().name(), SavedTensors.type(slot)));
        try (StateValues values = trainer.optimizer().values()) {
            for (Variables.Slot slot : variables.slots()) {
                states(trainer, values, slot).forEach(part -> SavedTensors.check(checkpoint.optimizer(),
                        name(slot, part), part.stored().type().withShape(shape(slot, part))));
            }
            restoreSchedules(trainer, checkpoint);
            SavedTensors.loadVariables(variables, checkpoint.model(), trainer.transfer(),
                    name -> !DistilledGraph.isForTrainingOnly(name));
            for (Variables.Slot slot : variables.slots()) {
                states(trainer, values, slot).forEach(part -> SavedTensors.load(checkpoint.optimizer(),
                        name(slot, part), part.stored(), part.memory(), trainer.transfer()));
            }
            values.store();
        }
        Progress progress = trainer.progress();
        trainer.optimizer().setSteps(optimizerSteps);
        trainer.states().forEach(kept -> kept.restore(numbers));
        progress.epoch = epoch;
        progress.batch = trainer.allRanks().restore(rounds, batch);
        progress.step = step - batch + progress.batch;
        progress.skipped = skipped;
        progress.lossSum = lossSum;
        progress.metrics.restore(metrics);
        progress.seen = seen;
        if (step > 0) { // what a listener hears of an epoch that is only to be evaluated yet
            trainer.schedules().moveTo(step - 1);
            progress.learningRate = trainer.optimizer().hyperparameters(0).learningRate();
            progress.lossScale = trainer.optimizer().results().scale();
        }
        SavedTensors.loadCounters(variables, checkpoint.model(), trainer.counters(), trainer.batchesTrained());
    }

    private static void checkGrowth(Trainer trainer, LoadedCheckpoint checkpoint) {
        Object there = checkpoint.state().getOrDefault(GROWTH, BatchGrowth.NONE.text());
        String here = trainer.options().growth().text();
        if (!here.equals(there)) {
            throw new CheckpointException(checkpoint.path() + " was made with growth of the batch "
                    + Json.shorten(String.valueOf(there)) + ", this run has " + here
                    + "; use the options it was made with");
        }
    }

    /** Where the run was made longer, the batch has not grown at other epochs than it now would. */
    private static void checkSizes(Trainer trainer, LoadedCheckpoint checkpoint, int begun) {
        int epochs = trainer.progress().epochs();
        if (checkpoint.state().get(EPOCHS) instanceof Long there && there > 0 && there <= Integer.MAX_VALUE
                && !trainer.options().growth().isSame(begun, epochs, Math.toIntExact(there))) {
            throw new CheckpointException(checkpoint.path() + ": in a run of " + there + " epochs the batch had grown"
                    + " at other epochs than " + trainer.options().growth().text() + " says of " + epochs
                    + "; leave the number of epochs as it was, or begin with a growth that is given in epochs");
        }
    }

    /** Refuses states of wrappers that the run lacks, whose tensors would otherwise be ignored. */
    private static void checkWrappers(Trainer trainer, LoadedCheckpoint checkpoint) {
        Set<KeptState.Kind> wanted = EnumSet.noneOf(KeptState.Kind.class);
        trainer.states().forEach(kept -> wanted.add(kept.kind()));
        if (trainer.options().optimizerOptions().averageDecay() > 0) {
            wanted.add(KeptState.Kind.AVERAGE);
        }
        for (KeptState.Kind kind : KeptState.Kind.values()) {
            checkKept(checkpoint, kind.text, hasState(checkpoint, kind.state), wanted.contains(kind));
        }
        SavedNumbers.check(checkpoint, SHARPNESS, sharpness(trainer));
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

    private static void restoreSchedules(Trainer trainer, LoadedCheckpoint checkpoint) {
        // before any changes
        Map<String, Object> scaler = SavedNumbers.optionalObject(checkpoint, SavedNumbers.LOSS_SCALER);
        Map<String, Object> plateau = SavedNumbers.optionalObject(checkpoint, PLATEAU);
        Map<String, Object> best = SavedNumbers.optionalObject(checkpoint, BEST);
        LossScaleState lossScale = SavedNumbers.read(checkpoint, SavedNumbers.LOSS_SCALER,
                () -> LossScaleState.read(trainer.options().lossScaling(), scaler));
        SavedNumbers.read(checkpoint, BEST, () -> {
            new BestEpoch(trainer.options().earlyStopping()).restore(best);
            return best;
        });
        SavedNumbers.read(checkpoint, PLATEAU, () -> {
            trainer.schedules().restore(plateau);
            return plateau;
        });
        trainer.progress().best().restore(best);
        if (checkpoint.state().get(EPOCHS) instanceof Long epochs && epochs < trainer.progress().epochs()) {
            trainer.progress().best().restartPatience(); // the run was made longer after this checkpoint
        }
        lossScale.giveTo(trainer.optimizer().control());
    }

    /**
     * Puts the average of the weights, and the statistics measured with it, in their place where a checkpoint has one.
     */
    static void loadAverage(Variables variables, LoadedCheckpoint checkpoint, TensorTransfer transfer) {
        for (Variables.Slot slot : variables.slots()) {
            averageOf(checkpoint, slot.variable().name()).ifPresent(name -> {
                SavedTensors.check(checkpoint.optimizer(), name, SavedTensors.type(slot));
                SavedTensors.load(checkpoint.optimizer(), name, slot.stored(), variables.memory(slot), transfer);
            });
        }
    }

    /** The average that a variable is evaluated with, by its name among the optimizer's tensors; empty without one. */
    static Optional<String> averageOf(LoadedCheckpoint checkpoint, String variable) {
        String state = AveragedWeights.isIn(checkpoint) ? AveragedWeights.NAME : Optimizer.AVERAGE;
        String name = variable + "." + state;
        boolean begun = SavedNumbers.number(checkpoint, SavedNumbers.OPTIMIZER_STEPS) > 0;
        return begun && checkpoint.optimizer().contains(name) ? Optional.of(name) : Optional.empty();
    }
}
