package dev.gatun.compress.prune;

import dev.gatun.backend.Device;
import dev.gatun.compress.Snapshot;
import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Variable;
import dev.gatun.model.Model;
import dev.gatun.nn.Layer;
import dev.gatun.shape.TensorType;
import dev.gatun.train.Network;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/** Snapshots with random values, and what they compute. */
public final class Networks {
    private static final int BATCH = 2;

    private Networks() {}

    /** A classifier of 10 classes of images of 3x8x8. */
    public static Snapshot of(Layer network) {
        return random(new Model("net", 3, 8, 8, 10, network));
    }

    /** Random values; variances are positive and counters zero. */
    public static Snapshot random(Model model) {
        SplittableRandom random = new SplittableRandom(3);
        Map<String, float[]> values = new LinkedHashMap<>();
        for (Variable variable : Snapshot.variables(model)) {
            float[] elements = new float[Math.toIntExact(variable.shape().elements())];
            double fanIn = variable.shape().rank() < 2 ? 1
                    : (double) variable.shape().elements() / variable.shape().extent(0);
            for (int i = 0; i < elements.length; i++) {
                elements[i] = variable.name().endsWith("running_var") ? (float) random.nextDouble(0.5, 2)
                        : (float) (random.nextDouble(-1, 1) / Math.sqrt(fanIn));
            }
            values.put(variable.name(), elements);
        }
        return new Snapshot(model, values);
    }

    /** Scores of two fixed images in inference. */
    public static float[] scores(Device device, Snapshot snapshot) {
        Model model = snapshot.model();
        try (Network network = Network.inference(device, graph -> describe(graph, model))) {
            snapshot.values().forEach(network.variables()::write);
            SplittableRandom random = new SplittableRandom(5);
            return network.fill("images", () -> random.nextDouble(-1, 1)).forward().read("scores");
        }
    }

    private static void describe(GraphBuilder graph, Model model) {
        graph.output("scores", model.network().apply(graph, "", graph.input("images",
                TensorType.f32(BATCH, model.channels(), model.height(), model.width()))));
    }

    /** The loss and gradients of two images in training. */
    public static Map<String, float[]> gradients(Device device, Snapshot snapshot) {
        try (Network network = Network.training(device, Model.LOSS, graph ->
                snapshot.model().describe(graph, BATCH))) {
            snapshot.values().forEach(network.variables()::write);
            SplittableRandom random = new SplittableRandom(5);
            network.fill(Model.IMAGES, () -> random.nextDouble(-1, 1)).set(Model.LABELS, new int[BATCH]);
            network.forward().backward();
            Map<String, float[]> gradients = new LinkedHashMap<>();
            for (Variable variable : Snapshot.variables(snapshot.model())) {
                if (variable.isParameter()) {
                    gradients.put(variable.name(), network.readGradient(variable.name()));
                }
            }
            return gradients;
        }
    }

    /** The same network in which the weights of what a plan drops, and those that read it, are zero. */
    public static Snapshot zeroed(Snapshot snapshot, PruningPlan plan) {
        Map<String, float[]> values = new LinkedHashMap<>();
        snapshot.values().forEach((name, elements) -> {
            float[] changed = new float[elements.length];
            float[] kept = plan.slice(name, elements);
            float[] places = new float[elements.length];
            for (int i = 0; i < places.length; i++) {
                places[i] = i; // exact below 2^24
            }
            float[] where = plan.slice(name, places);
            for (int i = 0; i < kept.length; i++) {
                changed[(int) where[i]] = kept[i];
            }
            if (name.endsWith("running_var")) {
                changed = elements.clone();
            }
            values.put(name, changed);
        });
        return snapshot.with(values);
    }
}
