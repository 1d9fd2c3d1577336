package dev.gatun.cli.run;

import dev.gatun.data.DataOptions;
import dev.gatun.data.Validation;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How many images of its data a run uses, and for what.
 *
 * @param limit      the most training images, those for validation included where they are held out; 0 for all
 * @param testLimit  the most test images, 0 for all
 * @param validation the images for validation
 */
public record RunSplits(int limit, int testLimit, Validation validation) {
    /** All of them. */
    public static final RunSplits ALL = new RunSplits(0, 0, new Validation.Given());

    private static final String LIMIT = "limit";
    private static final String TEST_LIMIT = "test_limit";
    private static final String VALIDATION = "validation";

    DataOptions applyTo(DataOptions options) {
        return options.withLimit(limit).withTestLimit(testLimit).withValidation(validation);
    }

    Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put(LIMIT, limit);
        json.put(TEST_LIMIT, testLimit);
        json.put(VALIDATION, validation.text());
        return json;
    }

    static RunSplits read(JsonFields fields) {
        return new RunSplits(fields.count(LIMIT, 0), fields.count(TEST_LIMIT, 0),
                fields.parsed(VALIDATION, Validation::parse));
    }
}
