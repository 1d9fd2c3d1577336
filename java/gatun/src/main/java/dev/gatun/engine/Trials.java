package dev.gatun.engine;

import dev.gatun.backend.Device;
import dev.gatun.backend.LayoutPolicy;
import dev.gatun.backend.Lowering;
import dev.gatun.graph.Graph;
import dev.gatun.graph.Value;
import dev.gatun.memory.Closing;
import dev.gatun.shape.Stored;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Measures a graph's choices: the kernels of its regions in each layout of activations, then the layouts, by running
 * all of the graph in each with the kernels that are fastest there. All on scratch memory, which is given back.
 */
final class Trials {
    private static final String FOLDER = "kernels";
    /** What the trial of one layout may take, in nanoseconds, beside two runs. */
    private static final long LIMIT = 1_500_000_000;

    private final Graph graph;
    private final Device device;
    private final CompileOptions options;
    private final @Nullable Variables shared;
    private final long kernelLimit;
    private final LongSupplier delay;
    private final Map<LayoutPolicy, KernelChoices> kernels = new EnumMap<>(LayoutPolicy.class);
    private boolean cutOff;
    private boolean disturbed;

    private Trials(
            Graph graph, Device device, CompileOptions options, @Nullable Variables shared, long kernelLimit,
            LongSupplier delay) {
        this.kernelLimit = kernelLimit;
        this.delay = delay;
        this.graph = graph;
        this.device = device;
        this.options = options;
        this.shared = shared;
    }

    /**
     * Options that leave nothing to measure.
     *
     * @param shared the variables that the program will share; they stay as they are
     */
    static CompileOptions settle(Graph graph, Device device, CompileOptions options, @Nullable Variables shared) {
        return settle(graph, device, options, shared, Tuner.LIMIT, RunDelay::nanos);
    }

    /**
     * The same with another limit of what measuring the kernels of one layout may take, and another clock of how long
     * this process was kept waiting; in nanoseconds.
     */
    static CompileOptions settle(
            Graph graph, Device device, CompileOptions options, @Nullable Variables shared, long kernelLimit,
            LongSupplier delay) {
        return new Trials(graph, device, options, shared, kernelLimit, delay).run();
    }

    private CompileOptions run() {
        try (Lowering lowering = device.lower()) {
            Tuner tuner = new Tuner(
                    options.recorded(), Tuning.MEASURED, cache(lowering), Tuner.LIMIT, delay);
            Chooser chooser = new Chooser(device, tuner, options.convolution());
            LayoutPolicy layout = options.layout() == null
                    ? chooser.layout(graph, lowering.layouts(), policy -> nanos(policy, tuner)) : options.layout();
            return options.withTuning(Tuning.FIRST)
                    .withRecorded(options.recorded().and(tuner.chosen()).and(kernels(layout)));
        }
    }

    /** The fastest kernels in a given layout. */
    private KernelChoices kernels(LayoutPolicy layout) {
        return kernels.computeIfAbsent(layout, _ -> {
            try (Lowering lowering = device.lower()) {
                Tuner tuner = new Tuner(
                        options.recorded(), Tuning.MEASURED, cache(lowering), kernelLimit, delay);
                new Planning(graph, lowering, layout, new Chooser(device, tuner, options.convolution()),
                        new AcrossRanks(device, null)).run();
                cutOff |= tuner.wasCutOff();
                disturbed |= tuner.wasDisturbed();
                return tuner.chosen();
            }
        });
    }

    private @Nullable ChoiceCache cache(Lowering lowering) {
        Optional<Path> folder = Optional.ofNullable(options.cache()).or(lowering::cacheFolder);
        return folder.map(path -> new ChoiceCache(path.resolve(FOLDER), lowering.environment())).orElse(null);
    }

    /** One step in a given layout; whoever compares it hears where the kernels may not be the fastest. */
    private long nanos(LayoutPolicy layout, Tuner layouts) {
        Program program = compile(options.withTuning(Tuning.FIRST).withLayout(layout)
                .withRecorded(options.recorded().and(kernels(layout))));
        if (cutOff) {
            layouts.cutOff();
        }
        if (disturbed) {
            layouts.disturb();
        }
        try {
            return Stopwatch.shortest(device, () -> {
                program.prepack();
                program.forward();
                program.backward();
            }, LIMIT);
        } finally {
            Closing.inReverse(List.of(program.variables(), program));
        }
    }

    /** Of this rank alone: others try other things. */
    private Program compile(CompileOptions options) {
        CompileOptions trial = options.withAcross(null);
        if (shared == null) {
            return Compiler.compile(graph, device, trial);
        }
        Map<Value, Stored> layouts = new HashMap<>();
        graph.variables().forEach(value -> layouts.put(value, shared.slot(value.name()).stored()));
        Variables scratch = new Variables(device, graph.variables(), layouts, graph.gradients().keySet(), List.of());
        boolean complete = false;
        try {
            Program program = Compiler.compile(graph, device, trial, scratch);
            complete = true;
            return program;
        } finally {
            if (!complete) {
                scratch.close();
            }
        }
    }
}
