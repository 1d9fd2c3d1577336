package dev.gatun.compress.distill;

import dev.gatun.data.image.Normalization;
import dev.gatun.graph.Graph;
import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.nn.Formula;
import dev.gatun.nn.Layer;
import dev.gatun.nn.loss.CrossEntropy;
import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Adds to the graph of a student what it is distilled by: the teacher in its inference form, whose variables are named
 * {@code teacher.<name>} and lent by another memory, the terms of the loss, and their sum. Variables that only training
 * needs, those of adapters and inner classifiers, are named {@code distill.<name>}, and those of the second network of
 * mutual learning {@code peer.<name>}; weights that move over the run are lent scalars, so that nothing is compiled
 * again.
 */
public final class DistilledGraph {
    /** What the names of the teacher's variables and nodes begin with. */
    public static final String TEACHER = "teacher";
    /** What the names of all else that distillation adds begin with. */
    public static final String PREFIX = "distill";
    /** What the names of the second network of mutual learning begin with. */
    public static final String PEER = "peer";
    /** The input of cached scores of the teacher, {@code (N, classes)}. */
    public static final String SCORES = "teacher_scores";

    private static final String WEIGHT = PREFIX + ".weight.";

    private final Distillation distillation;
    private final Student student;
    private final @Nullable LentTeacher teacher;
    private final Map<String, Ramp> ramps = new LinkedHashMap<>();

    /**
     * What is trained.
     *
     * @param network       images to scores
     * @param classNames    name of each class, by number
     * @param normalization how its images are normalised
     */
    public record Student(Layer network, List<String> classNames, Normalization normalization) {
        public Student {
            classNames = List.copyOf(classNames);
        }
    }

    /**
     * The values of a student's graph that distillation reads.
     *
     * @param images {@code (N, channels, height, width)}
     * @param scores {@code (N, classes)}
     * @param labels {@code (N)} of i32
     * @param loss   the loss without distillation, a scalar
     */
    public record Known(Value images, Value scores, Value labels, Value loss) {}

    /**
     * Checks that a teacher fits a student.
     *
     * @param teacher null where no term needs one
     * @throws IllegalArgumentException when it is missing, not needed, reads other channels, or has other classes
     */
    public DistilledGraph(Distillation distillation, Student student, @Nullable Teacher teacher) {
        this.distillation = distillation;
        this.student = student;
        if (teacher == null && distillation.needsTeacher()) {
            throw new IllegalArgumentException("distillation by " + distillation.text() + " needs a teacher: give one");
        }
        if (teacher != null && !distillation.needsTeacher()) {
            throw new IllegalArgumentException("a teacher is given, but " + distillation.text()
                    + " learns from none: leave it out, or name a method such as kd:t=4");
        }
        this.teacher = teacher == null ? null : new LentTeacher(teacher, student);
        addRamp("labels", distillation.labels());
        for (int i = 0; i < distillation.terms().size(); i++) {
            addRamp(Integer.toString(i), distillation.terms().get(i).weight());
        }
    }

    private void addRamp(String name, Ramp ramp) {
        if (!ramp.isConstant()) {
            ramps.put(WEIGHT + name, ramp);
        }
    }

    /** Returns the weights that move over the run, by the name of the scalar variable that holds each. */
    public Map<String, Ramp> ramps() {
        return Map.copyOf(ramps);
    }

    /** Returns the names that begin so are of variables that only training needs. */
    public static boolean isForTrainingOnly(String variable) {
        return variable.startsWith(PREFIX + ".") || variable.startsWith(PEER + ".");
    }

    /** Returns whether the teacher is a part of the graph, and not cached or without use. */
    public boolean computesTeacher() {
        return teacher != null && distillation.source() == Distillation.Source.COMPUTED;
    }

    /** Returns whether the graph reads the teacher's scores from its input {@link #SCORES}. */
    public boolean readsCache() {
        return teacher != null && !computesTeacher();
    }

    /**
     * Returns the graph whose variables are to be lent to the student's: the teacher and the weights that move; empty
     * where there are none.
     *
     * @param images type of a batch of the student's images
     */
    public Graph lending(TensorType images) {
        GraphBuilder graph = new GraphBuilder();
        if (computesTeacher()) {
            graph.output(SCORES, teacherScores(graph, images));
        }
        ramps.keySet().forEach(name -> graph.output(name, new Formula(graph, name).times(1,
                LentTeacher.lent(graph, name, Shape.of()))));
        return graph.build();
    }

    /** Adds the teacher on an input of the student's images; returns its scores in the order of their classes. */
    public Value teacherScores(GraphBuilder graph, TensorType images) {
        if (teacher == null) {
            throw new IllegalStateException("there is no teacher");
        }
        return teacher.addTo(graph, graph.input("images", images)).scores();
    }

    /** Returns the values of the teacher's variables, by their name in the student's graph. */
    public Map<String, float[]> teacherValues() {
        return teacher == null ? Map.of() : teacher.values();
    }

    /**
     * Adds all terms to a student's graph.
     *
     * @return the weighted sum, a scalar
     * @throws IllegalArgumentException when there is no layer of a name, or features do not fit together
     */
    public Value objective(GraphBuilder graph, Known known) {
        Pass pass = new Pass(graph, known);
        List<Value> parts = new ArrayList<>();
        pass.weigh(parts, "labels", distillation.labels(), pass.labels());
        for (int i = 0; i < distillation.terms().size(); i++) {
            Term term = distillation.terms().get(i);
            try {
                pass.weigh(parts, Integer.toString(i), term.weight(), pass.term(PREFIX + "." + i, term));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("distillation by " + MethodKind.of(term.method()).word() + ": "
                        + e.getMessage(), e);
            }
        }
        return parts.stream().reduce((a, b) -> pass.formula.add(a, b)).orElseThrow(() ->
                new IllegalArgumentException("all weights of the distillation are 0: nothing would be learnt"));
    }

    /** The making of one graph. */
    private final class Pass {
        final GraphBuilder graph;
        final Known known;
        final Formula formula;
        final NamedLayers layers;
        final NamedLayers teacherLayers;
        final @Nullable Value teacherScores;
        final @Nullable Value teacherOwn;
        final @Nullable Value peerScores;

        Pass(GraphBuilder graph, Known known) {
            this.graph = graph;
            this.known = known;
            formula = new Formula(graph, PREFIX);
            layers = new NamedLayers("student", graph.build().nodes(), "");
            LentTeacher lent = teacher;
            if (lent != null && computesTeacher()) {
                LentTeacher.Scores scores = lent.addTo(graph, known.images);
                teacherOwn = scores.own();
                teacherScores = scores.scores();
            } else {
                teacherOwn = null;
                teacherScores = teacher == null ? null : graph.input(SCORES, known.scores.type());
            }
            teacherLayers = new NamedLayers("teacher", graph.build().nodes().stream()
                    .filter(node -> node.name().startsWith(TEACHER + ".")).toList(), TEACHER + ".");
            peerScores = distillation.terms().stream().anyMatch(term -> term.method() instanceof MutualLearning)
                    ? student.network.apply(graph, PEER, known.images) : null;
        }

        /** The loss of the labels, with that of the second network of mutual learning. */
        Value labels() {
            return peerScores == null ? known.loss
                    : formula.add(known.loss, new CrossEntropy().apply(graph, PREFIX + ".peer", peerScores,
                            known.labels));
        }

        void weigh(List<Value> parts, String name, Ramp weight, Value part) {
            if (!weight.isConstant()) {
                parts.add(formula.multiply(part, LentTeacher.lent(graph, WEIGHT + name, Shape.of())));
            } else if (weight.from() > 0) {
                parts.add(weight.from() == 1 ? part : formula.times(weight.from(), part));
            }
        }

        Value term(String name, Term term) {
            return switch (term.method()) {
                case SoftLabels method -> method.apply(graph, name, known.scores, given(teacherScores));
                case ScoreDistance method -> method.apply(graph, name, known.scores, given(teacherScores));
                case Comparison method when term.layers().isEmpty() -> {
                    Graph all = graph.build();
                    yield method.apply(graph, name, layers.embedding(all, known.scores),
                            teacherLayers.embedding(all, given(teacherOwn)));
                }
                case Comparison method -> sum(name, term.layers(), (each, pair) -> method.apply(graph, each,
                        layers.output(pair.student()), teacherLayers.output(pair.teacher())));
                case SolutionFlow method -> flows(name, method, term.layers());
                case DeeperExits method -> sum(name, term.layers(), (each, pair) -> method.apply(graph, each,
                        layers.output(pair.student()), known.scores, known.labels));
                case MutualLearning method -> method.apply(graph, name, known.scores, given(peerScores));
            };
        }

        private Value flows(String name, SolutionFlow method, List<LayerPair> pairs) {
            List<SolutionFlow.Layers> ours = new ArrayList<>();
            List<SolutionFlow.Layers> theirs = new ArrayList<>();
            for (int i = 1; i < pairs.size(); i++) {
                ours.add(new SolutionFlow.Layers(layers.output(pairs.get(i - 1).student()),
                        layers.output(pairs.get(i).student())));
                theirs.add(new SolutionFlow.Layers(teacherLayers.output(pairs.get(i - 1).teacher()),
                        teacherLayers.output(pairs.get(i).teacher())));
            }
            Value sum = method.apply(graph, name, ours.getFirst(), theirs.getFirst());
            for (int i = 1; i < ours.size(); i++) {
                sum = formula.add(sum, method.apply(graph, name, ours.get(i), theirs.get(i)));
            }
            return sum;
        }

        private Value sum(String name, List<LayerPair> pairs, OfPair each) {
            return Stream.iterate(0, i -> i < pairs.size(), i -> i + 1)
                    .map(i -> each.loss(pairs.size() == 1 ? name : name + "." + i, pairs.get(i)))
                    .reduce((a, b) -> formula.add(a, b)).orElseThrow();
        }

        private static Value given(@Nullable Value value) {
            if (value == null) {
                throw new IllegalStateException("there is no teacher in the graph");
            }
            return value;
        }
    }

    /** The loss of one pair of layers. */
    @FunctionalInterface
    private interface OfPair {
        Value loss(String name, LayerPair pair);
    }
}
