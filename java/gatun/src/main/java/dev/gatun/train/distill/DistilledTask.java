package dev.gatun.train.distill;

import dev.gatun.compress.distill.DistilledGraph;
import dev.gatun.graph.Graph;
import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Node;
import dev.gatun.graph.Value;
import dev.gatun.model.Model;
import dev.gatun.op.SoftmaxCrossEntropy;
import dev.gatun.train.task.Task;
import java.util.List;
import java.util.stream.Stream;

/** The task that a distilled run trains. */
public final class DistilledTask {
    /** The output that is minimised. */
    private static final String DISTILLED = "distilled";

    private DistilledTask() {}

    /**
     * Returns a task with the loss of a distillation, whose teacher is not trained.
     *
     * @param task the classifier of images as it would be trained without
     */
    public static Task of(Task task, DistilledGraph distilled) {
        List<String> frozen = distilled.computesTeacher()
                ? Stream.concat(task.frozen().stream(), Stream.of(DistilledGraph.TEACHER + ".*")).toList()
                : task.frozen();
        return new Task(task.name(), (graph, batchSize) -> {
            task.description().describe(graph, batchSize);
            graph.output(DISTILLED, distilled.objective(graph, known(graph, task)));
        }, DISTILLED, task.metrics(), frozen, task.attributes());
    }

    private static DistilledGraph.Known known(GraphBuilder builder, Task task) {
        Graph graph = builder.build();
        Node loss = graph.producers().get(graph.output(Model.LOSS));
        if (loss == null || !(loss.op() instanceof SoftmaxCrossEntropy)) {
            throw new IllegalArgumentException("task " + task.name() + " does not end in the cross-entropy of a"
                    + " classifier: only classifiers of images are distilled");
        }
        Value scores = loss.inputs().getFirst();
        return new DistilledGraph.Known(
                graph.input(Model.IMAGES), scores, loss.inputs().get(1), graph.output(task.loss()));
    }
}
