package dev.gatun.cli.lab;

import dev.gatun.cli.option.CommonOptions;
import dev.gatun.cli.option.ComputeOptions;
import dev.gatun.cli.option.PrecisionOptions;
import dev.gatun.cli.terminal.Output;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command {@code gatun lab optimizers}. */
@Command(name = "optimizers", sortOptions = false, abbreviateSynopsis = true, separator = " ",
        description =
                "Compares optimizers: on surfaces that can be drawn, and on a network by five criteria: accuracy, "
                + "speed,"
                + " stability, resistance to noise, robustness.",
        optionListHeading = "%nOptions:%n",
        footer = {"", "Examples:", "  gatun lab optimizers --quick",
            "  gatun lab optimizers --data ~/mnist --optimizers sgd,momentum,adam,adamw --seeds 5",
            "", "Leaves report.html, tables as CSV and charts as SVG in the folder. Each",
            "optimizer has the numbers that \"gatun train\" gives it. Every finished run is kept",
            "in runs.jsonl: the same command goes on where it was stopped, and another one makes",
            "only the runs that are not there yet."})
public final class LabOptimizersCommand implements Callable<Integer> {
    final Output output;

    @Option(names = "--optimizers", split = ",", hideParamSyntax = true, paramLabel = "all|RULE[,RULE...]",
            description = "Who takes part (default: all that \"gatun train --optimizer\" knows).")
    @Nullable List<String> optimizers;

    @Option(names = "--model", paramLabel = "NAME",
            description = "The model, one of those that \"gatun models\" lists (default: lenet).")
    @Nullable String model;

    @Option(names = "--data", paramLabel = "PATH",
            description = "Data to train on (default: digits that the program draws).")
    @Nullable Path data;

    @Option(names = "--limit", paramLabel = "N",
            description = "Train on at most N images (default: 10000; quick: 3000).")
    @Nullable Integer limit;

    @Option(names = "--epochs", paramLabel = "N", description = "Passes over the data (default: 3).")
    @Nullable Integer epochs;

    @Option(names = "--batch-size", paramLabel = "N", description = "Images in a step (default: by model).")
    @Nullable Integer batchSize;

    @Option(names = "--seeds", paramLabel = "N",
            description = "Runs of everything but the learning rates (default: 3; quick: 2).")
    @Nullable Integer seeds;

    @Option(names = "--target", paramLabel = "SHARE",
            description =
                    "Test accuracy, from 0 to 1, whose steps and seconds are counted (default: 0.95; quick: 0.9).")
    @Nullable Double target;

    @Option(names = "--success", paramLabel = "SHARE",
            description =
                    "Test accuracy with which a learning rate counts as one that trains (default: 0.85; quick: 0.8).")
    @Nullable Double success;

    @Option(names = "--label-noise", split = ",", hideParamSyntax = true, paramLabel = "SHARE[,SHARE...]",
            description = "Shares of training labels that are made wrong (default: 0.2,0.4; quick: 0.4).")
    @Nullable List<Double> labelNoise;

    @Option(names = "--input-noise", split = ",", hideParamSyntax = true, paramLabel = "D[,D...]",
            description = "Deviations of noise on training images, as shares of the range from black to white (default:"
                    + " 0.25,0.5; quick: 0.5).")
    @Nullable List<Double> inputNoise;

    @Option(names = "--imbalance", paramLabel = "RATIO",
            description = "Training images of the first class over those of the last (default: 20).")
    @Nullable Double imbalance;

    @Option(names = "--rates", split = ",", hideParamSyntax = true, paramLabel = "F[,F...]",
            description =
                    "Factors of the learning rate that are tried too (default: 0.01 to 100, two to a decade; quick:"
                    + " 0.1,10).")
    @Nullable List<Double> rates;

    @Option(names = "--spike", paramLabel = "K",
            description = "A loss above K times the median of the 50 before is a spike (default: 4).")
    @Nullable Double spike;

    @Option(names = "--quadratic", split = ",", hideParamSyntax = true, paramLabel = "P11,P12,P22,Q1,Q2",
            description =
                    "The quadratic surface 1/2 x'Px + q'x (default: 37.75,21.218,13.25,1,-2, whose curvatures are 50"
                    + " and 1).")
    @Nullable List<Double> quadratic;

    @Option(names = "--quick",
            description = "Smaller in every respect, an eighth of the steps. How long it takes here is timed and said"
                    + " first.")
    boolean quick;

    @Mixin
    final ComputeOptions compute = new ComputeOptions();

    @Mixin
    final PrecisionOptions precision = new PrecisionOptions();

    @Option(names = "--output", paramLabel = "FOLDER",
            description = "Where everything is kept (default: lab-optimizers).")
    Path out = Path.of("lab-optimizers");

    @Option(names = "--json", paramLabel = "FILE",
            description = "Write the results to this file too; - for standard output.")
    @Nullable Path json;

    @Option(names = {"-q", "--quiet"}, description = "Write nothing but faults.")
    boolean quiet;

    @Option(names = "--stop-after-runs", hidden = true, description = "Stop as Ctrl-C does, after so many runs.")
    int stopAfterRuns;

    @Mixin
    final CommonOptions common = new CommonOptions();

    /** Creates the command. */
    public LabOptimizersCommand(Output output) {
        this.output = output;
    }

    @Override
    public Integer call() {
        LabPlan plan = new LabFlags(this).plan();
        return new LabSession(plan, plan.json().beside(output)).run().number();
    }
}
