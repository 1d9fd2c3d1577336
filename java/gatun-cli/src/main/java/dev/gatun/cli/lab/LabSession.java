package dev.gatun.cli.lab;

import dev.gatun.backend.Device;
import dev.gatun.cli.option.CliException;
import dev.gatun.cli.option.Devices;
import dev.gatun.cli.option.ExitCode;
import dev.gatun.cli.run.RunData;
import dev.gatun.cli.run.RunImages;
import dev.gatun.cli.run.RunSplits;
import dev.gatun.cli.run.StopSignals;
import dev.gatun.cli.terminal.Activity;
import dev.gatun.cli.terminal.Durations;
import dev.gatun.cli.terminal.Output;
import dev.gatun.data.Validation;
import dev.gatun.data.image.DataSplit;
import dev.gatun.io.file.AtomicFile;
import dev.gatun.io.json.Json;
import dev.gatun.io.RunFolder;
import dev.gatun.io.RunLock;
import dev.gatun.lab.LabListener;
import dev.gatun.lab.LabProgress;
import dev.gatun.lab.OptimizerLab;
import dev.gatun.lab.Setting;
import dev.gatun.lab.Study;
import dev.gatun.lab.Trajectory;
import dev.gatun.lab.Trial;
import dev.gatun.lab.TrialJournal;
import dev.gatun.lab.TrialResult;
import dev.gatun.lab.report.LabReport;
import dev.gatun.model.Stem;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The laboratory from the first look at its data to its report, all on the calling thread. */
final class LabSession {
    private static final String CONFIG = "config.json";
    private static final String JOURNAL = "runs.jsonl";

    private final LabPlan plan;
    private final Output output;

    LabSession(LabPlan plan, Output output) {
        this.plan = plan;
        this.output = output;
    }

    ExitCode run() {
        plan.json().check();
        try (StopSignals signals = StopSignals.listen(output.err());
                DataSplit data = Activity.during(output, plan.quiet(), "looking at the images",
                        () -> RunData.open(plan.data(), RunImages.DEFAULT,
                                new RunSplits(plan.limit(), 0, new Validation.None())))) {
            Setting setting = new Setting(
                    RunData.model(plan.model(), Stem.AUTO, data.train()), plan.data(), data, plan.training());
            say("data", RunData.describe(plan.data(), data));
            try (Device device = Devices.open(plan.device(), plan.threads(), 0, plan.emulation())) {
                say("device", Devices.describe(device));
                return run(setting, lab(device, setting), signals);
            }
        }
    }

    private OptimizerLab lab(Device device, Setting setting) {
        try {
            return new OptimizerLab(device, setting, plan.options(), plan.contenders());
        } catch (IllegalArgumentException e) {
            throw CliException.usage(e.getMessage() + ": use a larger --limit or a smaller --batch-size");
        }
    }

    private ExitCode run(Setting setting, OptimizerLab lab, StopSignals signals) {
        try (RunLock _ = folder(setting).lock();
                TrialJournal journal = TrialJournal.open(plan.out().resolve(JOURNAL))) {
            AtomicFile.write(plan.out().resolve(CONFIG), Json.pretty(config(setting)));
            int all = lab.trials().size();
            int missing = lab.missing(journal).size();
            say("plan", plan.contenders().size() + " optimizers on " + plan.surfaces().size() + " surfaces, and " + all
                    + " training runs" + (missing == all ? "" : ", of which " + (all - missing) + " were made before"));
            if (missing > 0) {
                double seconds = Activity.during(output, plan.quiet(), "timing some steps",
                        () -> lab.estimateSeconds(journal));
                say("time", "about " + Durations.format(seconds) + " here, by some steps that were timed");
            }
            List<Trajectory> trajectories = Activity.during(output, plan.quiet(), "going down the surfaces",
                    () -> lab.descend(plan.surfaces()));
            signals.onStop(() -> {
                lab.requestStop();
                output.err().println(
                        (output.isTerminal() ? "\n" : "") + "gatun: stopping after this batch; again to stop at once");
            });
            Optional<Study> study = train(lab, journal);
            if (study.isEmpty()) {
                int left = lab.missing(journal).size();
                output.err().println("gatun: stopped after " + (all - left) + " of " + all
                        + " training runs, which are kept in"
                        + " " + plan.out().resolve(JOURNAL) + "; the same command goes on");
                return ExitCode.INTERRUPTED;
            }
            finish(new LabReport(setting, study.get(), trajectories));
            return ExitCode.OK;
        }
    }

    /** The folder, new or of an earlier run of the laboratory; nothing of another one is written over. */
    private RunFolder folder(Setting setting) {
        if (RunFolder.holdsTraining(plan.out())) {
            throw CliException.usage("--output " + plan.out() + " holds a training run: choose another folder");
        }
        if (!Files.exists(plan.out().resolve(CONFIG))) {
            AtomicFile.write(plan.out().resolve(CONFIG), Json.pretty(config(setting)));
        }
        return RunFolder.open(plan.out());
    }

    private Optional<Study> train(OptimizerLab lab, TrialJournal journal) {
        if (plan.quiet()) {
            return lab.run(journal, stopping(lab, new LabListener() {}));
        }
        LabDisplay display = new LabDisplay(output, System::nanoTime);
        try {
            return lab.run(journal, stopping(lab, display));
        } finally {
            display.clear();
        }
    }

    /** The same listener, which stops the laboratory after the number of runs that the plan says. */
    private LabListener stopping(OptimizerLab lab, LabListener listener) {
        return plan.stopAfterRuns() == 0 ? listener : new LabListener() {
            @Override
            public void onStep(LabProgress progress) {
                listener.onStep(progress);
            }

            @Override
            public void onTrial(LabProgress progress, Trial trial, TrialResult result) {
                listener.onTrial(progress, trial, result);
                if (progress.done() == plan.stopAfterRuns()) {
                    lab.requestStop();
                }
            }
        };
    }

    private void finish(LabReport report) {
        report.write(plan.out());
        plan.json().write(report.toJson());
        if (!plan.quiet()) {
            output.out().println();
            new LabTables(report).lines().forEach(output.out()::println);
            output.out().println();
        }
        say("report", plan.out().resolve(LabReport.PAGE).toString());
    }

    private Map<String, Object> config(Setting setting) {
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("model", plan.model());
        config.put("data", plan.data());
        config.put("train_images", setting.data().train().size());
        config.put("test_images", setting.data().test().size());
        config.put("optimizers", plan.contenders().stream().map(each -> each.name() + ": " + each.numbers()).toList());
        config.put("surfaces", plan.surfaces().stream().map(each -> each.name() + ": " + each.formula()).toList());
        config.put("options", plan.options().toString());
        config.put("training", plan.training().toString());
        config.put("device", plan.device());
        config.put("threads", plan.threads());
        return config;
    }

    private void say(String subject, String text) {
        if (!plan.quiet()) {
            output.fact(subject, text);
        }
    }
}
