package dev.gatun.train;

/**
 * How a model does on a set of images.
 *
 * @param loss    mean loss
 * @param correct images classified correctly
 * @param images  all images
 */
public record Evaluation(double loss, long correct, long images) {
    /** Share of images classified correctly. */
    public double accuracy() {
        return images == 0 ? Double.NaN : (double) correct / images;
    }
}
