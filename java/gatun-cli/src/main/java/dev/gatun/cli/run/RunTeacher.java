package dev.gatun.cli.run;

import dev.gatun.cli.option.CliException;
import dev.gatun.cli.option.ExitCode;
import dev.gatun.compress.distill.Teacher;
import dev.gatun.data.image.ImageDataset;
import dev.gatun.data.image.Normalization;
import dev.gatun.io.CheckpointException;
import dev.gatun.io.LoadedCheckpoint;
import dev.gatun.io.RunFolderException;
import dev.gatun.io.Sha256;
import dev.gatun.model.Model;
import dev.gatun.model.Models;
import dev.gatun.model.Stem;
import dev.gatun.train.compress.Teachers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The teacher of a run.
 *
 * @param path   a run's folder, one of its checkpoints, or a safetensors file; absolute
 * @param model  the model of the zoo whose weights the file holds; empty for a run or checkpoint, which says itself
 * @param sha256 digest of the weights; empty before they were read
 */
public record RunTeacher(String path, String model, String sha256) {
    private static final String PATH = "path";
    private static final String MODEL = "model";
    private static final String SHA_256 = "sha256";

    /**
     * Reads {@code runs/teacher}, the folder of a run or of a checkpoint, or {@code resnet18:weights.safetensors}.
     *
     * @throws IllegalArgumentException when it is a file without a model
     */
    public static RunTeacher parse(String text) {
        Path path = Path.of(text);
        int colon = text.indexOf(':');
        if (!Files.exists(path) && colon > 0 && Models.names().contains(text.substring(0, colon))) {
            return new RunTeacher(RunData.name(Path.of(text.substring(colon + 1))), text.substring(0, colon), "");
        }
        if (Files.isRegularFile(path)) {
            throw new IllegalArgumentException("'" + text + "' is a file of weights, which does not say its model: give"
                    + " it as resnet18:" + text);
        }
        return new RunTeacher(RunData.name(path), "", "");
    }

    /** Returns the text that {@link #parse} reads. */
    public String text() {
        return isWeights() ? model + ":" + path : path;
    }

    /** Returns where the teacher's run is; empty for weights from a file. */
    public Optional<RunLocation> location() {
        return isWeights() ? Optional.empty() : Optional.of(RunLocation.find(Path.of(path)));
    }

    private boolean isWeights() {
        return !model.isEmpty();
    }

    /** The checkpoint that is meant; of a run the latest that is whole. */
    private LoadedCheckpoint open() {
        try {
            return RunLocation.find(Path.of(path), null).read((_, _) -> { });
        } catch (RunFolderException | CheckpointException e) {
            throw new CliException(ExitCode.CHECKPOINT, "the teacher cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * The same with the checkpoint that a run's folder stands for now, and the digest of the weights. What has a digest
     * already must have it still.
     *
     * @throws CliException when it cannot be read, or is another than it was
     */
    public RunTeacher checked() {
        RunTeacher found;
        if (isWeights()) {
            found = new RunTeacher(path, model, Sha256.of(Path.of(path)));
        } else {
            try (LoadedCheckpoint checkpoint = open()) {
                found = new RunTeacher(checkpoint.path().toAbsolutePath().toString(), "",
                        Sha256.of(checkpoint.model().path()));
            }
        }
        if (!sha256.isEmpty() && !sha256.equals(found.sha256)) {
            throw new CliException(ExitCode.CHECKPOINT, "the teacher " + path + " is another than when the run began:"
                    + " its"
                    + " SHA-256 is " + found.sha256 + ", but was " + sha256 + "; put the same there, or start a new"
                    + " run");
        }
        return found;
    }

    /**
     * Reads the teacher. Weights from a file read images of the student's size, normalised as for the student.
     *
     * @param images        images that the student is trained on
     * @param normalization that of the student
     * @throws CliException when it cannot be read
     */
    public Teacher read(ImageDataset images, Normalization normalization) {
        if (!isWeights()) {
            try (LoadedCheckpoint checkpoint = open()) {
                return Teachers.read(checkpoint);
            }
        }
        Model zoo = RunData.model(model, Stem.AUTO, images);
        return Teachers.read(Path.of(path), zoo, images.classNames(), normalization);
    }

    Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put(PATH, path);
        json.put(MODEL, model);
        json.put(SHA_256, sha256);
        return json;
    }

    static RunTeacher read(JsonFields fields) {
        return new RunTeacher(fields.parsed(PATH, RunData::absolute), fields.parsed(MODEL, RunTeacher::known),
                fields.text(SHA_256));
    }

    private static String known(String name) {
        if (name.isEmpty() || Models.names().contains(name)) {
            return name;
        }
        throw new IllegalArgumentException("it is one of " + Models.names());
    }
}
