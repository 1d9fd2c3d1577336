package dev.gatun.reference;

import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/** The scripts in {@code golden} that write PyTorch's figures, and the graphs that must give these. */
enum Script {
    OPERATIONS(PyTorchBodies::all),
    SPATIAL(SpatialBodies::all),
    LOSSES(LossBodies::all),
    TENSORS(TensorBodies::all),
    DISTILLATION(DistillationBodies::all),
    QUANTIZATION(QuantizationBodies::all);

    @SuppressWarnings("ImmutableEnumChecker") // a method that keeps nothing
    private final Supplier<Map<String, PyTorchBodies.Body>> bodies;

    Script(Supplier<Map<String, PyTorchBodies.Body>> bodies) {
        this.bodies = bodies;
    }

    Map<String, PyTorchBodies.Body> bodies() {
        return bodies.get();
    }

    Map<String, Map<String, Figures.Tensor>> figures() throws IOException {
        return Figures.read(name().toLowerCase(Locale.ROOT) + ".txt");
    }
}
