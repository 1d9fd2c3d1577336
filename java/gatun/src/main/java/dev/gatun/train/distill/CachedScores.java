package dev.gatun.train.distill;

import dev.gatun.backend.Device;
import dev.gatun.compress.distill.DistilledGraph;
import dev.gatun.data.Batch;
import dev.gatun.data.BatchLoader;
import dev.gatun.data.BatchLoaderOptions;
import dev.gatun.data.Dataset;
import dev.gatun.data.Field;
import dev.gatun.data.Sampler;
import dev.gatun.engine.CompileOptions;
import dev.gatun.graph.PrecisionPolicy;
import dev.gatun.graph.Value;
import dev.gatun.model.Model;
import dev.gatun.nn.Functions;
import dev.gatun.shape.TensorType;
import dev.gatun.train.program.BoundProgram;
import dev.gatun.train.program.Programs;
import dev.gatun.train.task.Task;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.stream.Stream;

/**
 * Examples with the scores of a teacher as one more field, {@value DistilledGraph#SCORES}, f32 {@code (classes)}. They
 * are computed once, in f32, on the images as they are in the data, and lie on the heap.
 */
public final class CachedScores implements Dataset {
    private final Dataset examples;
    private final float[][] scores;
    private final List<Field> fields;

    private CachedScores(Dataset examples, float[][] scores, int classes) {
        this.examples = examples;
        this.scores = scores;
        this.fields = Stream.concat(examples.fields().stream(),
                Stream.of(new Field(DistilledGraph.SCORES, TensorType.f32(classes)))).toList();
    }

    /**
     * Computes the scores of all examples.
     *
     * @param examples  images that are not augmented; the caller closes them
     * @param classes   number of classes
     * @param batchSize images that are computed together
     */
    public static CachedScores of(
            Dataset examples, DistilledGraph distilled, int classes, Device device, CompileOptions compile,
            int batchSize) {
        Field images = examples.fields().stream().filter(field -> field.name().equals(Model.IMAGES)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException(examples.name() + " has no images"));
        Task task = Task.of(DistilledGraph.TEACHER, (graph, size) -> {
            Value given = distilled.teacherScores(graph, images.batch(size));
            graph.output(DistilledGraph.SCORES, given);
            graph.output(Task.LOSS, Functions.mean(graph, Task.LOSS, given));
        });
        float[][] scores = new float[examples.size()][classes];
        try (BatchLoader loader = new BatchLoader(examples, Sampler.sequential(examples.size()),
                BatchLoaderOptions.defaults().withBatchSize(Math.min(batchSize, examples.size())), device.memory());
                Programs programs = new Programs(task, device, examples.fields(), Programs.Form.INFERENCE,
                        PrecisionPolicy.F32, compile, List.of())) {
            loader.start(0, 0);
            int done = 0;
            for (Batch batch = loader.next(); batch != null; batch = loader.next()) {
                boolean first = done == 0;
                BoundProgram program = programs.of(batch.size());
                if (first) {
                    distilled.teacherValues().forEach(programs.variables()::write);
                    programs.variablesChanged();
                }
                program.load(batch);
                loader.release(batch);
                program.forward();
                MemorySegment rows = program.fetch(DistilledGraph.SCORES);
                for (int i = 0; i < program.size(); i++) {
                    MemorySegment.copy(rows, ValueLayout.JAVA_FLOAT, (long) i * classes * Float.BYTES,
                            scores[done + i], 0, classes);
                }
                done += program.size();
            }
        }
        return new CachedScores(examples, scores, classes);
    }

    @Override
    public String name() {
        return examples.name();
    }

    @Override
    public int size() {
        return examples.size();
    }

    @Override
    public List<Field> fields() {
        return fields;
    }

    @Override
    public Reader reader() {
        Reader reader = examples.reader();
        int field = fields.size() - 1;
        return (example, epoch, batch, row) -> {
            reader.read(example, epoch, batch, row);
            float[] own = scores[example];
            MemorySegment.copy(own, 0, batch.tensor(field), ValueLayout.JAVA_FLOAT,
                    (long) row * own.length * Float.BYTES, own.length);
        };
    }
}
