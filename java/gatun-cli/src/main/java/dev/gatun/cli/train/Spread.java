package dev.gatun.cli.train;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How a number varies from run to run.
 *
 * @param deviation standard deviation, by one less than the number of runs; NaN for one run
 */
record Spread(double mean, double deviation, double least, double most) {
    static Spread of(List<Double> values) {
        double mean = values.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
        double squares = values.stream().mapToDouble(value -> (value - mean) * (value - mean)).sum();
        return new Spread(mean, values.size() < 2 ? Double.NaN : Math.sqrt(squares / (values.size() - 1)),
                values.stream().mapToDouble(Double::doubleValue).min().orElse(Double.NaN),
                values.stream().mapToDouble(Double::doubleValue).max().orElse(Double.NaN));
    }

    Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("mean", mean);
        if (!Double.isNaN(deviation)) {
            json.put("deviation", deviation);
        }
        json.put("least", least);
        json.put("most", most);
        return json;
    }
}
