package dev.gatun.train;

import dev.gatun.backend.Device;
import dev.gatun.data.Batch;
import dev.gatun.data.BatchLoader;
import dev.gatun.data.BatchLoaderOptions;
import dev.gatun.data.Sampler;
import dev.gatun.data.image.ImageDataset;
import dev.gatun.data.image.Normalization;
import dev.gatun.engine.CompileOptions;
import dev.gatun.engine.Compiler;
import dev.gatun.engine.Program;
import dev.gatun.engine.Variables;
import dev.gatun.graph.Graph;
import dev.gatun.graph.Inference;
import dev.gatun.model.Model;
import java.util.HashMap;
import java.util.Map;

/** Measures a model on all images of a data set, in inference mode. It belongs to its device's thread. */
public final class Evaluator implements AutoCloseable {
    private final Model model;
    private final Device device;
    private final BatchLoader loader;
    private final Map<Integer, Program> programs = new HashMap<>();
    private final Variables variables;

    /**
     * An evaluator.
     *
     * @param variables the model's variables, which stay the caller's
     */
    public Evaluator(
            Model model, Device device, ImageDataset images, Normalization normalization, int batchSize,
            Variables variables) {
        this.model = model;
        this.device = device;
        this.variables = variables;
        this.loader = new BatchLoader(images, Sampler.sequential(images.size()), normalization,
                BatchLoaderOptions.defaults().withBatchSize(Math.min(batchSize, images.size())), device.memory());
    }

    /** Variables for a model that is only evaluated, in the orders its kernels like; the caller closes them. */
    public static Variables variables(Model model, Device device, int batchSize) {
        Graph graph = inference(model, batchSize);
        Program program = Compiler.compile(graph, device, CompileOptions.defaults());
        program.close();
        return program.variables();
    }

    private static Graph inference(Model model, int batchSize) {
        return Inference.of(model.graph(batchSize));
    }

    /** Runs over all images once, with the variables as they are now. */
    public Evaluation run() {
        programs.values().forEach(Program::prepack);
        double loss = 0;
        long correct = 0;
        long images = 0;
        loader.start(0, 0);
        for (Batch batch = loader.next(); batch != null; batch = loader.next()) {
            Program program = program(batch.size());
            device.upload(batch.images(), program.input(Model.IMAGES));
            device.upload(batch.labels(), program.input(Model.LABELS));
            device.stream().synchronize();
            int size = batch.size();
            loader.release(batch);
            program.forward();
            loss += (double) new Scalar(device, program.output(Model.LOSS)).toFloat() * size;
            correct += new Scalar(device, program.output(Model.CORRECT)).toLong();
            images += size;
        }
        return new Evaluation(loss / images, correct, images);
    }

    private Program program(int batchSize) {
        return programs.computeIfAbsent(batchSize, size -> {
            Graph graph = inference(model, size);
            Program program = Compiler.compile(graph, device, CompileOptions.defaults(), variables);
            program.prepack();
            return program;
        });
    }

    @Override
    public void close() {
        loader.close();
        programs.values().forEach(Program::close);
        programs.clear();
    }
}
