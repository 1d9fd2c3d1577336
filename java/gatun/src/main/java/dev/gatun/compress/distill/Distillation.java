package dev.gatun.compress.distill;

import dev.gatun.options.WithMethods;
import java.util.List;

/**
 * What a student is trained by: the sum of the loss of the labels and of terms of distillation, each with a weight that
 * may move over the run.
 *
 * <pre>{@code
 * Distillation soft = Distillation.parse("labels:weight=0.1+kd:t=4:weight=0.9");
 * }</pre>
 *
 * @param labels weight of the loss without distillation, of the true labels
 * @param source how the teacher's scores are found
 * @param terms  terms of distillation; none where a run is trained by labels alone
 */
@WithMethods
public record Distillation(Ramp labels, Source source, List<Term> terms) implements DistillationBuilder.With {
    /** No distillation. */
    public static final Distillation NONE = new Distillation(Ramp.ONE, Source.COMPUTED, List.of());

    /** Soft labels at temperature 4 with a weight of 0.9, and the labels with 0.1, as is usual for images. */
    public static final Distillation SOFT_LABELS = new Distillation(Ramp.constant(0.1), Source.COMPUTED,
            List.of(Term.of(new SoftLabels(4)).weighing(0.9)));

    /** How the teacher's scores are found. */
    public enum Source {
        /** The teacher is computed in each step, on the images as the student sees them. */
        COMPUTED,
        /**
         * The teacher is computed once on each image, before the run: for methods that read its scores only, and images
         * that are not augmented.
         */
        CACHED
    }

    /**
     * Checks that cached scores are all that is needed where they are asked for, and that one method of a kind that
     * adds a second network stands once.
     *
     * @throws IllegalArgumentException otherwise
     */
    public Distillation {
        terms = List.copyOf(terms);
        if (source == Source.CACHED) {
            for (Term term : terms) {
                if (!(term.method() instanceof SoftLabels || term.method() instanceof ScoreDistance)) {
                    throw new IllegalArgumentException("cached are the teacher's scores only, and "
                            + MethodKind.of(term.method()).word() + " needs more: leave out \"cached\"");
                }
            }
        }
        if (terms.stream().filter(term -> term.method() instanceof MutualLearning).count() > 1) {
            throw new IllegalArgumentException("mutual learning stands twice: one network learns from one other");
        }
    }

    /**
     * Returns a distillation of equally weighted labels and terms.
     *
     * @throws IllegalArgumentException when they do not fit together
     */
    public static Distillation of(Term... terms) {
        return NONE.withTerms(List.of(terms));
    }

    /** Returns whether there is a term. */
    public boolean isActive() {
        return !terms.isEmpty();
    }

    /** Returns whether a term needs a teacher. */
    public boolean needsTeacher() {
        return terms.stream().anyMatch(term -> term.method().needsTeacher());
    }

    /**
     * Reads terms joined by plus signs, each a word and settings after colons, in any order:
     * <ul>
     *   <li>{@code labels:weight=0.1}: the weight of the labels, 1 if it is left out;
     *   <li>{@code cached}: {@link Source#CACHED};
     *   <li>{@code kd:t=4}, {@link SoftLabels}; {@code logits}, {@link ScoreDistance};
     *   <li>{@code hint:layers=conv2>conv4}, {@link Hint}; {@code at:p=2:layers=layer1,layer2},
     *       {@link AttentionTransfer}; {@code fsp:layers=layer1,layer2}, {@link SolutionFlow} of each two that follow
     *       each other;
     *   <li>{@code rkd-distance}, {@link RelationalDistance}; {@code rkd-angle}, {@link RelationalAngle}; {@code sp},
     *       {@link SimilarityPreserving}; {@code cc:gamma=0.4:order=2}, {@link CorrelationCongruence}; of
     *       {@code layers=...}, or else of the input of the last layer;
     *   <li>{@code self:t=3:alpha=0.3:layers=layer1}, {@link DeeperExits}; {@code mutual:t=1}, {@link MutualLearning}.
     * </ul>
     * Each may have {@code weight=0.9}, or {@code weight=1..0}, which moves linearly over the run. The word
     * {@code none} is {@link #NONE}.
     *
     * @throws IllegalArgumentException with one line that says what would have been valid
     */
    public static Distillation parse(String text) {
        return DistillationText.parse(text);
    }

    /** Returns a text from which {@link #parse} creates an equal distillation. */
    public String text() {
        return DistillationText.text(this);
    }
}
