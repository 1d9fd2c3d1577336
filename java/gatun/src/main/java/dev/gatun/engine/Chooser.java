package dev.gatun.engine;

import dev.gatun.backend.Candidate;
import dev.gatun.backend.ConvolutionMethod;
import dev.gatun.backend.Device;
import dev.gatun.backend.KernelPlan;
import dev.gatun.backend.KernelRequest;
import dev.gatun.backend.KernelRequest.Wanted;
import dev.gatun.backend.LayoutPolicy;
import dev.gatun.backend.Region;
import dev.gatun.graph.Graph;
import java.util.List;
import java.util.function.ToLongFunction;

/** Puts the choices of a graph to a {@link Tuner}. */
class Chooser {
    private final Device device;
    private final Tuner tuner;
    private final ConvolutionMethod convolution;

    Chooser(Device device, Tuner tuner, ConvolutionMethod convolution) {
        this.device = device;
        this.tuner = tuner;
        this.convolution = convolution;
    }

    /** How convolutions should be computed. */
    ConvolutionMethod convolution() {
        return convolution;
    }

    /** The plan for a region. */
    KernelPlan plan(Region region, KernelRequest request) {
        String problem = Problems.kernel(region, request);
        List<Candidate> candidates = region.candidates().of(
                request.withWanted(tuner.compares(problem) ? Wanted.ALL : Wanted.FIRST));
        List<String> names = candidates.stream().map(Candidate::name).toList();
        if (names.equals(List.of(Candidate.ONLY))) {
            return candidates.getFirst().plan().get();
        }
        String choice = tuner.choose(problem, names,
                name -> KernelTimer.shortest(device, candidates.get(names.indexOf(name)).plan().get()));
        return candidates.get(names.indexOf(choice)).plan().get();
    }

    /** The layout of a graph's activations. */
    LayoutPolicy layout(Graph graph, List<LayoutPolicy> offered, ToLongFunction<LayoutPolicy> nanos) {
        if (offered.size() == 1) {
            return offered.getFirst();
        }
        if (convolution.isWinograd() && offered.contains(LayoutPolicy.CHANNELS_LAST)) {
            return LayoutPolicy.CHANNELS_LAST; // the method asked for is one of images whose channels lie side by side
        }
        return LayoutPolicy.valueOf(tuner.choose(Problems.layout(graph, convolution),
                offered.stream().map(LayoutPolicy::name).toList(),
                name -> nanos.applyAsLong(LayoutPolicy.valueOf(name))));
    }
}
