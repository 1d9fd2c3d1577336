package dev.gatun.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatun.backend.Backends;
import dev.gatun.backend.Candidate;
import dev.gatun.backend.ConvolutionMethod;
import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.backend.KernelPlan;
import dev.gatun.backend.KernelRequest;
import dev.gatun.backend.LayoutPolicy;
import dev.gatun.backend.Lowering;
import dev.gatun.backend.Region;
import dev.gatun.graph.Graph;
import dev.gatun.graph.Value;
import dev.gatun.memory.NoLeaks;
import dev.gatun.model.Model;
import dev.gatun.model.Models;
import dev.gatun.reference.Close;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every candidate of every region computes the same: nothing that a trial may choose is wrong. */
@ExtendWith(NoLeaks.class)
class CandidatesTest {
    static List<Model> models() {
        return List.of(Models.lenet(1, 16, 16, 10), Networks.residual(), Networks.residual(16));
    }

    /** Takes the candidate of a given rank where there is one, and the first elsewhere. */
    private static final class Ranked extends Chooser {
        private final int rank;
        private final Map<String, String> taken = new HashMap<>();
        private int most;

        Ranked(Device device, int rank) {
            super(device, new Tuner(KernelChoices.NONE, Tuning.FIRST, null),
                    ConvolutionMethod.AUTO);
            this.rank = rank;
        }

        @Override
        KernelPlan plan(Region region, KernelRequest request) {
            List<Candidate> candidates = region.candidates().of(request.withWanted(KernelRequest.Wanted.ALL));
            assertThat(candidates).extracting(Candidate::name).doesNotHaveDuplicates();
            Candidate candidate = candidates.get(rank < candidates.size() ? rank : 0);
            most = Math.max(most, candidates.size());
            taken.put(Problems.kernel(region, request), candidate.name());
            return candidate.plan().get();
        }
    }

    private static Map<String, double[]> step(Graph graph, Device device, CompileOptions options) {
        Map<String, double[]> results = new LinkedHashMap<>();
        try (Program program = Compiler.compile(graph, device, options); Variables variables = program.variables()) {
            variables.initialize(7);
            Networks.fill(program, 3);
            Networks.step(program);
            results.put("loss", new double[] {Networks.loss(program)});
            for (Value value : graph.variables()) {
                float[] values = value.isParameter() ? variables.readGradient(value.name())
                        : variables.read(value.name());
                double[] doubles = new double[values.length];
                Arrays.setAll(doubles, i -> values[i]);
                results.put(value.name(), doubles);
            }
        }
        return results;
    }

    @ParameterizedTest
    @MethodSource("models")
    void everyCandidateGivesTheReferencesNumbers(Model model) {
        Graph graph = Networks.training(model, 4);
        Map<String, double[]> expected;
        try (Device reference = Backends.open("reference", DeviceOptions.defaults())) {
            expected = step(graph, reference, CompileOptions.defaults());
        }
        try (Device device = Backends.open("cpu", DeviceOptions.defaults().withThreads(1))) {
            for (LayoutPolicy layout : LayoutPolicy.values()) {
                int most = 1;
                for (int rank = 0; rank < most; rank++) {
                    Ranked ranked = new Ranked(device, rank);
                    try (Lowering lowering = device.lower()) {
                        new Planning(graph, lowering, layout, ranked, new AcrossRanks(device, null)).run();
                    }
                    most = ranked.most;
                    Map<String, double[]> actual = step(graph, device, CompileOptions.defaults().withLayout(layout)
                            .withRecorded(KernelChoices.of(ranked.taken)));
                    int now = rank;
                    expected.forEach((name, values) -> {
                        double largest = Arrays.stream(values).map(Math::abs).max().orElse(0);
                        Close.assertWithin(name + ", " + layout + ", candidate " + now, actual.get(name), values,
                                1e-6 + 2e-4 * largest);
                    });
                }
                assertThat(most).as("there is something to choose").isGreaterThan(1);
            }
        }
    }
}
