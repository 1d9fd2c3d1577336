package dev.gatun.cli.train;

import dev.gatun.cli.option.ExitCode;
import dev.gatun.cli.option.ResultFile;
import dev.gatun.cli.run.RunConfig;
import dev.gatun.cli.terminal.Output;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Runs that differ in their seeds only, one after the other, each in a folder of its own. */
final class SeedSweep {
    private final RunPlan plan;
    private final List<Long> seeds;
    private final Path folder;
    private final Output output;

    /** @param folder gets a folder for each seed */
    SeedSweep(RunPlan plan, SeedList seeds, Path folder, Output output) {
        this.plan = plan;
        this.seeds = seeds.seeds();
        this.folder = folder;
        this.output = output;
    }

    ExitCode run() {
        plan.json().check();
        List<Map<String, Object>> results = new ArrayList<>();
        for (long seed : seeds) {
            RunConfig config = plan.config().withTraining(plan.config().training().withSeed(seed));
            Path own = folder.resolve("seed-" + seed);
            if (!plan.quiet()) {
                output.fact("seed", seed + ", " + (results.size() + 1) + " of " + seeds.size());
            }
            TrainingSession session = new TrainingSession(
                    plan.with(config).apart(own, new ResultFile(null, output.out())), output);
            ExitCode code = session.run();
            if (code != ExitCode.OK) {
                return code;
            }
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("run", own.toString());
            one.putAll(session.results());
            results.add(one);
        }
        report(results);
        return ExitCode.OK;
    }

    private void report(List<Map<String, Object>> results) {
        Spread accuracy = spread(results, "test_accuracy");
        Spread loss = spread(results, "test_loss");
        if (!plan.quiet()) {
            output.fact("seeds", String.format(Locale.ROOT,
                    "%d runs: test accuracy %.2f %% +- %.2f (%.2f to %.2f), test loss %.4f +- %.4f; in %s",
                    results.size(), 100 * accuracy.mean(), 100 * accuracy.deviation(), 100 * accuracy.least(),
                    100 * accuracy.most(), loss.mean(), loss.deviation(), folder));
        }
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("test_accuracy", accuracy.toJson());
        json.put("test_loss", loss.toJson());
        json.put("runs", results);
        plan.json().write(json);
    }

    private static Spread spread(List<Map<String, Object>> results, String key) {
        return Spread.of(results.stream().map(one -> one.get(key) instanceof Number number ? number.doubleValue()
                : Double.NaN).toList());
    }
}
