package dev.gatun.train;

/** How much of a {@code state_dict} has to fit a model. */
public enum WeightsPart {
    /** Every tensor, as with PyTorch's {@code strict=True}. */
    WHOLE,
    /**
     * Every tensor but those of the head, the last layer that has variables: it begins anew, so that the classes may be
     * others.
     */
    BODY,
    /** What has the name and the shape of a variable, one at least; all other variables begin anew. */
    MATCHING
}
