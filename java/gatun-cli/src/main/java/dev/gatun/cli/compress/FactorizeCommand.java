package dev.gatun.cli.compress;

import dev.gatun.cli.option.CliException;
import dev.gatun.cli.option.ExitCode;
import dev.gatun.cli.terminal.Output;
import dev.gatun.cli.train.TypedCommand;
import dev.gatun.compress.lowrank.LowRank;
import dev.gatun.compress.lowrank.LowRankOptions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code gatun factorize}. */
@Command(name = FactorizeCommand.NAME, sortOptions = false, abbreviateSynopsis = true, separator = " ",
        description = "Makes two layers of a low rank of each layer where that takes fewer parameters, and trains on.",
        parameterListHeading = "%nParameters:%n", optionListHeading = "%nOptions:%n",
        footer = {"", "Example:", "  gatun factorize runs/mnist --energy 0.9 --epochs 1 --output runs/mnist-low-rank"})
public final class FactorizeCommand implements Callable<Integer> {
    static final String NAME = "factorize";

    private final Output output;

    @Mixin
    final NetworkParameter network = new NetworkParameter();

    @Mixin
    final CompressOptions options = new CompressOptions();

    @Option(names = "--energy", paramLabel = "SHARE",
            description = "The share of the squared singular values that each layer keeps (default: 0.9).")
    @Nullable Double energy;

    @Option(names = "--ratio", paramLabel = "SHARE",
            description = "Instead, the share of the rank that each layer keeps.")
    @Nullable Double ratio;

    @Option(names = "--ignore", paramLabel = "LAYER", split = ",",
            description = "Layers that stay as they are, by name: conv1,layer1.* (default: none).")
    @Nullable List<String> ignored;

    @Spec
    @Nullable CommandSpec spec;

    /** Creates the command. */
    public FactorizeCommand(Output output) {
        this.output = output;
    }

    @Override
    public Integer call() {
        options.check(output);
        LowRankOptions wanted = wanted();
        int epochs = options.epochs(1);
        CompressSource source = CompressSource.read(network.path, options, output);
        LowRank.Result result;
        try {
            result = LowRank.factorize(source.snapshot(), wanted);
        } catch (IllegalArgumentException e) {
            throw new CliException(ExitCode.USAGE, "--ignore: " + e.getMessage(), e);
        }
        if (!options.quiet) {
            Output texts = options.results(output).beside(output);
            result.layers().forEach(layer -> texts.fact("layer", text(layer)));
        }
        return new Compressed(source, result.snapshot(), Map.of("layers", layers(result))).run(options,
                options.applyTo(source.config(), epochs), epochs,
                TypedCommand.of(spec),
                output).number();
    }

    private LowRankOptions wanted() {
        if (energy != null && ratio != null) {
            throw CliException.usage("--energy and --ratio both say the rank: leave one out");
        }
        LowRankOptions defaults = LowRankOptions.defaults().withIgnored(ignored == null ? List.of() : ignored);
        try {
            return ratio != null ? defaults.withRank(new LowRankOptions.Rank.Ratio(ratio))
                    : energy != null ? defaults.withRank(new LowRankOptions.Rank.Energy(energy)) : defaults;
        } catch (IllegalArgumentException e) {
            throw new CliException(ExitCode.USAGE, (ratio == null ? "--energy: " : "--ratio: ") + e.getMessage(), e);
        }
    }

    private static String text(LowRank.Factorized layer) {
        return layer.after() == layer.before() ? layer.layer() + ": stays, as two would have no fewer parameters"
                : String.format(Locale.ROOT, "%s: rank %d with %.1f %% of the energy, %,d -> %,d parameters",
                        layer.layer(), layer.rank(), 100 * layer.energy(), layer.before(), layer.after());
    }

    private static List<Object> layers(LowRank.Result result) {
        List<Object> layers = new ArrayList<>();
        for (LowRank.Factorized layer : result.layers()) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("layer", layer.layer());
            one.put("rank", layer.rank());
            one.put("energy", layer.energy());
            one.put("before", layer.before());
            one.put("after", layer.after());
            layers.add(one);
        }
        return layers;
    }
}
