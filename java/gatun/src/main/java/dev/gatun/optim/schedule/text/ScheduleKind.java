package dev.gatun.optim.schedule.text;

import dev.gatun.optim.schedule.AbsoluteSchedule;
import dev.gatun.optim.schedule.ChainedSchedule;
import dev.gatun.optim.schedule.ConstantFactorSchedule;
import dev.gatun.optim.schedule.CosineAnnealingSchedule;
import dev.gatun.optim.schedule.CosineWarmRestartsSchedule;
import dev.gatun.optim.schedule.CyclesMomentum;
import dev.gatun.optim.schedule.CyclicSchedule;
import dev.gatun.optim.schedule.ExponentialSchedule;
import dev.gatun.optim.schedule.InverseSquareRootSchedule;
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
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How the text of one kind of schedule is read.
 *
 * @param keys all valid keys
 * @param make makes the schedule of the arguments
 */
record ScheduleKind(String name, List<String> keys, Function<ScheduleArguments, Schedule> make) {
    private static final int DEEPEST = 16;
    private static final String WARM_UP = "warmup";

    private static final List<ScheduleKind> ALL = List.of(
            kind("absolute", a -> new AbsoluteSchedule(a.schedule("of")), "of"),
            kind("chain", a -> new ChainedSchedule(a.schedules("of")), "of"),
            kind("constant", _ -> new Schedule.Constant()),
            kind("constant-factor", ScheduleKind::constantFactor, "factor", "total"),
            kind("cosine", a -> new Schedule.Cosine(warmUp(a), a.total()), "warmup", "total"),
            kind("cosine-annealing", ScheduleKind::cosineAnnealing, "total", "min"),
            kind("cosine-restarts", ScheduleKind::cosineRestarts, "first", "multiplier", "min"),
            kind("cyclic", ScheduleKind::cyclic, "base", "max", "up", "down", "mode", "gamma", "base-momentum",
                    "max-momentum"),
            kind("exponential", a -> new ExponentialSchedule(a.number("gamma")), "gamma"),
            kind("inverse-sqrt", a -> new InverseSquareRootSchedule(a.count("warmup",
            run -> Math.max(1, run.warmUp()))), "warmup"),
            kind("linear", ScheduleKind::linear, "start", "end", "total"),
            kind("momentum", ScheduleKind::momentum, "of"),
            kind("multistep", ScheduleKind::multiStep, "milestones", "gamma"),
            kind("onecycle", ScheduleKind::oneCycle, "total", "max", "pct-start", "anneal", "phases", "div-factor",
                    "final-div-factor", "base-momentum", "max-momentum"),
            kind("polynomial", ScheduleKind::polynomial, "total", "power"),
            kind("sequence", ScheduleKind::sequence, "milestones", "of"),
            kind("step", ScheduleKind::step, "size", "gamma"),
            kind("warmup", ScheduleKind::warmUpOf, "steps", "from", "of"),
            kind("wsd", ScheduleKind::warmUpStableDecay, "warmup", "total", "decay", "min", "shape"));

    private static ScheduleKind kind(String name, Function<ScheduleArguments, Schedule> make, String... keys) {
        return new ScheduleKind(name, List.of(keys), make);
    }

    private static final ScheduleKind PLATEAU = kind("plateau", _ -> {
        throw new IllegalStateException("plateau is no schedule");
    }, "factor", "patience", "threshold", "threshold-mode", "cooldown", "min", "eps");

    /** Reads a schedule; see {@link Schedules#parse(String, RunLength)}. */
    static Schedule parse(String text, int depth, @Nullable RunLength run) {
        if (depth > DEEPEST) {
            throw new IllegalArgumentException("a schedule may stand at most " + DEEPEST + " deep in others");
        }
        return named(name(text)).of(text, depth, run);
    }

    /** The same with a warm-up of so many steps: the schedule's own where it has one, else one in front of it. */
    static Schedule warmedUp(String text, RunLength run, long steps) {
        ScheduleKind kind = named(name(text));
        if (!kind.keys.contains(WARM_UP)) {
            return WarmUpSchedule.before(kind.of(text, 0, run.part(steps, run.steps())), steps);
        }
        ScheduleArguments arguments = ScheduleArguments.read(kind, arguments(text), 0, run);
        if (arguments.values().putIfAbsent(WARM_UP, Long.toString(steps)) != null) {
            throw new IllegalArgumentException(
                    "schedule " + kind.name + ": it has a warmup of its own in its text: leave one of the two out");
        }
        return kind.make.apply(arguments);
    }

    private Schedule of(String text, int depth, @Nullable RunLength run) {
        return make.apply(ScheduleArguments.read(this, arguments(text), depth, run));
    }

    private static ScheduleKind named(String name) {
        if (name.equals("lambda")) {
            throw new IllegalArgumentException("schedule lambda: it is a function in code and has no text");
        }
        if (name.equals(PLATEAU.name)) {
            throw new IllegalArgumentException(
                    "plateau is no schedule: it depends on a metric, not on steps alone: see ReduceOnPlateau");
        }
        for (ScheduleKind kind : ALL) {
            if (bare(kind.name).equals(bare(name))) {
                return kind;
            }
        }
        throw new IllegalArgumentException("unknown schedule " + Schedules.quote(name) + "; schedules: "
                + ALL.stream().map(ScheduleKind::name).collect(Collectors.joining(", ")));
    }

    /** Whether the text is of {@link ReduceOnPlateau}. */
    static boolean isPlateau(String text) {
        return name(text).equals(PLATEAU.name);
    }

    /** Reads options of {@link ReduceOnPlateau}, for a metric to be minimised. */
    static PlateauOptions plateau(String text) {
        ScheduleArguments a = ScheduleArguments.read(PLATEAU, arguments(text), 0, null);
        PlateauOptions defaults = PlateauOptions.DEFAULTS;
        return defaults.withFactor(a.number("factor", defaults.factor()))
                .withPatience(a.count("patience", defaults.patience()))
                .withThreshold(a.number("threshold", defaults.threshold()),
                        a.choice("threshold-mode", defaults.thresholdMode()))
                .withCooldown(a.count("cooldown", defaults.cooldown())).withMin(a.number("min", 0))
                .withEps(a.number("eps", defaults.eps()));
    }

    private static String name(String text) {
        int colon = text.indexOf(':');
        return (colon < 0 ? text : text.substring(0, colon)).strip();
    }

    private static String arguments(String text) {
        int colon = text.indexOf(':');
        return colon < 0 ? "" : text.substring(colon + 1);
    }

    /** Hyphens in the names of kinds do not count. */
    private static String bare(String name) {
        return name.replace("-", "");
    }

    /** Of those that stretch over the run, the usual warm-up; of others none. */
    private static long warmUp(ScheduleArguments a) {
        return a.has("total") ? a.count("warmup", 0) : a.count("warmup", RunLength::warmUp, 0);
    }

    private static Schedule constantFactor(ScheduleArguments a) {
        ConstantFactorSchedule defaults = ConstantFactorSchedule.DEFAULTS;
        return new ConstantFactorSchedule(a.number("factor", defaults.factor()), a.count("total", defaults.total()));
    }

    private static Schedule step(ScheduleArguments a) {
        StepSchedule defaults = StepSchedule.every(a.count("size", run -> Math.ceilDiv(run.steps(), 3)));
        return new StepSchedule(defaults.size(), a.number("gamma", defaults.gamma()));
    }

    private static Schedule multiStep(ScheduleArguments a) {
        MultiStepSchedule defaults = MultiStepSchedule.at(a.counts("milestones"));
        return new MultiStepSchedule(defaults.milestones(), a.number("gamma", defaults.gamma()));
    }

    private static Schedule linear(ScheduleArguments a) {
        RunLength run = a.has("total") ? null : a.run();
        LinearSchedule defaults = run == null ? LinearSchedule.DEFAULTS : new LinearSchedule(1, 0, run.steps());
        return new LinearSchedule(a.number("start", defaults.start()), a.number("end", defaults.end()),
                a.count("total", defaults.total()));
    }

    private static Schedule polynomial(ScheduleArguments a) {
        PolynomialSchedule defaults = PolynomialSchedule.DEFAULTS;
        return new PolynomialSchedule(a.count("total", RunLength::steps, defaults.total()),
                a.number("power", defaults.power()));
    }

    private static Schedule cosineAnnealing(ScheduleArguments a) {
        CosineAnnealingSchedule defaults = CosineAnnealingSchedule.over(a.total());
        return new CosineAnnealingSchedule(defaults.total(), a.number("min", defaults.min()));
    }

    private static Schedule cosineRestarts(ScheduleArguments a) {
        CosineWarmRestartsSchedule defaults = CosineWarmRestartsSchedule.every(a.count("first"));
        return new CosineWarmRestartsSchedule(defaults.first(), a.count("multiplier", defaults.multiplier()),
                a.number("min", defaults.min()));
    }

    private static Schedule oneCycle(ScheduleArguments a) {
        OneCycleSchedule defaults = OneCycleSchedule.over(a.total());
        return new OneCycleSchedule(defaults.total(), a.number("max", defaults.max()),
                a.number("pct-start", defaults.pctStart()), a.choice("anneal", defaults.anneal()),
                a.choice("phases", defaults.phases()), a.number("div-factor", defaults.divFactor()),
                a.number("final-div-factor", defaults.finalDivFactor()),
                a.number("base-momentum", defaults.baseMomentum()), a.number("max-momentum", defaults.maxMomentum()));
    }

    private static Schedule cyclic(ScheduleArguments a) {
        CyclicSchedule defaults = CyclicSchedule.from(a.number("base"));
        long up = a.count("up", defaults.up());
        return new CyclicSchedule(defaults.base(), a.number("max", defaults.max()), up, a.count("down", up),
                a.choice("mode", defaults.mode()), a.number("gamma", defaults.gamma()),
                a.number("base-momentum", defaults.baseMomentum()), a.number("max-momentum", defaults.maxMomentum()));
    }

    private static Schedule warmUpStableDecay(ScheduleArguments a) {
        WarmUpStableDecaySchedule defaults = WarmUpStableDecaySchedule.over(a.total());
        return new WarmUpStableDecaySchedule(warmUp(a), defaults.total(),
                a.count("decay", defaults.decay()), a.number("min", defaults.min()),
                a.choice("shape", defaults.shape()));
    }

    private static Schedule sequence(ScheduleArguments a) {
        List<Long> milestones = a.counts("milestones");
        return new SequentialSchedule(a.schedules("of", milestones), milestones);
    }

    private static Schedule warmUpOf(ScheduleArguments a) {
        long steps = a.count("steps", run -> Math.max(1, run.warmUp()));
        return new WarmUpSchedule(steps, a.number("from", 0.1), a.scheduleAfter("of", steps));
    }

    private static Schedule momentum(ScheduleArguments a) {
        if (a.schedule("of") instanceof CyclesMomentum cycle) {
            return new MomentumSchedule(cycle);
        }
        throw new IllegalArgumentException("schedule momentum: of must be onecycle or cyclic");
    }
}
