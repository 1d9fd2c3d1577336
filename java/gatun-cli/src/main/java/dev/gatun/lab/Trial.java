package dev.gatun.lab;

import dev.gatun.data.image.disturbance.Disturbance;
import dev.gatun.update.Hyperparameters;
import dev.gatun.update.Scheduled;
import java.util.ArrayList;
import java.util.List;

/**
 * A training run.
 *
 * @param contender   optimizer
 * @param rateFactor  factor of its default learning rate
 * @param disturbance disturbance of the training images
 * @param seed        seed of all randomness
 */
public record Trial(Contender contender, double rateFactor, Disturbance disturbance, long seed) {
    /** Undisturbed training images. */
    public static final Disturbance CLEAN = new Disturbance.None();

    static Trial clean(Contender contender, long seed) {
        return new Trial(contender, 1, CLEAN, seed);
    }

    /** The first seed's run with another learning rate. */
    static Trial rate(Contender contender, double factor) {
        return new Trial(contender, factor, CLEAN, 1);
    }

    static Trial disturbed(Contender contender, Disturbance disturbance, long seed) {
        return new Trial(contender, 1, disturbance, seed);
    }

    /** All runs of a study, those first that say most when it is cut. */
    static List<Trial> all(List<Contender> contenders, LabOptions options) {
        List<Trial> trials = new ArrayList<>();
        List<Disturbance> disturbances = new ArrayList<>(List.of(CLEAN));
        options.labelNoise().forEach(rate -> disturbances.add(new Disturbance.LabelNoise(rate)));
        options.inputNoise().forEach(deviation -> disturbances.add(new Disturbance.InputNoise(deviation)));
        disturbances.add(new Disturbance.Imbalance(options.imbalance()));
        for (Disturbance disturbance : disturbances) {
            for (Contender contender : contenders) {
                for (long seed = 1; seed <= options.seeds(); seed++) {
                    trials.add(disturbed(contender, disturbance, seed));
                }
            }
        }
        for (double factor : options.rateFactors()) {
            contenders.forEach(contender -> trials.add(rate(contender, factor)));
        }
        return trials;
    }

    /** The numbers it trains with. */
    Hyperparameters numbers() {
        return contender.numbers().with(Scheduled.LEARNING_RATE, learningRate());
    }

    /** Returns the learning rate. */
    public double learningRate() {
        return contender.numbers().learningRate() * rateFactor;
    }

    /** Whether nothing but the seed is special: these runs are measured while they go on. */
    boolean isPlain() {
        return rateFactor == 1 && disturbance.equals(CLEAN);
    }

    /** Returns a description: {@code adam, label noise 0.2, seed 2}. */
    public String label() {
        String rate = rateFactor == 1 ? "" : ", learning rate " + Texts.number(learningRate());
        return contender.name() + (disturbance.equals(CLEAN) ? "" : ", " + disturbance) + rate + ", seed " + seed;
    }
}
