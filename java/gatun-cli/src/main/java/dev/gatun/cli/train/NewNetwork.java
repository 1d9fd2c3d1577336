package dev.gatun.cli.train;

import dev.gatun.cli.run.RunNetwork;
import dev.gatun.compress.Snapshot;
import dev.gatun.io.RunFolder;
import dev.gatun.train.Trainer;
import dev.gatun.train.compress.Snapshots;
import dev.gatun.train.task.ImageInput;

/**
 * A network that a new run begins with, in place of one of the zoo.
 *
 * @param snapshot the network and its first values
 * @param input    the images that it reads
 * @param training whether it is trained, or saved and measured as it is
 */
public record NewNetwork(Snapshot snapshot, ImageInput input, Training training) {
    /** What happens to the network. */
    public enum Training {
        /** It is trained for the epochs of the run. */
        WHOLE,
        /** It is saved and measured; {@code train --resume} trains it. */
        LATER
    }

    RunNetwork network() {
        return new RunNetwork(snapshot.model(), input);
    }

    void load(Trainer trainer) {
        Snapshots.load(snapshot, trainer);
    }

    String write(RunFolder folder) {
        return RunNetwork.write(folder, snapshot, input);
    }
}
