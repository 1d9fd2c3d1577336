package dev.gatun.cli.run;

import dev.gatun.cli.option.Choices;
import dev.gatun.io.CheckpointException;
import dev.gatun.io.Sha256;
import dev.gatun.model.Model;
import dev.gatun.model.Models;
import dev.gatun.model.Stem;
import dev.gatun.train.Trainer;
import dev.gatun.train.Weights;
import dev.gatun.train.WeightsPart;
import dev.gatun.train.WeightsReport;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The weights that a run begins with.
 *
 * @param file   a safetensors file, by its absolute path
 * @param part   how much of it has to fit
 * @param sha256 digest of the file; empty before it was read
 */
public record RunWeights(String file, WeightsPart part, String sha256) {
    private static final String FILE = "file";
    private static final String PART = "part";
    private static final String SHA_256 = "sha256";

    /**
     * The same with the digest of the file, which has to fit a model.
     *
     * @throws CheckpointException when it does not, or cannot be read
     */
    public RunWeights checked(Model model) {
        Path path = Path.of(file);
        try {
            check(model);
        } catch (CheckpointException e) {
            throw fittingStem(model).map(stem -> new CheckpointException(file + " fits " + model.name()
                    + " with --stem " + Choices.word(stem) + ", which images of " + model.height() + "x" + model.width()
                    + " have not by themselves: add --stem " + Choices.word(stem) + ", or another --image-size", e))
                    .orElse(e);
        }
        return new RunWeights(file, part, Sha256.of(path));
    }

    private void check(Model model) {
        Weights.check(Path.of(file), model.graph(2), part); // two images: one may be too little to normalise
    }

    /** The other beginning of the model, where the file is of a model that begins so. */
    private Optional<Stem> fittingStem(Model model) {
        return Stream.of(Stem.STANDARD, Stem.SMALL).filter(stem -> Models.stem(
                model.name(), model.height(), model.width(), stem).isPresent()).filter(stem -> {
                    try {
                        check(Models.create(model.name(), model.channels(), model.height(), model.width(),
                                model.classes(), stem));
                        return true;
                    } catch (CheckpointException | IllegalArgumentException _) {
                        return false; // of another model, or images too small for such a beginning
                    }
                }).findFirst();
    }

    /**
     * Sets the variables of a trainer whose run begins.
     *
     * @throws CheckpointException when the file is another than that of the digest, or does not fit
     */
    public WeightsReport load(Trainer trainer) {
        Path path = Path.of(file);
        WeightsReport report = Weights.load(path, trainer, part);
        String found = Sha256.of(path);
        if (!found.equals(sha256)) {
            throw new CheckpointException(file + ": its SHA-256 is " + found + ", but was " + sha256
                    + " when the run began: put the same file there, or start a new run");
        }
        return report;
    }

    Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put(FILE, file);
        json.put(PART, Choices.word(part));
        json.put(SHA_256, sha256);
        return json;
    }

    static RunWeights read(JsonFields fields) {
        return new RunWeights(fields.parsed(FILE, RunData::absolute),
                fields.word(PART, WeightsPart.class), fields.text(SHA_256));
    }
}
