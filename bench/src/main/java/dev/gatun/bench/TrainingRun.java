package dev.gatun.bench;

import dev.gatun.backend.Backends;
import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.engine.CompileOptions;
import dev.gatun.engine.Compiler;
import dev.gatun.engine.Program;
import dev.gatun.engine.Variables;
import dev.gatun.graph.Differentiation;
import dev.gatun.graph.Graph;
import dev.gatun.graph.MixedPrecision;
import dev.gatun.graph.PrecisionPolicy;
import dev.gatun.memory.Buffer;
import dev.gatun.io.NamedTensor;
import dev.gatun.io.Safetensors;
import dev.gatun.model.Model;
import dev.gatun.optim.Optimizer;
import dev.gatun.shape.DType;
import dev.gatun.shape.TensorType;
import dev.gatun.update.ElementRange;
import dev.gatun.update.rule.SgdHyperparameters;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A compiled model with one batch of random images in place. Belongs to the thread that made it. */
final class TrainingRun implements AutoCloseable {
    private final Device device;
    private final Program program;
    private final Variables variables;
    private final Optimizer optimizer;
    private final Buffer lossBuffer;
    private final MemorySegment loss = MemorySegment.ofArray(new float[1]);

    TrainingRun(Model model, int batchSize, PrecisionPolicy precision) {
        device = Backends.open("cpu", DeviceOptions.defaults());
        Graph graph = Differentiation.differentiate(MixedPrecision.of(model.graph(batchSize), precision), Model.LOSS);
        program = Compiler.compile(graph, device, CompileOptions.measured());
        variables = program.variables();
        variables.initialize(1);
        Buffer parameters = variables.parameters();
        optimizer = new Optimizer(device, parameters, variables.gradients(),
                List.of(SgdHyperparameters.DEFAULTS.withMomentum(0.9).withLearningRate(1e-2)),
                List.of(new ElementRange(0, parameters.bytes() / Float.BYTES, 0)));
        lossBuffer = program.output(Model.LOSS);
        fill(program.input(Model.IMAGES), program.input(Model.LABELS), model.classes());
    }

    private void fill(Buffer imageBuffer, Buffer labelBuffer, int classes) {
        MemorySegment images = MemorySegment.ofArray(new float[Math.toIntExact(imageBuffer.bytes() / Float.BYTES)]);
        MemorySegment labels = MemorySegment.ofArray(new int[Math.toIntExact(labelBuffer.bytes() / Integer.BYTES)]);
        for (long i = 0; i < images.byteSize() / Float.BYTES; i++) {
            long bits = (i * 2654435761L & 0xFFFFFFFFL) >> 8; // as peer/training_step.py has it
            images.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) (bits / 0x1p23 - 1));
        }
        for (long i = 0; i < labels.byteSize() / Integer.BYTES; i++) {
            labels.setAtIndex(ValueLayout.JAVA_INT, i, Math.toIntExact(i * 7 % classes));
        }
        device.upload(images, imageBuffer);
        device.upload(labels, labelBuffer);
        device.stream().synchronize();
    }

    /** The whole step, as a training loop runs it. */
    float step() {
        forward();
        device.download(lossBuffer, loss);
        device.stream().synchronize();
        float current = loss.get(ValueLayout.JAVA_FLOAT, 0);
        backward();
        optimize();
        program.updateRunningStatistics();
        return current;
    }

    /** Prepacked parameters are part of it: each update makes them stale. */
    void forward() {
        program.prepack();
        program.forward();
    }

    /** May overwrite what the forward pass left, so each needs a forward pass of its own. */
    void backward() {
        program.backward();
    }

    void optimize() {
        optimizer.step();
    }

    Program program() {
        return program;
    }

    /** All but stops it, as a rate of 1e-7 does in the peer. */
    void settle() {
        optimizer.setLearningRate(1e-7);
    }

    /** Writes the variables for a peer to begin with. */
    void saveWeights(Path file) {
        Safetensors.write(file, variables.slots().stream().map(slot -> new NamedTensor(slot.variable().name(),
                new TensorType(DType.F32, slot.variable().shape()),
                MemorySegment.ofArray(variables.read(slot.variable().name())))).toList(), Map.of());
    }

    /**
     * Makes sure that it learns, then all but stops it. At full speed the model would soon know the one batch by heart;
     * gradients could sink to denormal numbers, which are slow and which no real training with many batches is about.
     */
    void checkAndSettle() {
        float first = step();
        for (int i = 0; i < 8; i++) {
            step();
        }
        float last = step();
        Check.that(Float.isFinite(first) && last < first, "the loss falls: from " + first + " to " + last);
        settle();
    }

    @Override
    public void close() {
        optimizer.close();
        program.close();
        variables.close();
        device.close();
    }
}
