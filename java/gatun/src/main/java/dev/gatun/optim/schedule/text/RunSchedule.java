package dev.gatun.optim.schedule.text;

import dev.gatun.optim.schedule.LambdaSchedule;
import dev.gatun.optim.schedule.PlateauOptions;
import dev.gatun.optim.schedule.ReduceOnPlateau;
import dev.gatun.optim.schedule.RunLength;
import dev.gatun.optim.schedule.Schedule;

/** The schedule of a hyper-parameter in a run whose length is known only when it starts. */
public sealed interface RunSchedule {
    /** A constant hyper-parameter. */
    RunSchedule CONSTANT = new Stretched("constant");

    /** The momentum that a cycle of the learning rate defines, if any. */
    RunSchedule AUTO = new Auto();

    /**
     * The momentum that a cycle of the learning rate ({@code onecycle}, {@code cyclic}) defines, as in PyTorch, for
     * rules with a momentum; otherwise constant.
     */
    record Auto() implements RunSchedule {
        private static final String NAME = "auto";

        @Override
        public String text() {
            return NAME;
        }
    }

    /** A schedule that does not depend on the length of the run. */
    record Exact(Schedule schedule) implements RunSchedule {
        @Override
        public String text() {
            return Schedules.toText(schedule);
        }
    }

    /**
     * A schedule as text, which may be relative to the length of the run.
     *
     * @param text as {@link Schedules#parse(String, RunLength)} reads it
     */
    record Stretched(String text) implements RunSchedule {
        public Stretched {
            Schedules.parse(text, RunLength.ANY); // only the run's own length can tell whether all its counts fit
        }

        /** Returns the schedule of a run of known length. */
        public Schedule over(RunLength run) {
            return Schedules.parse(text, run);
        }
    }

    /** A learning rate that is reduced when the loss on the test images stops improving: {@link ReduceOnPlateau}. */
    record Plateau(PlateauOptions options) implements RunSchedule {
        public Plateau {
            if (options.mode() != PlateauOptions.Mode.MIN || options.min().size() != 1) {
                throw new IllegalArgumentException("plateau: of a run it minimises the loss, with one lower bound");
            }
        }

        @Override
        public String text() {
            return Schedules.toText(options);
        }
    }

    /**
     * Parses a schedule of a run: {@code auto}, {@code plateau:factor=0.5,patience=2} (keys
     * {@code factor, patience, threshold, threshold-mode, cooldown, min, eps}) or what
     * {@link Schedules#parse(String, RunLength)} reads.
     *
     * @throws IllegalArgumentException with one line that names the kind, the key and what would have been valid
     */
    static RunSchedule parse(String text) {
        if (text.strip().equals(Auto.NAME)) {
            return AUTO;
        }
        return ScheduleKind.isPlateau(text) ? new Plateau(ScheduleKind.plateau(text)) : new Stretched(text.strip());
    }

    /**
     * Returns a text from which {@link #parse} creates an equivalent schedule.
     *
     * @throws IllegalArgumentException if it is or contains a {@link LambdaSchedule}
     */
    String text();
}
