package dev.gatun.train.classification;

import dev.gatun.data.image.ImageDataset;
import dev.gatun.model.Model;
import dev.gatun.train.Predictions;
import dev.gatun.train.TrainedModel;
import dev.gatun.train.task.ClassMapping;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * How well a model classifies images.
 *
 * <pre>{@code
 * ClassificationReport report = ClassificationReport.of(model, data.test(), 10);
 * report.confusion().f1(3);
 * report.worst().forEach(image -> IO.println(image.name() + " is no " + image.predicted()));
 * }</pre>
 *
 * @param confusion what was predicted as what
 * @param top5      share of images whose class is among the five likeliest; NaN for five classes or fewer
 * @param worst     images whose own class the model gives the least probability, the worst first
 */
public record ClassificationReport(ConfusionMatrix confusion, double top5, List<JudgedImage> worst) {
    private static final int TOP = 5;

    /** Copies the list. */
    public ClassificationReport {
        worst = List.copyOf(worst);
    }

    /**
     * Measures a model on images, whose classes are matched with the model's by name.
     *
     * @param worst number of the worst images to list
     * @throws IllegalArgumentException     when the model does not classify images of this kind
     * @throws dev.gatun.data.DataException when images are of a class that the model does not have
     */
    public static ClassificationReport of(TrainedModel model, ImageDataset images, int worst) {
        List<String> names = model.images().classNames();
        int[] numbers = new ClassMapping(names, images).numbers();
        Predictions probabilities = model.predict(Model.PROBABILITIES, images);
        ConfusionMatrix confusion = new ConfusionMatrix(names);
        // The least bad of the worst so far comes first, to be replaced; of equals the later one.
        PriorityQueue<JudgedImage> kept = new PriorityQueue<>(
                Comparator.comparingDouble(JudgedImage::actualProbability).thenComparingInt(JudgedImage::index)
                        .reversed());
        long amongTop = 0;
        for (int i = 0; i < images.size(); i++) {
            int actual = numbers[images.label(i)];
            int predicted = probabilities.largest(i);
            float[] row = probabilities.of(i);
            confusion.add(actual, predicted);
            amongTop += rank(row, actual) < TOP ? 1 : 0;
            if (worst > 0 && (kept.size() < worst || row[actual] < kept.element().actualProbability())) {
                kept.add(new JudgedImage(
                        i, images.imageName(i), names.get(actual), names.get(predicted), row[actual], row[predicted]));
                if (kept.size() > worst) {
                    kept.remove();
                }
            }
        }
        return new ClassificationReport(confusion,
                names.size() <= TOP ? Double.NaN : (double) amongTop / images.size(),
                kept.stream().sorted(kept.comparator().reversed()).toList());
    }

    /** How many classes are likelier; of equals that of the lower number comes first. */
    private static int rank(float[] probabilities, int actual) {
        int rank = 0;
        for (int c = 0; c < probabilities.length; c++) {
            float own = probabilities[actual];
            rank += probabilities[c] > own || (probabilities[c] == own && c < actual) ? 1 : 0;
        }
        return rank;
    }
}
