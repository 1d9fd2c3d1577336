package dev.gatun.cli.train;

import dev.gatun.io.CheckpointWriter;
import dev.gatun.cli.option.ResultFile;
import dev.gatun.cli.run.RankStart;
import dev.gatun.cli.run.RunConfig;
import dev.gatun.cli.run.RunLocation;
import dev.gatun.train.search.LearningRateFinder;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.OptionSpec;

/**
 * What {@code train} was asked to do.
 *
 * @param config         what decides the run
 * @param out            folder of a new run; null for one with a name of its own
 * @param resumed        the run to go on with; null for a new one
 * @param network        what a new run trains in place of a network of the zoo; null for one of the zoo
 * @param json           where results go
 * @param explain        whether to list the kernels
 * @param quiet          whether to write nothing but faults
 * @param saving         whether the run waits while a checkpoint is written
 * @param stopAfterSteps steps after which the run stops as if by Ctrl-C, 0 for never
 * @param profiledSteps  steps to record a profile of, 0 for none
 * @param options        what was given on the command line
 * @param finder         how to look for a learning rate, in place of the run; null for the run
 * @param command        what makes a run like this one
 * @param events         whether there is a file for TensorBoard
 * @param launched       which rank of several this is; null for a run by itself
 */
record RunPlan(
        RunConfig config, @Nullable Path out, @Nullable RunLocation resumed,
        @Nullable NewNetwork network, ResultFile json, boolean explain, boolean quiet,
        CheckpointWriter.Mode saving, long stopAfterSteps, int profiledSteps,
        List<OptionSpec> options, @Nullable LearningRateFinder finder, String command, RunEvents.Wish events,
        @Nullable RankStart launched) {

    RunPlan with(RunConfig newConfig) {
        return new RunPlan(newConfig, out, resumed, network, json, explain, quiet, saving, stopAfterSteps,
                profiledSteps, options, finder, command, events, launched);
    }

    /** Whether nothing is trained: what a new run begins with is saved and measured. */
    boolean trainsLater() {
        return network != null && network.training() == NewNetwork.Training.LATER;
    }

    /** The same in another folder, with its results elsewhere. */
    RunPlan apart(Path folder, ResultFile results) {
        return new RunPlan(config, folder, resumed, network, results, explain, quiet, saving, stopAfterSteps,
                profiledSteps, options, finder, command, events, launched);
    }
}
