package dev.gatun.train.classification;

/**
 * An image, what it is and what the model takes it for.
 *
 * @param index                its index in the data set
 * @param name                 its file, or a name by its number
 * @param actual               name of its class
 * @param predicted            name of the class that is likeliest by the model
 * @param actualProbability    probability of its class by the model
 * @param predictedProbability probability of the likeliest class
 */
public record JudgedImage(
        int index, String name, String actual, String predicted, double actualProbability,
        double predictedProbability) {
    /** Returns the cross-entropy of the image; infinite where the model gives its class no probability. */
    public double loss() {
        return -Math.log(actualProbability);
    }

    /** Returns whether the model is right. */
    public boolean isCorrect() {
        return actual.equals(predicted);
    }
}
