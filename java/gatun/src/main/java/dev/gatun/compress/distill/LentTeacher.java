package dev.gatun.compress.distill;

import dev.gatun.data.image.Normalization;
import dev.gatun.graph.Graph;
import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Inference;
import dev.gatun.graph.Value;
import dev.gatun.graph.Variable;
import dev.gatun.model.GraphNetwork;
import dev.gatun.model.Model;
import dev.gatun.nn.Formula;
import dev.gatun.nn.ImageFunctions;
import dev.gatun.nn.Initializers;
import dev.gatun.op.MatMul;
import dev.gatun.shape.DType;
import dev.gatun.shape.Shape;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/** The nodes of a teacher in its inference form, in the graph of a student. Its variables are lent to it. */
final class LentTeacher {
    private static final String INPUT = DistilledGraph.PREFIX + ".input";
    private static final String SCALE = DistilledGraph.PREFIX + ".scale";
    private static final String SHIFT = DistilledGraph.PREFIX + ".shift";
    private static final String PERMUTATION = DistilledGraph.PREFIX + ".permutation";

    private final Teacher teacher;
    private final float[] scale;
    private final float[] shift;
    private final int[] numbers;
    private final Map<String, float[]> values = new LinkedHashMap<>();

    /**
     * Checks that a teacher fits a student.
     *
     * @throws IllegalArgumentException when it reads other channels, or has other classes
     */
    LentTeacher(Teacher teacher, DistilledGraph.Student student) {
        this.teacher = teacher;
        Normalization own = teacher.normalization();
        Normalization given = student.normalization();
        if (own.channels() != given.channels()) {
            throw new IllegalArgumentException("the teacher " + teacher.network().model().name() + " reads images of "
                    + own.channels() + " channels, the student of " + given.channels()
                    + ": take a teacher of such images");
        }
        scale = new float[own.channels()];
        shift = new float[own.channels()];
        for (int c = 0; c < scale.length; c++) {
            scale[c] = given.std()[c] / own.std()[c];
            shift[c] = (given.mean()[c] - own.mean()[c]) / own.std()[c];
        }
        numbers = teacher.numbers(student.classNames());
        teacher.network().values().forEach((name, elements) -> values.put(DistilledGraph.TEACHER + "." + name,
                elements));
        if (changesImages()) {
            values.put(SCALE, scale);
            values.put(SHIFT, shift);
        }
        if (isPermuted()) {
            values.put(PERMUTATION, permutation());
        }
    }

    private boolean changesImages() {
        return IntStream.range(0, scale.length).anyMatch(c -> scale[c] != 1 || shift[c] != 0);
    }

    private boolean isPermuted() {
        return IntStream.range(0, numbers.length).anyMatch(i -> numbers[i] != i);
    }

    private float[] permutation() {
        float[] matrix = new float[numbers.length * numbers.length];
        for (int i = 0; i < numbers.length; i++) {
            matrix[numbers[i] * numbers.length + i] = 1;
        }
        return matrix;
    }

    /** The values of all variables that it reads, by their names in the student's graph. */
    Map<String, float[]> values() {
        return values;
    }

    /**
     * What a teacher makes of the images.
     *
     * @param own    its scores in the order of its own classes
     * @param scores the same in the order of the student's
     */
    record Scores(Value own, Value scores) {}

    /** Adds the teacher; the images are those of the student, normalised in its way. */
    Scores addTo(GraphBuilder graph, Value images) {
        Model model = teacher.network().model();
        Value input = images;
        Shape size = images.type().shape();
        if (size.extent(2) != model.height() || size.extent(3) != model.width()) {
            input = ImageFunctions.resize(graph, INPUT, input, model.height(), model.width(),
                    ImageFunctions.Interpolation.BILINEAR);
        }
        Formula f = new Formula(graph, INPUT);
        if (changesImages()) {
            input = f.add(f.multiply(input, lent(graph, SCALE, Shape.of(1, scale.length, 1, 1))),
                    lent(graph, SHIFT, Shape.of(1, scale.length, 1, 1)));
        }
        Graph network = Inference.of(teacher.network().graph(Math.toIntExact(size.extent(0))));
        Value own = Objects.requireNonNull(graph.replay(network, DistilledGraph.TEACHER,
                Map.of(GraphNetwork.INPUT, input)).get(GraphNetwork.OUTPUT));
        return new Scores(own, !isPermuted() ? own : new Formula(graph, DistilledGraph.PREFIX + ".classes").apply(
                MatMul.plain(), own, lent(graph, PERMUTATION, Shape.of(numbers.length, numbers.length))));
    }

    static Value lent(GraphBuilder graph, String name, Shape shape) {
        return graph.variable(new Variable(name, shape, Variable.Kind.BUFFER, Initializers.constant(0)), DType.F32);
    }
}
