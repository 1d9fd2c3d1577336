package dev.gatun.onednn;

import dev.gatun.graph.Value;
import dev.gatun.op.BatchNormalization;
import dev.gatun.op.Convolution;
import dev.gatun.op.Pool;
import dev.gatun.op.Window;
import dev.gatun.op.function.PoolKind;
import dev.gatun.reference.OpCase;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Cases whose channels do, and do not, fill the blocks of vector registers: 8 and 16 floats. */
final class PaddingCases {
    private static final List<Long> CHANNELS = List.of(3L, 8L, 16L, 17L, 24L);

    private PaddingCases() {}

    static List<OpCase> all() {
        List<OpCase> cases = new ArrayList<>();
        for (long channels : CHANNELS) {
            cases.add(network(channels));
            cases.add(strided(channels));
        }
        cases.add(grouped(2, 16));
        cases.add(grouped(17, 17));
        return cases;
    }

    private static OpCase named(String name, long channels, java.util.function.Function<
            dev.gatun.reference.CaseBuilder, dev.gatun.graph.Graph> body) {
        // Rounding grows with the root of the number of products in a sum; 3x3 windows over all channels are the
        // longest.
        return new OpCase(name + " in " + channels + " channels", body, Map.of(), 1e-5 * Math.sqrt(9.0 * channels));
    }

    private static OpCase network(long channels) {
        return named("a small network", channels, b -> {
            Value x = b.convolution("conv1", Convolution.square(1, 1), b.input(2, 3, 6, 6), channels, 3, 3, true);
            x = b.relu("relu1", b.normalization("bn1", BatchNormalization.standard(), x));
            x = b.graph.apply("pool", new Pool(PoolKind.MAX, Window.square(2)), x);
            Value y = b.convolution("conv2", Convolution.square(1, 1), x, channels, 3, 3, false);
            x = b.relu("relu", b.add("add", x, y));
            return b.classify(b.globalPool("global", x));
        });
    }

    private static OpCase strided(long channels) {
        return named("strides and 1x1", channels, b -> {
            Value x = b.stem(2, channels, 7, 5);
            x = b.convolution("conv1", Convolution.square(2, 0), x, channels + 1, 1, 1, false);
            x = b.convolution("conv2", Convolution.square(2, 1), x, channels, 3, 3, true);
            return b.classify(x);
        });
    }

    private static OpCase grouped(long groups, long channels) {
        return named(groups + " groups", channels, b -> {
            Convolution op = Convolution.over(2).padding(1).groups(groups);
            return b.classify(b.convolution("conv", op, b.stem(2, channels, 5, 4), channels, 3, 3, true));
        });
    }
}
