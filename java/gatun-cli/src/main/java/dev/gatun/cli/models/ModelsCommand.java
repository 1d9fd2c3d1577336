package dev.gatun.cli.models;

import dev.gatun.cli.option.Choices;
import dev.gatun.cli.option.CommonOptions;
import dev.gatun.cli.option.ExitCode;
import dev.gatun.cli.option.Flags;
import dev.gatun.cli.option.ImageShape;
import dev.gatun.cli.option.ResultFile;
import dev.gatun.cli.terminal.Output;
import dev.gatun.cli.terminal.TextTable;
import dev.gatun.memory.Bytes;
import dev.gatun.model.ModelSize;
import dev.gatun.model.Models;
import dev.gatun.model.Stem;
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
        description = "Lists the models, and what each takes for an image.",
        optionListHeading = "%nOptions:%n",
        footer = {"", "Multiplications are those of convolutions, linear layers and matrix products in a forward pass;",
            "activations are all results of a forward pass in f32. Both are for one image.", "",
            "Examples:", "  gatun models", "  gatun models --image 3x224x224 --classes 1000"})
public final class ModelsCommand implements Callable<Integer> {
    private static final ImageShape SMALL = new ImageShape(3, 32, 32);
    private static final int CLASSES = 10;

    private final Output output;

    @Option(names = "--image", paramLabel = "CxHxW",
            description = "Channels, height and width of an image (default: 3x32x32).")
    @Nullable ImageShape image;

    @Option(names = "--classes", paramLabel = "N", description = "Classes to tell apart (default: 10).")
    @Nullable Integer classes;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the list to this file; - for standard output.")
    @Nullable Path json;

    @Mixin
    final CommonOptions common = new CommonOptions();

    /** Creates the command. */
    public ModelsCommand(Output output) {
        this.output = output;
    }

    /** A model, and what it takes; nothing where it does not read such images. */
    private record Entry(String name, @Nullable Stem stem, @Nullable ModelSize size, String refusal) {}

    @Override
    public Integer call() {
        ImageShape shape = image == null ? SMALL : image;
        int wanted = Flags.atLeast("--classes", 1, classes, CLASSES);
        ResultFile file = new ResultFile(json, output.out());
        file.check();
        List<Entry> entries = Models.names().stream().map(name -> entry(name, shape, wanted)).toList();
        Output beside = file.beside(output);
        lines(entries).forEach(beside.out()::println);
        file.write(json(shape, wanted, entries));
        return ExitCode.OK.number();
    }

    private static Entry entry(String name, ImageShape shape, int classes) {
        Stem stem = Models.stem(name, shape.height(), shape.width(), Stem.AUTO).orElse(null);
        try {
            return new Entry(name, stem, ModelSize.of(
                    Models.create(name, shape.channels(), shape.height(), shape.width(), classes)), "");
        } catch (IllegalArgumentException e) { // this model cannot read them, others can
            return new Entry(name, stem, null, String.valueOf(e.getMessage()));
        }
    }

    private static List<String> lines(List<Entry> entries) {
        TextTable table = new TextTable("model", "stem", ">parameters", ">multiplications", ">activations", "source");
        List<String> refusals = new ArrayList<>();
        for (Entry entry : entries) {
            String stem = entry.stem == null ? "" : Choices.word(entry.stem);
            ModelSize size = entry.size;
            if (size == null) {
                table.row(entry.name, stem, "-", "-", "-", Models.source(entry.name));
                refusals.add(entry.refusal);
            } else {
                table.row(entry.name, stem, count(size.parameters()), count(size.multiplications()),
                        Bytes.format(size.activationBytes()), Models.source(entry.name));
            }
        }
        List<String> lines = new ArrayList<>(table.lines());
        lines.addAll(refusals);
        return lines;
    }

    private static String count(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    private static Map<String, Object> json(ImageShape shape, int classes, List<Entry> entries) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("image", List.of(shape.channels(), shape.height(), shape.width()));
        json.put("classes", classes);
        json.put("models", entries.stream().map(ModelsCommand::json).toList());
        return json;
    }

    private static Map<String, Object> json(Entry entry) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", entry.name);
        json.put("source", Models.source(entry.name));
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
