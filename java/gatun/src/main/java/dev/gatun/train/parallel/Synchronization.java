package dev.gatun.train.parallel;

import dev.gatun.optim.schedule.text.Schedules;
import dev.gatun.optim.schedule.text.StepCount;
import dev.gatun.options.Suggestion;
import dev.gatun.options.WithMethods;
import java.util.List;

/** How ranks that train together stay together. */
public sealed interface Synchronization {
    /** The gradients of all ranks are summed in every step: they compute what one rank would. */
    Gradients GRADIENTS = new Gradients();

    /** See {@link #GRADIENTS}. */
    record Gradients() implements Synchronization {
        @Override
        public String text() {
            return "gradients";
        }
    }

    /**
     * Each rank steps by its own gradients, and every few steps, and at the end of each epoch, the weights become the
     * mean of those of all ranks: local SGD (Stich, 2019). Until {@code from}, gradients are summed in every step:
     * post-local SGD (Lin et al., 2020). With an outer rate or momentum, the mean is a step of an outer optimizer with
     * Nesterov's momentum, as in DiLoCo (Douillard et al., 2023), which takes 0.7 and 0.9 and some 500 steps:
     *
     * <pre>{@code
     * d = w0 - mean(w);   m = momentum * m + d;   w = w0 - rate * (momentum * m + d)
     * }</pre>
     *
     * where {@code w0} are the weights after the mean before. The states of optimizers are each rank's own, so that a
     * resumed run, which takes those of rank 0, is not bit for bit that which was stopped.
     *
     * @param steps    steps between two means, at least 1
     * @param rate     rate of the outer step, above 0; 1 for the plain mean
     * @param momentum momentum of the outer step, from 0 to below 1
     * @param from     steps of the run in which gradients are summed before
     */
    @WithMethods
    record Weights(int steps, double rate, double momentum, StepCount from)
            implements Synchronization, SynchronizationWeightsBuilder.With {
        /** The plain mean every 8 steps, from the first on. */
        public static final Weights DEFAULTS = new Weights(8, 1, 0, StepCount.of(0));

        public Weights {
            if (steps < 1) {
                throw new IllegalArgumentException("weights are averaged every step or less often, not every " + steps);
            }
            if (!(rate > 0 && rate <= Float.MAX_VALUE)) {
                throw new IllegalArgumentException("the outer rate must be above 0 and finite, got " + rate);
            }
            if (!(momentum >= 0 && momentum < 1)) {
                throw new IllegalArgumentException("the outer momentum is from 0 to below 1, got " + momentum);
            }
        }

        /** Returns whether the mean is a step of an outer optimizer. */
        public boolean isOuterStep() {
            return rate != 1 || momentum != 0;
        }

        @Override
        public String text() {
            return "weights:steps=" + steps + (isOuterStep() ? ",rate=" + Schedules.number(rate) + ",momentum="
                    + Schedules.number(momentum) : "") + (from.amount() == 0 ? "" : ",from=" + from.text());
        }
    }

    /**
     * Rank 0 holds the parameters and the optimizer and trains nothing itself; the other ranks are workers, which share
     * its batches. Each computes gradients with the parameters that it has and sends them to rank 0, which makes an
     * update of each as it comes and answers with the parameters. A worker that is more rounds ahead of the slowest
     * than
     * {@code staleness} waits for it: stale synchronous parallel (Ho et al., 2013). Of {@code n} workers, a round has
     * {@code n} updates, each by the mean gradient of {@code 1 / n} of a batch; schedules move by rounds. All meet at
     * the end of each epoch. Runs are not reproducible bit for bit, but with a staleness of 0, or one worker, which
     * computes what a trainer by itself does.
     *
     * @param staleness rounds that a worker may be ahead of the slowest, at least 0; with 0, all gradients of a round
     *                  are of the same parameters
     */
    @WithMethods
    record Server(int staleness) implements Synchronization, SynchronizationServerBuilder.With {
        /** Four rounds. */
        public static final Server DEFAULTS = new Server(4);

        public Server {
            if (staleness < 0) {
                throw new IllegalArgumentException("a worker is 0 rounds ahead of the slowest or more, not "
                        + staleness);
            }
        }

        @Override
        public String text() {
            return "server:staleness=" + staleness;
        }
    }

    /** Returns the text form, as {@link #parse} reads it. */
    String text();

    /**
     * Parses {@code gradients}, {@code weights:steps=8,rate=0.7,momentum=0.9,from=10%} or {@code server:staleness=4}.
     *
     * @throws IllegalArgumentException with one line that states the form
     */
    static Synchronization parse(String text) {
        String name = text.strip().split(":", 2)[0];
        return switch (name) {
            case "gradients" -> {
                if (!text.strip().equals(name)) {
                    throw new IllegalArgumentException(
                            "synchronization: gradients has no options, got \"" + text + "\"");
                }
                yield GRADIENTS;
            }
            case "weights" -> weights(text.strip().substring(name.length()));
            case "server" -> server(text.strip().substring(name.length()));
            default -> throw new IllegalArgumentException("synchronization: there is no \"" + name + "\""
                    + Suggestion.of(name, List.of("gradients", "weights", "server")));
        };
    }

    private static Weights weights(String options) {
        Weights weights = Weights.DEFAULTS;
        if (options.isEmpty()) {
            return weights;
        }
        for (String option : options.substring(1).split(",", -1)) {
            int equals = option.indexOf('=');
            String key = equals < 0 ? option : option.substring(0, equals);
            String value = option.substring(equals + 1);
            weights = switch (key) {
                case "steps" -> weights.withSteps((int) number(key, value));
                case "rate" -> weights.withRate(number(key, value));
                case "momentum" -> weights.withMomentum(number(key, value));
                case "from" -> weights.withFrom(StepCount.parse(value));
                default -> throw new IllegalArgumentException("synchronization: weights has no \"" + key + "\""
                        + Suggestion.of(key, List.of("steps", "rate", "momentum", "from")));
            };
        }
        return weights;
    }

    private static Server server(String options) {
        if (options.isEmpty()) {
            return Server.DEFAULTS;
        }
        if (!options.matches(":staleness=\\d{1,9}")) {
            throw new IllegalArgumentException(
                    "synchronization: server has the option staleness, a whole number, got \""
                    + options.substring(1) + "\": write it as server:staleness=4");
        }
        return new Server(Integer.parseInt(options.substring(options.indexOf('=') + 1)));
    }

    private static double number(String key, String value) {
        if (!value.matches(key.equals("steps") ? "\\d{1,9}" : "\\d+(\\.\\d+)?")) {
            throw new IllegalArgumentException("synchronization: " + key + " is a number, got \"" + value
                    + "\": write it as weights:steps=8,rate=0.7,momentum=0.9");
        }
        return Double.parseDouble(value);
    }
}
