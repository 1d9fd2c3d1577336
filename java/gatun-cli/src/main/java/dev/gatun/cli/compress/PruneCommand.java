package dev.gatun.cli.compress;

import dev.gatun.backend.Device;
import dev.gatun.cli.option.CliException;
import dev.gatun.cli.option.Devices;
import dev.gatun.cli.option.ExitCode;
import dev.gatun.cli.run.RunConfig;
import dev.gatun.cli.run.RunData;
import dev.gatun.cli.terminal.Activity;
import dev.gatun.cli.terminal.Output;
import dev.gatun.cli.train.TypedCommand;
import dev.gatun.compress.prune.Pruned;
import dev.gatun.compress.prune.PruningOptions;
import dev.gatun.compress.prune.PruningReport;
import dev.gatun.compress.prune.StructuredPruning;
import dev.gatun.compress.sparse.SparsityOptions;
import dev.gatun.data.image.DataSplit;
import dev.gatun.train.compress.MeanGradients;
import dev.gatun.train.task.ImageClassification;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code gatun prune}. */
@Command(name = PruneCommand.NAME, sortOptions = false, abbreviateSynopsis = true, separator = " ",
        description = "Removes channels, heads and blocks of a trained network, or makes weights zero, and trains on.",
        parameterListHeading = "%nParameters:%n", optionListHeading = "%nOptions:%n",
        footer = {"", "With --structured the network is rebuilt smaller, and is faster. Zeros alone make no dense"
            + " kernel faster.", "", "Examples:",
            "  gatun prune runs/cifar --structured --target-macs 0.5 --epochs 5 --output runs/cifar-half",
            "  gatun prune runs/mnist --sparsity magnitude,sparsity=0.9 --epochs 2 --output runs/mnist-sparse"})
public final class PruneCommand implements Callable<Integer> {
    static final String NAME = "prune";
    private static final int GRADIENT_BATCHES = 10;

    private final Output output;

    @Mixin
    final NetworkParameter network = new NetworkParameter();

    @Option(names = "--structured",
            description = "Remove channels, attention heads and neurons, with all that belongs to them.")
    boolean structured;

    @Option(names = "--sparsity", paramLabel = "CRITERION,sparsity=SHARE,...",
            description = "Instead, make the least weights zero while the network is trained, as for train, such as"
                    + " magnitude,sparsity=0.9.")
    @Nullable SparsityOptions sparsity;

    @Mixin
    final PruneFlags channels = new PruneFlags();

    @Option(names = "--ignore", paramLabel = "LAYER", split = ",",
            description = "Layers that stay as they are, by name: conv1,layer1.* (default: none).")
    @Nullable List<String> ignored;

    @Mixin
    final CompressOptions options = new CompressOptions();

    @Spec
    @Nullable CommandSpec spec;

    /** Creates the command. */
    public PruneCommand(Output output) {
        this.output = output;
    }

    @Override
    public Integer call() {
        options.check(output);
        if (structured == (sparsity != null)) {
            throw CliException.usage(structured ? "--structured removes channels, --sparsity makes weights zero: leave"
                    + " one out" : "what to prune is missing: add --structured to remove channels, or --sparsity to"
                    + " make weights zero");
        }
        int epochs = options.epochs(1);
        if (sparsity != null) {
            return sparse(sparsity, epochs);
        }
        CompressSource source = CompressSource.read(network.path, options, output);
        RunConfig config = options.applyTo(source.config(), epochs);
        Output texts = options.results(output).beside(output);
        Pruned pruned = Activity.during(texts, options.quiet, "ranking channels", () -> prune(source, config));
        if (!options.quiet) {
            pruned.report().blocks().forEach(block -> texts.fact("block", block + ": left out"));
            pruned.report().groups().stream().filter(group -> !group.layers().isEmpty())
                    .forEach(group -> texts.fact("layer", text(group)));
        }
        return new Compressed(source, pruned.snapshot(), facts(pruned.report())).run(options, config, epochs,
                TypedCommand.of(spec),
                output).number();
    }

    /** The network stays as large as it is; training makes its weights zero. */
    private int sparse(SparsityOptions wanted, int epochs) {
        String given = channels.given();
        if (given != null || ignored != null) {
            throw CliException.usage((given == null ? "--ignore" : given) + " is for --structured: leave it out"
                    + (given == null ? ", or name the layers in --sparsity, as ignore=conv1" : ""));
        }
        if (epochs == 0) {
            throw CliException.usage("--sparsity makes weights zero in training: --epochs must be at least 1, got 0");
        }
        CompressSource source = CompressSource.read(network.path, options, output);
        RunConfig config = options.applyTo(source.config(), epochs);
        return new Compressed(source, source.snapshot(), Map.of("sparsity", wanted.text())).run(options,
                config.withTraining(config.training().withSparsity(wanted)), epochs,
                TypedCommand.of(spec),
                output).number();
    }

    private Pruned prune(CompressSource source, RunConfig config) {
        List<String> stay = ignored == null ? List.of() : ignored;
        try (Device device = Devices.open(config.device(), config.threads(), config.memory(), config.emulation())) {
            Map<String, float[]> gradients = channels.needsGradients() ? gradients(source, config, device) : Map.of();
            PruningOptions wanted = channels.options(stay, gradients,
                    snapshot -> Latency.seconds(snapshot, device, config.training().batchSize()),
                    config.training().seed());
            return StructuredPruning.prune(source.snapshot(), wanted);
        } catch (IllegalArgumentException e) {
            throw new CliException(ExitCode.USAGE, "pruning: " + e.getMessage(), e);
        }
    }

    private static Map<String, float[]> gradients(CompressSource source, RunConfig config, Device device) {
        try (DataSplit data = RunData.open(config.data(), config.images(), config.splits())) {
            return MeanGradients.of(source.snapshot(),
                    ImageClassification.examples(source.input(), config.model(), data.train()), device,
                    Math.min(config.training().batchSize(), data.train().size()), GRADIENT_BATCHES);
        }
    }

    private static String text(PruningReport.Group group) {
        return String.join(", ", group.layers()) + ": " + group.after() + " of " + group.before() + " channels"
                + group.fixed().map(reason -> ", as " + reason).orElse("");
    }

    private static Map<String, Object> facts(PruningReport report) {
        List<Object> groups = new ArrayList<>();
        for (PruningReport.Group group : report.groups()) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("layers", group.layers());
            one.put("before", group.before());
            one.put("after", group.after());
            group.fixed().ifPresent(reason -> one.put("fixed", reason));
            groups.add(one);
        }
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("groups", groups);
        facts.put("blocks", report.blocks());
        return facts;
    }
}
