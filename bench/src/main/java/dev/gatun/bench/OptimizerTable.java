package dev.gatun.bench;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Runs every benchmark of optimizers, each in a process of its own, one after the other, and prints them side by side.
 * Arguments are JMH's; without them all of it takes some six minutes, and eight with PyTorch in the jar.
 */
public final class OptimizerTable {
    private static final String GATUN = "OptimizerBenchmark.step";
    private static final String PYTORCH = "PytorchBenchmark.step";
    private static final String LBFGS = "PytorchLbfgsBenchmark.step";
    private static final String JAVA = "JavaLoopBenchmark.step";
    private static final String COPY = "MemoryBenchmark.copy";
    private static final String TRIAD = "MemoryBenchmark.triad";

    /** What was measured of one benchmark with one set of parameters. */
    private record Measured(String benchmark, long parameters, Optional<OptimizerRule> rule, double perSecond,
            double rate) {
        static Measured of(RunResult result) {
            String name = result.getParams().getBenchmark();
            String rule = result.getParams().getParam("rule");
            return new Measured(name.substring(name.lastIndexOf('.', name.lastIndexOf('.') - 1) + 1),
                    Long.parseLong(result.getParams().getParam("parameterCount")),
                    Optional.ofNullable(rule).map(OptimizerRule::valueOf), result.getPrimaryResult().getScore(),
                    result.getSecondaryResults().containsKey("gigabytes")
                            ? result.getSecondaryResults().get("gigabytes").getScore() : Double.NaN);
        }

        double milliseconds() {
            return 1e3 / perSecond;
        }
    }

    private final List<Measured> measured = new ArrayList<>();
    private final long parameters;

    private OptimizerTable(Collection<RunResult> results, long parameters) {
        this.parameters = parameters;
        results.stream().map(Measured::of).filter(one -> one.parameters == parameters).forEach(measured::add);
    }

    public static void main(String[] arguments) throws CommandLineOptionException, RunnerException {
        CommandLineOptions given = new CommandLineOptions(arguments);
        ChainedOptionsBuilder options = new OptionsBuilder().parent(given)
                .forks(given.getForkCount().orElse(1))
                .warmupIterations(given.getWarmupIterations().orElse(2))
                .warmupTime(given.getWarmupTime().orElse(TimeValue.milliseconds(500)))
                .measurementIterations(given.getMeasurementIterations().orElse(5))
                .measurementTime(given.getMeasurementTime().orElse(TimeValue.milliseconds(500)));
        for (String benchmark : List.of(TRIAD, COPY, GATUN, PYTORCH, LBFGS, JAVA)) {
            options.include("\\." + benchmark.replace(".", "\\.") + "$");
        }
        Collection<RunResult> results = new Runner(options.build()).run();
        TreeSet<Long> sizes = new TreeSet<>();
        results.forEach(result -> sizes.add(Measured.of(result).parameters));
        sizes.forEach(size -> System.out.print(new OptimizerTable(results, size).text()));
    }

    private Optional<Measured> find(String benchmark, Optional<OptimizerRule> rule) {
        return measured.stream().filter(one -> one.benchmark.equals(benchmark) && one.rule.equals(rule)).findFirst();
    }

    private double rate(String benchmark) {
        return find(benchmark, Optional.empty()).map(Measured::rate).orElse(Double.NaN);
    }

    private String text() {
        StringBuilder text = new StringBuilder(String.format(Locale.ROOT,
                "%n%,d parameters, %d threads; GB/s of what a step must move: triad %.1f, copy %.1f%n",
                parameters, Runtime.getRuntime().availableProcessors(), rate(TRIAD), rate(COPY)));
        text.append(String.format(Locale.ROOT, "%-20s %8s %8s %8s %9s %9s %14s %9s %12s %9s%n", "", "B/param", "ms",
                "GB/s",
                "of triad", "of copy", "PyTorch C++ ms", "ratio", "Java loop ms", "ratio"));
        for (OptimizerRule rule : OptimizerRule.values()) {
            find(GATUN, Optional.of(rule)).ifPresent(gatun -> text.append(line(rule, gatun)));
        }
        find(LBFGS, Optional.empty()).ifPresent(lbfgs -> text.append(String.format(Locale.ROOT,
                "PyTorch's L-BFGS, history 10: %.2f ms%n", lbfgs.milliseconds())));
        return text.toString();
    }

    private String line(OptimizerRule rule, Measured gatun) {
        return String.format(Locale.ROOT, "%-20s %8d %8.3f %8.1f %9.2f %9.2f %14s %9s %12s %9s%n", rule.label(),
                rule.bytesPerParameter(), gatun.milliseconds(), gatun.rate, gatun.rate / rate(TRIAD),
                gatun.rate / rate(COPY),
                peer(PYTORCH, rule, "%.3f", 1), peer(PYTORCH, rule, "%.2f", gatun.milliseconds()),
                peer(JAVA, rule, "%.3f", 1), peer(JAVA, rule, "%.2f", gatun.milliseconds()));
    }

    /** The peer's milliseconds in units of something, or nothing. */
    private String peer(String benchmark, OptimizerRule rule, String format, double unit) {
        return find(benchmark, Optional.of(rule))
                .map(one -> String.format(Locale.ROOT, format, one.milliseconds() / unit)).orElse("");
    }
}
