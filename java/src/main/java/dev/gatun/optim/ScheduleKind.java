package dev.gatun.optim;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * How the text of one kind of schedule is read.
 *
 * @param keys all valid keys
 * @param make makes the schedule of the arguments
 */
record ScheduleKind(String name, List<String> keys, Function<ScheduleArguments, Schedule> make) {
    private static final int DEEPEST = 16;

    private static final List<ScheduleKind> ALL = List.of(
            kind("absolute", a -> new AbsoluteSchedule(a.schedule("of")), "of"),
            kind("chain", a -> new ChainedSchedule(a.schedules("of")), "of"),
            kind("constant", _ -> new Schedule.Constant()),
            kind("constant-factor", ScheduleKind::constantFactor, "factor", "total"),
            kind("cosine", a -> new Schedule.Cosine(a.count("warmup", 0), a.count("total")), "warmup", "total"),
            kind("cosine-annealing", ScheduleKind::cosineAnnealing, "total", "min"),
            kind("cosine-restarts", ScheduleKind::cosineRestarts, "first", "multiplier", "min"),
            kind("cyclic", ScheduleKind::cyclic, "base", "max", "up", "down", "mode", "gamma", "base-momentum",
                    "max-momentum"),
            kind("exponential", a -> new ExponentialSchedule(a.number("gamma")), "gamma"),
            kind("inverse-sqrt", a -> new InverseSquareRootSchedule(a.count("warmup")), "warmup"),
            kind("linear", ScheduleKind::linear, "start", "end", "total"),
            kind("momentum", ScheduleKind::momentum, "of"),
            kind("multistep", ScheduleKind::multiStep, "milestones", "gamma"),
            kind("onecycle", ScheduleKind::oneCycle, "total", "max", "pct-start", "anneal", "phases", "div-factor",
                    "final-div-factor", "base-momentum", "max-momentum"),
            kind("polynomial", ScheduleKind::polynomial, "total", "power"),
            kind("sequence", a -> new SequentialSchedule(a.schedules("of"), a.counts("milestones")), "milestones",
                    "of"),
            kind("step", ScheduleKind::step, "size", "gamma"),
            kind("warmup", a -> new WarmUpSchedule(a.count("steps"), a.number("from", 0.1), a.schedule("of")),
                    "steps", "from", "of"),
            kind("wsd", ScheduleKind::warmUpStableDecay, "warmup", "total", "decay", "min", "shape"));

    private static ScheduleKind kind(String name, Function<ScheduleArguments, Schedule> make, String... keys) {
        return new ScheduleKind(name, List.of(keys), make);
    }

    static Schedule parse(String text, int depth) {
        if (depth > DEEPEST) {
            throw new IllegalArgumentException("a schedule may stand at most " + DEEPEST + " deep in others");
        }
        int colon = text.indexOf(':');
        String name = (colon < 0 ? text : text.substring(0, colon)).strip();
        if (name.equals("lambda")) {
            throw new IllegalArgumentException("schedule lambda: it is a function in code and has no text");
        }
        if (name.equals("plateau")) {
            throw new IllegalArgumentException(
                    "plateau is no schedule: it depends on a metric, not on steps alone: see ReduceOnPlateau");
        }
        for (ScheduleKind kind : ALL) {
            if (kind.name.equals(name)) {
                return kind.make.apply(ScheduleArguments.read(kind, colon < 0 ? "" : text.substring(colon + 1), depth));
            }
        }
        throw new IllegalArgumentException("unknown schedule " + ScheduleArguments.quote(name) + "; schedules: "
                + ALL.stream().map(ScheduleKind::name).collect(Collectors.joining(", ")));
    }

    private static Schedule constantFactor(ScheduleArguments a) {
        ConstantFactorSchedule defaults = ConstantFactorSchedule.DEFAULTS;
        return new ConstantFactorSchedule(a.number("factor", defaults.factor()), a.count("total", defaults.total()));
    }

    private static Schedule step(ScheduleArguments a) {
        StepSchedule defaults = StepSchedule.every(a.count("size"));
        return new StepSchedule(defaults.size(), a.number("gamma", defaults.gamma()));
    }

    private static Schedule multiStep(ScheduleArguments a) {
        MultiStepSchedule defaults = MultiStepSchedule.at(a.counts("milestones"));
        return new MultiStepSchedule(defaults.milestones(), a.number("gamma", defaults.gamma()));
    }

    private static Schedule linear(ScheduleArguments a) {
        LinearSchedule defaults = LinearSchedule.DEFAULTS;
        return new LinearSchedule(a.number("start", defaults.start()), a.number("end", defaults.end()),
                a.count("total", defaults.total()));
    }

    private static Schedule polynomial(ScheduleArguments a) {
        PolynomialSchedule defaults = PolynomialSchedule.DEFAULTS;
        return new PolynomialSchedule(a.count("total", defaults.total()), a.number("power", defaults.power()));
    }

    private static Schedule cosineAnnealing(ScheduleArguments a) {
        CosineAnnealingSchedule defaults = CosineAnnealingSchedule.over(a.count("total"));
        return new CosineAnnealingSchedule(defaults.total(), a.number("min", defaults.min()));
    }

    private static Schedule cosineRestarts(ScheduleArguments a) {
        CosineWarmRestartsSchedule defaults = CosineWarmRestartsSchedule.every(a.count("first"));
        return new CosineWarmRestartsSchedule(defaults.first(), a.count("multiplier", defaults.multiplier()),
                a.number("min", defaults.min()));
    }

    private static Schedule oneCycle(ScheduleArguments a) {
        OneCycleSchedule defaults = OneCycleSchedule.over(a.count("total"));
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
        WarmUpStableDecaySchedule defaults = WarmUpStableDecaySchedule.over(a.count("total"));
        return new WarmUpStableDecaySchedule(a.count("warmup", defaults.warmup()), defaults.total(),
                a.count("decay", defaults.decay()), a.number("min", defaults.min()),
                a.choice("shape", defaults.shape()));
    }

    private static Schedule momentum(ScheduleArguments a) {
        if (a.schedule("of") instanceof CyclesMomentum cycle) {
            return new MomentumSchedule(cycle);
        }
        throw new IllegalArgumentException("schedule momentum: of must be onecycle or cyclic");
    }
}
