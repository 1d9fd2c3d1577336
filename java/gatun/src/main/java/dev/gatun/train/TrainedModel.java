package dev.gatun.train;

import dev.gatun.backend.Device;
import dev.gatun.data.Dataset;
import dev.gatun.data.image.ImageDataset;
import dev.gatun.data.image.Normalization;
import dev.gatun.engine.TensorTransfer;
import dev.gatun.engine.Variables;
import dev.gatun.io.LoadedCheckpoint;
import dev.gatun.model.Model;
import java.util.List;

/** A model as a checkpoint holds it, ready to be measured. It belongs to its device's thread. */
public final class TrainedModel implements AutoCloseable {
    private final ModelDescription description;
    private final Device device;
    private final int batchSize;
    private final Variables variables;

    private TrainedModel(ModelDescription description, Device device, int batchSize, Variables variables) {
        this.description = description;
        this.device = device;
        this.batchSize = batchSize;
        this.variables = variables;
    }

    /**
     * Builds the model of a checkpoint and loads its parameters, their average where it has one, and buffers. The
     * checkpoint can be closed afterwards.
     *
     * @throws dev.gatun.io.CheckpointException when it does not hold what its model needs
     */
    public static TrainedModel open(LoadedCheckpoint checkpoint, Device device, int batchSize) {
        ModelDescription description = ModelDescription.read(checkpoint);
        Variables variables = Evaluator.variables(description.task(), device, batchSize);
        boolean complete = false;
        try (TensorTransfer transfer = new TensorTransfer(device)) {
            TrainerState.loadVariables(variables, checkpoint.model(), transfer);
            TrainerState.loadAverage(variables, checkpoint, transfer);
            complete = true;
        } finally {
            if (!complete) {
                variables.close();
            }
        }
        return new TrainedModel(description, device, batchSize, variables);
    }

    /** The model. */
    public Model model() {
        return description.model();
    }

    /** Mean and deviation that images are normalised by. */
    public Normalization normalization() {
        return description.normalization();
    }

    /** Measures the model on all images of a data set. */
    public Evaluation evaluate(ImageDataset images) {
        Dataset examples = ImageClassification.examples(model(), images, normalization(), List.of(), 0);
        try (Evaluator evaluator = new Evaluator(description.task(), device, examples, batchSize, variables)) {
            return evaluator.run();
        }
    }

    @Override
    public void close() {
        variables.close();
    }
}
