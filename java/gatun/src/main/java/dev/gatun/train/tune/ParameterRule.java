package dev.gatun.train.tune;

import dev.gatun.options.NamePattern;
import dev.gatun.update.Hyperparameters;
import dev.gatun.update.Scheduled;
import java.util.OptionalDouble;
import java.util.StringJoiner;

/**
 * Hyper-parameters of the parameters whose names match a pattern. What it leaves out is as for all others.
 *
 * @param pattern      as {@link NamePattern} says
 * @param learningRate learning rate before any schedule, whose factors apply to it; empty for that of all others
 * @param weightDecay  weight decay of those of the parameters that are decayed; empty for that of all others
 */
public record ParameterRule(String pattern, OptionalDouble learningRate, OptionalDouble weightDecay) {
    private static final String RATE = "lr";
    private static final String DECAY = "weight-decay";

    /** Checks the pattern, and that the numbers are not negative. */
    public ParameterRule {
        NamePattern.of(pattern);
        check(RATE, learningRate);
        check(DECAY, weightDecay);
        if (learningRate.isEmpty() && weightDecay.isEmpty()) {
            throw new IllegalArgumentException("a group of parameters " + pattern
                    + " needs a learning rate or a weight decay of its own");
        }
    }

    private static void check(String name, OptionalDouble value) {
        if (value.isPresent() && !(value.getAsDouble() >= 0 && Double.isFinite(value.getAsDouble()))) {
            throw new IllegalArgumentException(name + " of a group must be at least 0, got " + value.getAsDouble());
        }
    }

    /** Returns whether it is about a parameter. */
    public boolean matches(String name) {
        return NamePattern.of(pattern).matcher(name).matches();
    }

    /**
     * Returns the hyper-parameters of the group.
     *
     * @param numbers those of all others
     * @throws IllegalArgumentException when the rule has no weight decay, or a number is outside its domain
     */
    public Hyperparameters applyTo(Hyperparameters numbers) {
        Hyperparameters rated = learningRate.isEmpty() ? numbers
                : numbers.with(Scheduled.LEARNING_RATE, learningRate.getAsDouble());
        boolean none = weightDecay.orElse(0) == 0 && !numbers.hasWeightDecay();
        return weightDecay.isEmpty() || none ? rated : rated.with(Scheduled.WEIGHT_DECAY, weightDecay.getAsDouble());
    }

    /** Returns what {@link #parse} reads. */
    public String text() {
        StringJoiner text = new StringJoiner(",", pattern + ":", "");
        learningRate.ifPresent(value -> text.add(RATE + "=" + value));
        weightDecay.ifPresent(value -> text.add(DECAY + "=" + value));
        return text.toString();
    }

    /**
     * Reads {@code layer4.*:lr=0.01,weight-decay=0}.
     *
     * @throws IllegalArgumentException with a complete message when it is no such text
     */
    public static ParameterRule parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 1) {
            throw invalid(text, "a colon follows the pattern");
        }
        OptionalDouble rate = OptionalDouble.empty();
        OptionalDouble decay = OptionalDouble.empty();
        for (String part : text.substring(colon + 1).split(",", -1)) {
            String[] pair = part.strip().split("=", 2);
            if (pair.length < 2) {
                throw invalid(text, "'" + part + "' has no value");
            }
            OptionalDouble value = OptionalDouble.of(number(text, pair[1]));
            switch (pair[0].strip()) {
                case RATE -> rate = value;
                case DECAY -> decay = value;
                default -> throw invalid(text, "'" + pair[0] + "' is neither " + RATE + " nor " + DECAY);
            }
        }
        return new ParameterRule(text.substring(0, colon), rate, decay);
    }

    private static double number(String text, String value) {
        try {
            return Double.parseDouble(value.strip());
        } catch (NumberFormatException e) {
            throw invalid(text, "'" + value + "' is no number");
        }
    }

    private static IllegalArgumentException invalid(String text, String reason) {
        return new IllegalArgumentException("'" + text + "' is no group of parameters, such as"
                + " layer4.*:lr=0.01,weight-decay=0: " + reason);
    }
}
