package dev.gatun.optim.schedule.text;

import dev.gatun.optim.schedule.AbsoluteSchedule;
import dev.gatun.optim.schedule.ChainedSchedule;
import dev.gatun.optim.schedule.ConstantFactorSchedule;
import dev.gatun.optim.schedule.CosineAnnealingSchedule;
import dev.gatun.optim.schedule.CosineWarmRestartsSchedule;
import dev.gatun.optim.schedule.CyclicSchedule;
import dev.gatun.optim.schedule.ExponentialSchedule;
import dev.gatun.optim.schedule.InverseSquareRootSchedule;
import dev.gatun.optim.schedule.LambdaSchedule;
import dev.gatun.optim.schedule.LinearSchedule;
import dev.gatun.optim.schedule.MomentumSchedule;
import dev.gatun.optim.schedule.MultiStepSchedule;
import dev.gatun.optim.schedule.OneCycleSchedule;
import dev.gatun.optim.schedule.PlateauOptions;
import dev.gatun.optim.schedule.PolynomialSchedule;
import dev.gatun.optim.schedule.ReduceOnPlateau;
import dev.gatun.optim.schedule.RunLength;
import dev.gatun.optim.schedule.Schedule;
import dev.gatun.optim.schedule.SequentialSchedule;
import dev.gatun.optim.schedule.StepSchedule;
import dev.gatun.optim.schedule.WarmUpSchedule;
import dev.gatun.optim.schedule.WarmUpStableDecaySchedule;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;

/**
 * Schedules as compact text, for the command line and for saved options: {@code kind:key=value,key=value}.
 *
 * <pre>
 * constant
 * constant-factor:factor=0.5,total=5
 * step:size=30,gamma=0.1
 * multistep:milestones=30/60,gamma=0.1
 * exponential:gamma=0.95
 * linear:start=0.1,end=1,total=5
 * polynomial:total=100,power=2
 * cosine:warmup=100,total=1000
 * cosine-annealing:total=100,min=0.01
 * cosine-restarts:first=10,multiplier=2,min=0
 * onecycle:total=100,max=1,pct-start=0.3,anneal=cos,phases=two,div-factor=25,final-div-factor=1e4
 *         ,base-momentum=0.85,max-momentum=0.95
 * cyclic:base=0.1,max=1,up=2000,down=2000,mode=triangular,gamma=1,base-momentum=0.8,max-momentum=0.9
 * inverse-sqrt:warmup=4000
 * wsd:warmup=100,total=1000,decay=200,min=0,shape=sqrt
 * warmup:steps=5,from=0.1,of=[cosine-annealing:total=95]
 * sequence:milestones=10,of=[constant]/[exponential:gamma=0.9]
 * chain:of=[constant-factor]/[exponential:gamma=0.9]
 * absolute:of=[linear:start=0.5,end=0.9,total=100]
 * momentum:of=[onecycle:total=100]
 * </pre>
 *
 * <p>Keys with a default may be left out; lists are separated by {@code /}; a schedule within a schedule stands in
 * square brackets, up to 16 deep.
 */
public final class Schedules {
    private Schedules() {}

    /**
     * Parses a schedule.
     *
     * @throws IllegalArgumentException with one line that names the kind, the key and the valid values
     */
    public static Schedule parse(String text) {
        return ScheduleKind.parse(text, 0, null);
    }

    /**
     * Parses a schedule of a run. Counts may also be shares of the run ({@code 5%}) or epochs ({@code 2epochs}), and
     * these may be left out: a {@code total} is what is left of the run; {@code step:size} a third of it, rounded up;
     * the {@code warmup} of {@code cosine}, {@code wsd} and {@code inverse-sqrt}, and the steps of {@code warmup}, a
     * twentieth, where the total is left out too. Without a total {@code linear} falls from 1 to 0.
     *
     * @throws IllegalArgumentException with one line that names the kind, the key and the valid values
     */
    public static Schedule parse(String text, RunLength run) {
        return ScheduleKind.parse(text, 0, run);
    }

    /**
     * Returns a schedule as text with all its keys; {@link #parse} creates an equal schedule from it.
     *
     * @throws IllegalArgumentException if it is or contains a {@link LambdaSchedule}
     */
    public static String toText(Schedule schedule) {
        return switch (schedule) {
            case Schedule.Constant _ -> "constant";
            case Schedule.Cosine s -> text("cosine", "warmup", s.warmup(), "total", s.total());
            case AbsoluteSchedule s -> text("absolute", "of", s.of());
            case ChainedSchedule s -> text("chain", "of", s.of());
            case ConstantFactorSchedule s -> text("constant-factor", "factor", s.factor(), "total", s.total());
            case CosineAnnealingSchedule s -> text("cosine-annealing", "total", s.total(), "min", s.min());
            case CosineWarmRestartsSchedule s ->
                    text("cosine-restarts", "first", s.first(), "multiplier", s.multiplier(), "min", s.min());
            case CyclicSchedule s -> text("cyclic", "base", s.base(), "max", s.max(), "up", s.up(), "down", s.down(),
                    "mode", s.mode(), "gamma", s.gamma(), "base-momentum", s.baseMomentum(), "max-momentum",
                    s.maxMomentum());
            case ExponentialSchedule s -> text("exponential", "gamma", s.gamma());
            case InverseSquareRootSchedule s -> text("inverse-sqrt", "warmup", s.warmup());
            case LambdaSchedule _ -> throw new IllegalArgumentException("schedule lambda: it is a function in code and"
                    + " cannot be saved as text: use another schedule, or pass the same function again when resuming");
            case LinearSchedule s -> text("linear", "start", s.start(), "end", s.end(), "total", s.total());
            case MomentumSchedule s -> text("momentum", "of", s.of());
            case MultiStepSchedule s -> text("multistep", "milestones", s.milestones(), "gamma", s.gamma());
            case OneCycleSchedule s -> text("onecycle", "total", s.total(), "max", s.max(), "pct-start", s.pctStart(),
                    "anneal", s.anneal(), "phases", s.phases(), "div-factor", s.divFactor(), "final-div-factor",
                    s.finalDivFactor(), "base-momentum", s.baseMomentum(), "max-momentum", s.maxMomentum());
            case PolynomialSchedule s -> text("polynomial", "total", s.total(), "power", s.power());
            case SequentialSchedule s -> text("sequence", "milestones", s.milestones(), "of", s.of());
            case StepSchedule s -> text("step", "size", s.size(), "gamma", s.gamma());
            case WarmUpSchedule s -> text("warmup", "steps", s.steps(), "from", s.from(), "of", s.of());
            case WarmUpStableDecaySchedule s -> text("wsd", "warmup", s.warmup(), "total", s.total(), "decay",
                    s.decay(), "min", s.min(), "shape", s.shape());
        };
    }

    /** Returns the text of a schedule for messages, which also describes functions in code. */
    public static String words(Schedule schedule) {
        try {
            return toText(schedule);
        } catch (IllegalArgumentException _) {
            return "a function in code";
        }
    }

    /** Writes the options of {@link ReduceOnPlateau} for a loss; {@link RunSchedule#parse} makes equal ones of it. */
    static String toText(PlateauOptions o) {
        return text("plateau", "factor", o.factor(), "patience", o.patience(), "threshold", o.threshold(),
                "threshold-mode", o.thresholdMode(), "cooldown", o.cooldown(), "min", o.min().getFirst(), "eps",
                o.eps());
    }

    private static String text(String kind, Object... keysAndValues) {
        StringJoiner text = new StringJoiner(",", kind + ":", "");
        for (int i = 0; i < keysAndValues.length; i += 2) {
            text.add(keysAndValues[i] + "=" + value(keysAndValues[i + 1]));
        }
        return text.toString();
    }

    private static String value(Object value) {
        return switch (value) {
            case Double number -> number(number);
            case Enum<?> choice -> word(choice);
            case Schedule schedule -> "[" + toText(schedule) + "]";
            case List<?> list -> String.join("/", list.stream().map(Schedules::value).toList());
            default -> value.toString();
        };
    }

    /** Returns the text form of a number. */
    public static String number(double number) {
        return Double.toString(number).replaceFirst("\\.0$", "");
    }

    /** Returns the text form of a constant. */
    public static String word(Enum<?> choice) {
        return choice.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Returns a user's text on one line, truncated. */
    public static String quote(String text) {
        String line = text.strip().replaceAll("\\p{Cntrl}", " ");
        return "\"" + (line.length() > 60 ? line.substring(0, 60) + "..." : line) + "\"";
    }
}
