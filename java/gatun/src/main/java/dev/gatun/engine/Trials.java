package dev.gatun.engine;

import dev.gatun.backend.Device;
import dev.gatun.backend.LayoutPolicy;
import dev.gatun.backend.Lowering;
import dev.gatun.graph.Graph;
import dev.gatun.graph.Value;
import dev.gatun.memory.Closing;
import dev.gatun.shape.Stored;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Measures a graph's choices: first the layout of its activations, by running all of it in each, then the kernels of
 * its regions in that layout. All on scratch memory, which is given back.
 */
final class Trials {
    private static final String FOLDER = "kernels";
    /** What the trial of one layout may take, in nanoseconds, beside two runs. */
    private static final long LIMIT = 1_500_000_000;

    private final Graph graph;
    private final Device device;
    private final CompileOptions options;
    private final @Nullable Variables shared;

    private Trials(Graph graph, Device device, CompileOptions options, @Nullable Variables shared) {
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
        return new Trials(graph, device, options, shared).run();
    }

    private CompileOptions run() {
        try (Lowering lowering = device.lower()) {
            Tuner tuner = new Tuner(options.recorded(), Tuning.MEASURED, cache(lowering));
            Chooser chooser = new Chooser(device, tuner);
            LayoutPolicy layout = options.layout() == null
                    ? chooser.layout(graph, lowering.layouts(), this::nanos) : options.layout();
            new Planning(graph, lowering, layout, chooser).run();
            return options.withTuning(Tuning.FIRST).withRecorded(options.recorded().and(tuner.chosen()));
        }
    }

    private @Nullable ChoiceCache cache(Lowering lowering) {
        Optional<Path> folder = Optional.ofNullable(options.cache()).or(lowering::cacheFolder);
        return folder.map(path -> new ChoiceCache(path.resolve(FOLDER), lowering.environment())).orElse(null);
    }

    /** One step in a given layout, with the first candidate for every region that has no recorded one. */
    private long nanos(LayoutPolicy layout) {
        Program program = compile(options.withTuning(Tuning.FIRST).withLayout(layout));
        try {
            return Stopwatch.shortest(() -> {
                program.prepack();
                program.forward();
                program.backward();
            }, LIMIT);
        } finally {
            Closing.inReverse(List.of(program.variables(), program));
        }
    }

    private Program compile(CompileOptions trial) {
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
