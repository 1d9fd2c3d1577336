package dev.gatun.cli.train;

import dev.gatun.cli.run.RankStart;
import dev.gatun.dist.ProcessGroup;
import dev.gatun.dist.RankLostException;
import dev.gatun.io.CheckpointWriter;
import dev.gatun.io.RunFolder;
import dev.gatun.io.RunFolderException;
import dev.gatun.io.RunLock;
import dev.gatun.train.Evaluation;
import dev.gatun.train.Progress;
import dev.gatun.train.Trainer;
import dev.gatun.train.TrainingListener;
import java.io.PrintStream;
import java.nio.file.Path;

/**
 * The run of a rank other than the first: it trains, and writes nothing, unless rank 0 is lost. Then rank 1 saves the
 * last whole step in its place.
 */
final class FollowingRank implements TrainingListener {
    private final Trainer trainer;
    private final ProcessGroup group;
    private final PrintStream err;
    private final long firstStep;
    private final long stopAfterSteps;

    FollowingRank(Trainer trainer, ProcessGroup group, PrintStream err, long stopAfterSteps) {
        this.trainer = trainer;
        this.group = group;
        this.err = err;
        this.stopAfterSteps = stopAfterSteps;
        firstStep = trainer.progress().step();
    }

    void run() {
        Path folder = RankStart.share(group, Path.of(""));
        try {
            trainer.run(this);
        } catch (RankLostException e) {
            if (e.rank() == 0 && group.rank() == 1) {
                rescue(folder, e);
            }
            throw e;
        }
    }

    private void rescue(Path path, RankLostException lost) {
        try {
            RunFolder folder = RunFolder.open(path);
            try (RunLock _ = folder.lock();
                    RunSaver saver = new RunSaver(trainer, folder, CheckpointWriter.Mode.BLOCKING, err,
                            trainer.device().memory(), null, firstStep)) {
                saver.rescue(lost);
            }
        } catch (RunFolderException e) { // it is on another machine, or rank 0 only hangs and still holds it
            lost.addSuppressed(e);
            err.println("gatun: the last step is not saved in place of rank 0: " + e.getMessage());
        }
    }

    @Override
    public void onStep(Progress progress) {
        if (progress.step() - firstStep == stopAfterSteps) {
            trainer.requestStop();
        }
    }

    @Override
    public void onEpoch(Progress progress, Evaluation test) {}
}
