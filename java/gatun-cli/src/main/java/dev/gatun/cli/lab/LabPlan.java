package dev.gatun.cli.lab;

import dev.gatun.backend.DeviceOptions;
import dev.gatun.cli.option.ResultFile;
import dev.gatun.lab.Contender;
import dev.gatun.lab.LabOptions;
import dev.gatun.lab.Surface;
import dev.gatun.train.TrainingOptions;
import java.nio.file.Path;
import java.util.List;

/**
 * What {@code lab optimizers} was asked to do.
 *
 * @param contenders    who takes part
 * @param surfaces      what they go down on
 * @param options       what is varied
 * @param training      how to train, but for optimizer and seed
 * @param model         a name of the zoo
 * @param data          an absolute path, or {@link dev.gatun.cli.run.RunConfig#DIGITS}
 * @param limit         the most training images to use, 0 for all
 * @param device        a backend's name
 * @param threads       processor threads to compute with
 * @param emulation     whether to compute in a precision that the processor has no arithmetic for
 * @param out           folder for everything
 * @param json          where results go too
 * @param quiet         whether to write nothing but faults
 * @param stopAfterRuns runs after which it stops as if by Ctrl-C, 0 for never
 */
record LabPlan(
        List<Contender> contenders, List<Surface> surfaces, LabOptions options, TrainingOptions training, String model,
        String data, int limit, String device, int threads, DeviceOptions.Emulation emulation,
        Path out, ResultFile json, boolean quiet,
        int stopAfterRuns) {}
