package dev.gatun.cli.train;

import dev.gatun.cli.option.CliException;
import dev.gatun.cli.option.Recipe;
import dev.gatun.optim.schedule.text.RunSchedule;
import dev.gatun.optim.schedule.text.RunSchedules;
import dev.gatun.optim.schedule.text.StepCount;
import dev.gatun.update.Hyperparameters;
import dev.gatun.update.Scheduled;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Checks the options of {@code train} for schedules, and completes them with defaults. */
public record ScheduleFlags(TrainCommand flags) {
    /** That of Goyal et al., 2017. */
    private static final StepCount SCALED_WARM_UP = new StepCount(5, StepCount.Unit.EPOCHS);

    RunSchedules schedules(Recipe recipe, Hyperparameters optimizer) {
        RunSchedule rate = flags.schedule == null ? recipe.schedule() : flags.schedule;
        check("--schedule", rate, Scheduled.LEARNING_RATE, optimizer);
        check("--momentum-schedule", flags.momentumSchedule, Scheduled.MOMENTUM, optimizer);
        check("--weight-decay-schedule", flags.weightDecaySchedule, Scheduled.WEIGHT_DECAY, optimizer);
        if (flags.weightDecaySchedule != null && optimizer.weightDecay() == 0) {
            throw CliException.usage(
                    "--weight-decay-schedule moves a weight decay, and there is none: add --weight-decay 0.01");
        }
        return new RunSchedules(rate, flags.momentumSchedule == null ? RunSchedule.AUTO : flags.momentumSchedule,
                flags.weightDecaySchedule == null ? RunSchedule.CONSTANT : flags.weightDecaySchedule, warmUp());
    }

    /** A rate that was multiplied for many ranks rises first. */
    private @Nullable StepCount warmUp() {
        return flags.warmUp == null && flags.ranks.scaling() != null ? SCALED_WARM_UP : flags.warmUp;
    }

    /** Returns the part of {@code --help} on schedules; percent signs are doubled, as picocli requires. */
    public static List<String> help() {
        return List.of("", "Schedules are words with options, kind:key=value,key=value; what is left out fits the run:",
                "  constant   cosine   linear   polynomial:power=2   one-cycle   inverse-sqrt   wsd:decay=20%%",
                "  step:size=2epochs,gamma=0.5   multistep:milestones=50%%/75%%   exponential:gamma=0.999",
                "  cosine-restarts:first=5epochs,multiplier=2   cyclic:base=0.1,up=500",
                "  plateau:patience=2,factor=0.5  lowers the learning rate when the evaluated loss stays",
                "  sequence:milestones=10%%,of=[linear:start=0.1,end=1]/[cosine], chain and absolute combine others.",
                "They are factors of --lr, the momentum and --weight-decay; absolute:of=[...] gives the values "
                + "themselves.");
    }

    private static void check(String flag, @Nullable RunSchedule schedule, Scheduled what, Hyperparameters optimizer) {
        boolean auto = schedule instanceof RunSchedule.Auto;
        if (schedule != null && !auto && !what.isIn(optimizer)) {
            throw CliException.usage(flag + ": " + optimizer.optimizerName() + " has no " + what.words()
                    + ": leave it out, or choose another --optimizer");
        }
        if (schedule instanceof RunSchedule.Plateau && what != Scheduled.LEARNING_RATE) {
            throw CliException.usage(flag + ": plateau is for --schedule only");
        }
        if (auto && what != Scheduled.MOMENTUM) {
            throw CliException.usage(flag + ": auto is for --momentum-schedule only");
        }
    }
}
