package dev.gatun.fuzz;

import dev.gatun.optim.schedule.RunLength;
import dev.gatun.optim.schedule.text.RunSchedule;
import dev.gatun.optim.schedule.text.Schedules;
import dev.gatun.optim.schedule.text.StepCount;
import java.util.List;

/** Texts of schedules and of counts of steps: their own text is read as the same. */
public final class ScheduleTarget implements FuzzTarget {
    private static final RunLength RUN = new RunLength(1_000, 100);

    @Override
    public void read(byte[] input) {
        String text = Inputs.text(input);
        if (!text.isEmpty() && Character.isDigit(text.charAt(0))) {
            StepCount count = StepCount.parse(text);
            Inputs.same(count, StepCount.parse(count.text()));
            if (count.steps(RUN) < 0) {
                throw new AssertionError(count + " is less than no step");
            }
            return;
        }
        RunSchedule schedule = RunSchedule.parse(text);
        Inputs.same(schedule, RunSchedule.parse(schedule.text()));
        if (schedule instanceof RunSchedule.Stretched stretched) {
            rates(stretched);
        }
    }

    private static void rates(RunSchedule.Stretched stretched) {
        var over = stretched.over(RUN);
        Inputs.same(over, Schedules.parse(Schedules.toText(over)));
        for (long step : new long[] {0, 1, 99, 500, 999}) {
            over.value(0.1, step);
        }
    }

    @Override
    public List<Class<? extends Exception>> refusals() {
        return List.of(IllegalArgumentException.class, NumberFormatException.class);
    }

    @Override
    public List<byte[]> seeds() {
        return Inputs.texts("500", "5%", "2.5epochs", "0.0001%", "auto", "constant", "cosine", "step:size=30,gamma=0.1",
                "multistep:milestones=30/60,gamma=0.1", "linear:start=0.1,end=1,total=5", "plateau:factor=0.5,eps=1e-8",
                "onecycle:total=100,max=1,pct-start=0.3,anneal=cos,phases=two,div-factor=25,final-div-factor=1e4",
                "cyclic:base=0.1,max=1,up=2000,down=2000,mode=triangular,gamma=1", "inverse-sqrt:warmup=5%",
                "wsd:warmup=100,total=1000,decay=200,min=0,shape=sqrt", "cosine-restarts:first=10,multiplier=2,min=0",
                "warmup:steps=5,from=0.1,of=[cosine-annealing:total=95]",
                "chain:of=[constant-factor]/[exponential:gamma=0.9]",
                "sequence:milestones=10,of=[constant]/[exponential:gamma=0.9]",
                "absolute:of=[polynomial:total=100,power=2]", "momentum:of=[onecycle:total=100]");
    }
}
