package dev.gatun.cli.compress;

import dev.gatun.backend.Device;
import dev.gatun.cli.option.CliException;
import dev.gatun.cli.option.Devices;
import dev.gatun.cli.option.ExitCode;
import dev.gatun.cli.option.Flags;
import dev.gatun.cli.run.RunConfig;
import dev.gatun.cli.run.RunData;
import dev.gatun.cli.terminal.Activity;
import dev.gatun.cli.terminal.Output;
import dev.gatun.cli.train.TypedCommand;
import dev.gatun.compress.Snapshot;
import dev.gatun.compress.quantize.QuantizationOptions;
import dev.gatun.compress.quantize.Quantized;
import dev.gatun.compress.quantize.QuantizedLayer;
import dev.gatun.compress.weights.QuantizedWeights;
import dev.gatun.compress.weights.QuantizedWeightsOptions;
import dev.gatun.compress.weights.WeightQuantizer;
import dev.gatun.data.image.DataSplit;
import dev.gatun.graph.Node;
import dev.gatun.train.compress.Calibration;
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

/** {@code gatun quantize}. */
@Command(name = QuantizeCommand.NAME, sortOptions = false, abbreviateSynopsis = true, separator = " ",
        description = "Rounds the weights and activations of a trained network to integers of few bits.",
        parameterListHeading = "%nParameters:%n", optionListHeading = "%nOptions:%n",
        footer = {"", "Batch normalisations are folded into the layers before them. With --epochs the rounded network"
            + " is trained on.", "", "Examples:", "  gatun quantize runs/cifar --output runs/cifar-int8",
            "  gatun quantize runs/cifar --bits 4 --learn-scales --epochs 3 --output runs/cifar-int4",
            "  gatun quantize runs/cifar --weights ternary --epochs 5 --output runs/cifar-ternary"})
public final class QuantizeCommand implements Callable<Integer> {
    static final String NAME = "quantize";

    private final Output output;

    @Mixin
    final NetworkParameter network = new NetworkParameter();

    @Mixin
    final IntegerFlags integers = new IntegerFlags();

    @Option(names = "--activation-bits", paramLabel = "N",
            description = "Bits of activations (default: as --bits). With --weights, 1 to 8 bits to which what comes out"
                    + " of each ReLU is clipped to [0, 1] and rounded (default: f32).")
    @Nullable Integer activationBits;

    @Option(names = "--weights", paramLabel = "QUANTIZER",
            description = "Instead of integers, compute with weights of few values: binary, binary01:threshold=0,"
                    + " ternary:threshold=0.7, ttq:threshold=0.05, pow2:bits=4, dorefa:bits=4 or largest:share=0.2."
                    + " They are trained in f32, with --epochs.")
    @Nullable WeightQuantizer weights;

    @Option(names = "--first-and-last",
            description = "With --weights, also those of the first layer and of the last, which stay in f32 else.")
    boolean firstAndLast;

    @Option(names = "--ignore", paramLabel = "LAYER", split = ",",
            description = "Layers that stay in f32, by name: conv1,layer1.* (default: none).")
    @Nullable List<String> ignored;

    @Mixin
    final CompressOptions options = new CompressOptions();

    @Spec
    @Nullable CommandSpec spec;

    /** Creates the command. */
    public QuantizeCommand(Output output) {
        this.output = output;
    }

    @Override
    public Integer call() {
        options.check(output);
        int epochs = options.epochs(0);
        return (weights == null ? integers(epochs) : weights(weights, epochs)).number();
    }

    private ExitCode integers(int epochs) {
        if (firstAndLast) {
            throw CliException.usage("--first-and-last is for --weights: leave it out, as all layers are rounded to"
                    + " integers");
        }
        QuantizationOptions wanted = integers.options(activationBits, ignored());
        int images = integers.images();
        CompressSource source = CompressSource.read(network.path, options, output);
        RunConfig config = options.applyTo(source.config(), epochs);
        Output texts = options.results(output).beside(output);
        Quantized quantized = Activity.during(texts, options.quiet, "looking at activations",
                () -> quantize(source, config, wanted, images));
        if (!options.quiet) {
            long rounded = quantized.layers().stream().filter(QuantizedLayer::isRounded).count();
            texts.fact("rounded", rounded + " of " + quantized.layers().size() + " layers that multiply, weights to "
                    + wanted.weightBits() + " bits, activations to " + wanted.activationBits());
            quantized.layers().stream().filter(layer -> !layer.isRounded()).forEach(layer ->
                    texts.fact("in f32", layer.layer() + ": " + layer.left()));
        }
        return new Compressed(source, quantized.snapshot(), facts(wanted, quantized)).run(options, config, epochs,
                TypedCommand.of(spec), output);
    }

    private ExitCode weights(WeightQuantizer quantizer, int epochs) {
        String given = integers.given();
        if (given != null) {
            throw CliException.usage(given + " is for integers: leave it out, or --weights");
        }
        CompressSource source = CompressSource.read(network.path, options, output);
        RunConfig config = options.applyTo(source.config(), epochs);
        List<String> layers;
        Snapshot snapshot;
        try {
            QuantizedWeightsOptions wanted = QuantizedWeightsOptions.defaults().withQuantizer(quantizer).withIgnored(ignored())
                    .withActivationBits(activationBits == null ? 0
                            : Flags.atLeast("--activation-bits", 1, activationBits, 0))
                    .withEnds(firstAndLast ? QuantizedWeightsOptions.Ends.QUANTIZED
                            : QuantizedWeightsOptions.Ends.KEPT);
            layers = QuantizedWeights.layers(source.snapshot().graph(), wanted).stream().map(Node::name).toList();
            snapshot = QuantizedWeights.apply(source.snapshot(), wanted);
        } catch (IllegalArgumentException e) {
            throw new CliException(ExitCode.USAGE, "quantization: " + e.getMessage(), e);
        }
        if (!options.quiet) {
            options.results(output).beside(output).fact("weights", quantizer.text() + " in "
                    + String.join(", ", layers));
        }
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("weights", quantizer.text());
        facts.put("activation_bits", activationBits);
        facts.put("layers", layers);
        return new Compressed(source, snapshot, facts).run(options, config, epochs, TypedCommand.of(spec), output);
    }

    private List<String> ignored() {
        return ignored == null ? List.of() : ignored;
    }

    private static Quantized quantize(
            CompressSource source, RunConfig config, QuantizationOptions wanted, int images) {
        try (Device device = Devices.open(config.device(), config.threads(), config.memory(), config.emulation());
                DataSplit data = RunData.open(config.data(), config.images(), config.splits())) {
            return Calibration.quantize(source.snapshot(), wanted,
                    ImageClassification.examples(source.input(), config.model(), data.train()), device,
                    config.training().batchSize(), images);
        } catch (IllegalArgumentException e) {
            throw new CliException(ExitCode.USAGE, "quantization: " + e.getMessage(), e);
        }
    }

    private static Map<String, Object> facts(QuantizationOptions wanted, Quantized quantized) {
        List<Object> layers = new ArrayList<>();
        for (QuantizedLayer layer : quantized.layers()) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("layer", layer.layer());
            one.put("operation", layer.operation());
            one.put("rounded", layer.isRounded());
            if (!layer.isRounded()) {
                one.put("reason", layer.left());
            }
            layers.add(one);
        }
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("weight_bits", wanted.weightBits());
        facts.put("activation_bits", wanted.activationBits());
        facts.put("layers", layers);
        return facts;
    }
}
