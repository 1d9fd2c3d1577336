package dev.gatun.cli.predict;

import dev.gatun.cli.terminal.Output;
import dev.gatun.data.image.UnlabelledImages;
import dev.gatun.io.json.Json;
import dev.gatun.train.prediction.ClassProbability;
import dev.gatun.train.prediction.ImagePrediction;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** How predictions are written. */
enum PredictionFormat {
    /** A table for people: a line for each class, the image's name on the first. */
    TEXT {
        @Override
        PredictionWriter writer(Consumer<String> lines, UnlabelledImages images, List<String> classes) {
            int image = widest("image",
                    IntStream.range(0, images.size()).mapToObj(images::file).map(Output::printable).toList());
            int name = widest("class", classes);
            lines.accept(padded("image", image) + "  " + padded("class", name) + "  probability");
            return prediction -> {
                String first = Output.printable(prediction.image());
                for (ClassProbability each : prediction.classes()) {
                    lines.accept(padded(first, image) + "  " + padded(Output.printable(each.name()), name)
                            + String.format(Locale.ROOT, "  %9.2f %%", 100 * each.probability()));
                    first = "";
                }
            };
        }
    },

    /** An object on a line for each image. */
    JSON {
        @Override
        PredictionWriter writer(Consumer<String> lines, UnlabelledImages images, List<String> classes) {
            return prediction -> lines.accept(Json.write(object(prediction)));
        }
    },

    /** RFC 4180's, but for the ends of lines: a record for each class of each image. */
    CSV {
        @Override
        PredictionWriter writer(Consumer<String> lines, UnlabelledImages images, List<String> classes) {
            lines.accept("image,rank,class,number,probability");
            return prediction -> {
                int rank = 1;
                for (ClassProbability each : prediction.classes()) {
                    lines.accept(quoted(prediction.image()) + "," + rank++ + "," + quoted(each.name()) + ","
                            + each.number() + "," + each.probability());
                }
            };
        }
    };

    /** Begins to write. */
    abstract PredictionWriter writer(Consumer<String> lines, UnlabelledImages images, List<String> classes);

    private static Map<String, Object> object(ImagePrediction prediction) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("image", prediction.image());
        object.put("classes", prediction.classes().stream().map(each -> {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("class", each.name());
            one.put("number", each.number());
            one.put("probability", each.probability());
            return one;
        }).toList());
        return object;
    }

    private static String quoted(String text) {
        return text.matches("(?s).*[\",\r\n].*") ? '"' + text.replace("\"", "\"\"") + '"' : text;
    }

    private static int widest(String head, List<String> texts) {
        return Math.max(head.length(), texts.stream().mapToInt(String::length).max().orElse(0));
    }

    private static String padded(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }
}
