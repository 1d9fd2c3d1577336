package dev.gatun.fuzz;

import dev.gatun.graph.PrecisionPolicy;
import dev.gatun.nn.init.Initialization;
import dev.gatun.optim.Lookahead;
import dev.gatun.optim.LossScaling;
import dev.gatun.optim.SharpnessAware;
import dev.gatun.optim.StochasticAverage;
import dev.gatun.train.epoch.BatchGrowth;
import java.util.List;
import java.util.function.Function;

/** Texts of options: the first letter chooses one, whose own text is read as the same. */
public final class OptionTarget implements FuzzTarget {
    @Override
    public void read(byte[] input) {
        if (input.length == 0) {
            return;
        }
        String text = Inputs.text(input).substring(1);
        switch (input[0]) {
            case 'a' -> check(text, StochasticAverage::parse, StochasticAverage::text);
            case 'g' -> check(text, BatchGrowth::parse, BatchGrowth::text);
            case 'i' -> check(text, Initialization::parse, Initialization::text);
            case 'l' -> check(text, Lookahead::parse, Lookahead::text);
            case 'p' -> check(text, PrecisionPolicy::parse, PrecisionPolicy::toString);
            case 's' -> check(text, SharpnessAware::parse, SharpnessAware::text);
            default -> check(text, LossScaling::parse, LossScaling::text);
        }
    }

    private static <T> void check(String input, Function<String, T> parse, Function<T, String> write) {
        T read = parse.apply(input);
        Inputs.same(read, parse.apply(write.apply(read)));
    }

    @Override
    public List<Class<? extends Exception>> refusals() {
        return List.of(IllegalArgumentException.class);
    }

    @Override
    public List<byte[]> seeds() {
        return Inputs.texts("a10", "a10,0.05", "g2x@30%,60%", "g3x@2epochs,lr=sqrt",
                "idefault", "ikaiming-normal:mode=fan_out,gain=1.41",
                "itruncated-normal:std=0.02", "iconstant:value=1e-3", "l5,0.5", "pbf16 except fc1, *.attention",
                "pf32", "s0.05", "s0.1,adaptive", "xnone", "x1024,skips=20",
                "xdynamic,initial=65536,growth=2,backoff=0.5,interval=2000,skips=50");
    }
}
