package dev.gatun.train;

import dev.gatun.data.Batch;
import dev.gatun.engine.Program;
import dev.gatun.model.Model;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A compiled training graph with its inputs and outputs at hand. */
final class TrainingProgram {
    private final Program program;
    private final MemorySegment images;
    private final MemorySegment labels;
    private final MemorySegment loss;
    private final MemorySegment correct;

    TrainingProgram(Program program) {
        this.program = program;
        images = program.input(Model.IMAGES);
        labels = program.input(Model.LABELS);
        loss = program.output(Model.LOSS);
        correct = program.output(Model.CORRECT);
    }

    Program program() {
        return program;
    }

    /** Copies a batch into the inputs. */
    void load(Batch batch) {
        MemorySegment.copy(batch.images(), 0, images, 0, images.byteSize());
        MemorySegment.copy(batch.labels(), 0, labels, 0, labels.byteSize());
    }

    /** Computes loss and outputs of the batch that was loaded. */
    void forward(long seed, long batchNumber) {
        program.randomize(seed, batchNumber);
        program.forward();
    }

    /**
     * The loss of the latest forward pass.
     *
     * @param step for messages, counted from 1
     * @throws NonFiniteLossException when it is not finite
     */
    float finiteLoss(long step) {
        float value = loss.get(ValueLayout.JAVA_FLOAT, 0);
        if (!Float.isFinite(value)) {
            throw new NonFiniteLossException(step, value, program.locateNonFinite().map(Program.NonFinite::toString)
                    .orElse("nothing: a repetition of the step was finite"));
        }
        return value;
    }

    /** Images of the latest forward pass that were classified correctly. */
    long correct() {
        return correct.get(ValueLayout.JAVA_LONG, 0);
    }
}
