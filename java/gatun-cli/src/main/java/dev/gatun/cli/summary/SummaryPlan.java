package dev.gatun.cli.summary;

import dev.gatun.backend.DeviceOptions;
import dev.gatun.cli.option.ResultFile;
import dev.gatun.model.Architecture;
import dev.gatun.train.TrainingOptions;

/**
 * What {@code summary} was asked to do.
 *
 * @param model   the model
 * @param options how it would be trained
 * @param device  a backend's name
 * @param threads processor threads to compute with
 * @param memory  budget of off-heap memory in bytes, 0 for none
 * @param emulation whether to compute in a precision that the processor has no arithmetic for
 * @param json    where the summary goes too
 */
record SummaryPlan(
        Architecture model, TrainingOptions options, String device, int threads, long memory,
        DeviceOptions.Emulation emulation, ResultFile json) {}
