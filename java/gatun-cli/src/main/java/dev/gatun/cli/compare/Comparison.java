package dev.gatun.cli.compare;

import dev.gatun.cli.terminal.Output;
import dev.gatun.cli.terminal.TextTable;
import dev.gatun.data.DataException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Two models' answers for the same images, side by side. */
record Comparison(Answers first, Answers second, McNemar test) {
    /** The usual level of significance. */
    private static final double LEVEL = 0.05;

    /**
     * Compares answers.
     *
     * @throws DataException when they are not for the same images
     */
    static Comparison of(Answers first, Answers second) {
        if (!first.digest().equals(second.digest()) || !Arrays.equals(first.labels(), second.labels())) {
            throw new DataException(second.run().toString(), "its test images, " + second.data()
                    + ", are not those of " + first.run() + ", " + first.data(), "name the data for both: --data PATH");
        }
        return new Comparison(first, second, new McNemar(first.alone(second), second.alone(first)));
    }

    void report(Output output) {
        output.fact("data", first.data() + ": " + first.labels().length + " images");
        output.fact("A", text(first));
        output.fact("B", text(second));
        TextTable table = new TextTable("class", ">images", ">A", ">B", ">B - A");
        for (int label = 0; label < first.names().size(); label++) {
            if (first.images(label) > 0) {
                double a = first.accuracy(label);
                double b = second.accuracy(label);
                table.row(first.names().get(label), Integer.toString(first.images(label)), percent(a), percent(b),
                        String.format(Locale.ROOT, "%+.2f", 100 * (b - a)));
            }
        }
        table.lines().forEach(output.out()::println);
        double p = test.pValue();
        output.fact("test", String.format(Locale.ROOT, "A alone is right on %d images, B alone on %d: McNemar's exact"
                + " test gives p = %.3g, %s at 5 %%", test.onlyFirst(), test.onlySecond(), p,
                p < LEVEL ? "a significant difference" : "no significant difference"));
    }

    private static String text(Answers answers) {
        return String.format(Locale.ROOT, "%s: %s after %d steps, accuracy %s (%d of %d images)", answers.run(),
                answers.model(), answers.step(), percent(answers.accuracy()), answers.right().cardinality(),
                answers.labels().length);
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.2f %%", 100 * share);
    }

    Map<String, Object> toJson() {
        List<Object> classes = new ArrayList<>();
        for (int label = 0; label < first.names().size(); label++) {
            if (first.images(label) > 0) {
                Map<String, Object> one = new LinkedHashMap<>();
                one.put("class", first.names().get(label));
                one.put("images", first.images(label));
                one.put("accuracy_a", first.accuracy(label));
                one.put("accuracy_b", second.accuracy(label));
                classes.add(one);
            }
        }
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("data", first.data());
        json.put("images", first.labels().length);
        json.put("run_a", first.run().toString());
        json.put("run_b", second.run().toString());
        json.put("accuracy_a", first.accuracy());
        json.put("accuracy_b", second.accuracy());
        json.put("classes", classes);
        json.put("only_a_right", test.onlyFirst());
        json.put("only_b_right", test.onlySecond());
        json.put("mcnemar_p", test.pValue());
        return json;
    }
}
