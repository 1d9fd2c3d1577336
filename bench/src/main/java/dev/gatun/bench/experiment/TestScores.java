package dev.gatun.bench.experiment;

import dev.gatun.model.Model;
import dev.gatun.train.Trainer;
import dev.gatun.train.task.Outputs;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * What a classifier makes of the test images.
 *
 * @param logits logarithm of each class's probability for each image: its score but for a constant of the image
 * @param labels true class of each image
 */
record TestScores(double[][] logits, int[] labels) {
    static TestScores of(Trainer trainer, int images, int classes) {
        double[][] logits = new double[images][classes];
        int[] labels = new int[images];
        trainer.evaluate((done, all, batch) -> {
            read(batch, (int) done - batch.size(), logits, labels);
            return true;
        });
        return new TestScores(logits, labels);
    }

    private static void read(Outputs batch, int first, double[][] logits, int[] labels) {
        MemorySegment probabilities = batch.fetch(Model.PROBABILITIES);
        for (int i = 0; i < batch.size(); i++) {
            for (int c = 0; c < logits[first + i].length; c++) {
                logits[first + i][c] = Math.log(probabilities.getAtIndex(ValueLayout.JAVA_FLOAT,
                        (long) i * logits[first + i].length + c));
            }
        }
        MemorySegment truth = batch.fetch(Model.LABELS);
        for (int i = 0; i < batch.size(); i++) {
            labels[first + i] = truth.getAtIndex(ValueLayout.JAVA_INT, i);
        }
    }

    /**
     * Returns the number of images that are classified wrongly.
     *
     * @param only counts the images of this class; -1 for all
     * @param biased class whose score is raised
     * @param bias  by how much
     */
    int errors(int only, int biased, double bias) {
        int errors = 0;
        for (int i = 0; i < labels.length; i++) {
            if ((only < 0 || labels[i] == only) && decide(logits[i], biased, bias) != labels[i]) {
                errors++;
            }
        }
        return errors;
    }

    int errors() {
        return errors(-1, 0, 0);
    }

    int count(int label) {
        int count = 0;
        for (int each : labels) {
            count += each == label ? 1 : 0;
        }
        return count;
    }

    private static int decide(double[] scores, int biased, double bias) {
        int best = 0;
        double highest = Double.NEGATIVE_INFINITY;
        for (int c = 0; c < scores.length; c++) {
            double score = scores[c] + (c == biased ? bias : 0);
            if (score > highest) {
                highest = score;
                best = c;
            }
        }
        return best;
    }
}
