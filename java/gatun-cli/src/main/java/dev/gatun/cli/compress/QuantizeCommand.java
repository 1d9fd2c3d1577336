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
import dev.gatun.compress.quantize.Observer;
import dev.gatun.compress.quantize.QuantizationOptions;
import dev.gatun.compress.quantize.Quantized;
import dev.gatun.compress.quantize.QuantizedLayer;
import dev.gatun.data.image.DataSplit;
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
            "  gatun quantize runs/cifar --bits 4 --learn-scales --epochs 3 --output runs/cifar-int4"})
public final class QuantizeCommand implements Callable<Integer> {
    static final String NAME = "quantize";
    private static final int CALIBRATION = 512;

    private final Output output;

    @Mixin
    final NetworkParameter network = new NetworkParameter();

    @Option(names = "--bits", paramLabel = "N", description = "Bits of weights and activations, 2 to 8 (default: 8).")
    @Nullable Integer bits;

    @Option(names = "--weight-bits", paramLabel = "N", description = "Bits of weights (default: as --bits).")
    @Nullable Integer weightBits;

    @Option(names = "--activation-bits", paramLabel = "N", description = "Bits of activations (default: as --bits).")
    @Nullable Integer activationBits;

    @Option(names = "--observer", paramLabel = "min_max|moving_average|percentile|mse|entropy",
            description = "How the range of an activation follows from the images that are looked at (default:"
                    + " min_max). mse finds scales of weights too.")
    @Nullable Observer observer;

    @Option(names = "--calibration", paramLabel = "N",
            description = "Training images to look at (default: 512).")
    @Nullable Integer calibration;

    @Option(names = "--per-tensor", description = "One scale for each weight, not one for each of its filters.")
    boolean perTensor;

    @Option(names = "--affine", description = "Give activations a zero point, where they can be negative.")
    boolean affine;

    @Option(names = "--dynamic", description = "Find the ranges of activations in each batch; no images are looked at.")
    boolean dynamic;

    @Option(names = "--learn-scales", description = "Train the scales too (LSQ), with --epochs.")
    boolean learnScales;

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
        QuantizationOptions wanted = wanted();
        int images = Flags.atLeast("--calibration", 1, calibration, CALIBRATION);
        int epochs = options.epochs(0);
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
                TypedCommand.of(spec),
                output).number();
    }

    private QuantizationOptions wanted() {
        try {
            QuantizationOptions wanted = QuantizationOptions.defaults()
                    .withWeightBits(weightBits != null ? weightBits : bits != null ? bits : 8)
                    .withActivationBits(activationBits != null ? activationBits : bits != null ? bits : 8)
                    .withIgnored(ignored == null ? List.of() : ignored);
            wanted = observer == null ? wanted : wanted.withObserver(observer);
            wanted = perTensor ? wanted.withWeights(QuantizationOptions.Granularity.PER_TENSOR) : wanted;
            wanted = affine ? wanted.withSymmetry(QuantizationOptions.Symmetry.AFFINE) : wanted;
            wanted = learnScales ? wanted.withScales(QuantizationOptions.Scales.LEARNT) : wanted;
            return dynamic ? wanted.withRanges(QuantizationOptions.Ranges.DYNAMIC) : wanted;
        } catch (IllegalArgumentException e) {
            throw new CliException(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
        }
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
