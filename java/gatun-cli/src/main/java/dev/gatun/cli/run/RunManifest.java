package dev.gatun.cli.run;

import dev.gatun.data.image.DataSplit;
import dev.gatun.data.image.ImageDataset;
import dev.gatun.io.RunFolder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What tells the data of a run from others, as stored in {@code manifest.json}. */
public record RunManifest(Split train, @Nullable Split validation, Split test) {
    private static final String TRAIN = "train";
    private static final String VALIDATION = "validation";
    private static final String TEST = "test";
    private static final String IMAGES = "images";
    private static final String SHA_256 = "sha256";

    /**
     * One of the splits.
     *
     * @param images number of images that the run uses
     * @param sha256 digest of all that the split has: names and sizes of its files, or what tells it otherwise
     */
    public record Split(int images, String sha256) {
        static Split of(ImageDataset images) {
            return new Split(images.size(), images.digest());
        }

        Map<String, Object> toJson() {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put(IMAGES, images);
            json.put(SHA_256, sha256);
            return json;
        }

        static Split read(JsonFields fields) {
            return new Split(fields.count(IMAGES, 1), fields.text(SHA_256));
        }

        /** What is not as it was. */
        private Optional<String> difference(Split before, String name) {
            if (images != before.images) {
                return Optional.of("it has " + images + " " + name + " images, but had " + before.images);
            }
            return sha256.equals(before.sha256) ? Optional.empty()
                    : Optional.of("its " + name + " images are not the same files, by their names and sizes, as");
        }
    }

    /** Returns the manifest of data. */
    public static RunManifest of(DataSplit data) {
        ImageDataset validation = data.validation();
        return new RunManifest(Split.of(data.train()), validation == null ? null : Split.of(validation),
                Split.of(data.test()));
    }

    /** Writes the manifest of a run that begins. */
    public void write(RunFolder folder) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put(TRAIN, train.toJson());
        if (validation != null) {
            json.put(VALIDATION, validation.toJson());
        }
        json.put(TEST, test.toJson());
        folder.writeManifest(json);
    }

    /**
     * Reads the manifest of a run.
     *
     * @throws dev.gatun.io.RunFolderException when it is missing or damaged
     */
    public static RunManifest read(RunFolder folder) {
        return folder.manifest(json -> {
            JsonFields fields = new JsonFields(json, folder.manifestFile());
            return fields.complete(() -> new RunManifest(fields.fields(TRAIN, Split::read),
                    fields.has(VALIDATION) ? fields.fields(VALIDATION, Split::read) : null,
                    fields.fields(TEST, Split::read)));
        });
    }

    /** Says what differs from the data when the run began, up to "when the run began"; empty where nothing does. */
    public Optional<String> difference(RunManifest before) {
        return train.difference(before.train, "training").or(() -> validation(before))
                .or(() -> test.difference(before.test, TEST));
    }

    private Optional<String> validation(RunManifest before) {
        if (validation == null || before.validation == null) {
            return Objects.equals(validation, before.validation) ? Optional.empty()
                    : Optional.of("it has " + (validation == null ? "no" : "other") + " images for validation than");
        }
        return validation.difference(before.validation, VALIDATION);
    }
}
