package dev.gatun.cli.models;

import dev.gatun.cli.option.Choices;
import dev.gatun.cli.option.CommonOptions;
import dev.gatun.cli.option.ExitCode;
import dev.gatun.cli.option.Flags;
import dev.gatun.cli.option.ImageShape;
import dev.gatun.cli.option.ResultFile;
import dev.gatun.cli.option.TextShape;
import dev.gatun.cli.option.ZooSizes;
import dev.gatun.cli.terminal.Output;
import dev.gatun.cli.terminal.TextTable;
import dev.gatun.memory.Bytes;
import dev.gatun.model.ModelSize;
import dev.gatun.model.Models;
import dev.gatun.model.Stem;
import dev.gatun.model.Zoo;
import dev.gatun.model.ZooEntry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command {@code gatun models}. */
@Command(name = "models", sortOptions = false, separator = " ",
        description = "Lists the models, and what each takes for an image or a text.",
        optionListHeading = "%nOptions:%n",
        footer = {"", "Multiplications are those of convolutions, linear layers and matrix products in a forward pass;",
            "activations are all results of a forward pass in f32. Both are for one image or text. The command line",
            "trains the image classifiers; the U-Net, the style transfer and the character LSTM are trained from Java.",
            "",
            "Examples:", "  gatun models", "  gatun models --image 3x224x224 --classes 1000"})
public final class ModelsCommand implements Callable<Integer> {
    private final Output output;

    @Option(names = "--image", paramLabel = "CxHxW",
            description = "Channels, height and width of an image (default: 3x32x32).")
    @Nullable ImageShape image;

    @Option(names = "--classes", paramLabel = "N", description = "Classes to tell apart (default: 10).")
    @Nullable Integer classes;

    @Option(names = "--text", paramLabel = "STEPSxCHARACTERS",
            description = "Length of a text, and how many different characters there are (default: 50x128).")
    @Nullable TextShape text;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the list to this file; - for standard output.")
    @Nullable Path json;

    @Mixin
    final CommonOptions common = new CommonOptions();

    /** Creates the command. */
    public ModelsCommand(Output output) {
        this.output = output;
    }

    /** A model, and what it takes; nothing where it does not read such images. */
    private record Entry(
            ZooEntry network, String input, @Nullable Stem stem, @Nullable ModelSize size, String refusal) {}

    @Override
    public Integer call() {
        ZooSizes sizes = new ZooSizes(image == null ? ZooSizes.COLOUR : image,
                Flags.atLeast("--classes", 1, classes, ZooSizes.CLASSES), Stem.AUTO,
                text == null ? ZooSizes.ASCII : text);
        ResultFile file = new ResultFile(json, output.out());
        file.check();
        List<Entry> entries = Zoo.entries().stream().map(network -> entry(network, sizes)).toList();
        Output beside = file.beside(output);
        lines(entries).forEach(beside.out()::println);
        file.write(json(sizes, entries));
        return ExitCode.OK.number();
    }

    private static Entry entry(ZooEntry network, ZooSizes sizes) {
        Stem stem = network instanceof ZooEntry.Classification one
                ? Models.stem(one.name(), sizes.image().height(), sizes.image().width(), Stem.AUTO).orElse(null) : null;
        String input = sizes.input(network);
        try {
            return new Entry(network, input, stem, ModelSize.of(sizes.of(network)), "");
        } catch (IllegalArgumentException e) { // this model cannot read them, others can
            return new Entry(network, input, stem, null, String.valueOf(e.getMessage()));
        }
    }

    private static List<String> lines(List<Entry> entries) {
        TextTable table = new TextTable(
                "model", "stem", ">parameters", ">multiplications", ">activations", "of", "source");
        List<String> refusals = new ArrayList<>();
        for (Entry entry : entries) {
            String stem = entry.stem == null ? "" : Choices.word(entry.stem);
            ModelSize size = entry.size;
            if (size == null) {
                table.row(entry.network.name(), stem, "-", "-", "-", entry.input, entry.network.source());
                refusals.add(entry.refusal);
            } else {
                table.row(entry.network.name(), stem, count(size.parameters()), count(size.multiplications()),
                        Bytes.format(size.activationBytes()), entry.input, entry.network.source());
            }
        }
        List<String> lines = new ArrayList<>(table.lines());
        lines.addAll(refusals);
        return lines;
    }

    private static String count(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    private static Map<String, Object> json(ZooSizes sizes, List<Entry> entries) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("image", List.of(sizes.image().channels(), sizes.image().height(), sizes.image().width()));
        json.put("classes", sizes.classes());
        json.put("text", List.of(sizes.text().steps(), sizes.text().characters()));
        json.put("models", entries.stream().map(ModelsCommand::json).toList());
        return json;
    }

    private static Map<String, Object> json(Entry entry) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", entry.network.name());
        json.put("source", entry.network.source());
        json.put("input", entry.input);
        if (entry.stem != null) {
            json.put("stem", Choices.word(entry.stem));
        }
        ModelSize size = entry.size;
        if (size == null) {
            json.put("refusal", entry.refusal);
        } else {
            json.put("parameters", size.parameters());
            json.put("multiplications", size.multiplications());
            json.put("activation_bytes", size.activationBytes());
        }
        return json;
    }
}
