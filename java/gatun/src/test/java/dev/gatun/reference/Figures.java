package dev.gatun.reference;

import dev.gatun.shape.DType;
import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What the scripts in {@code golden} write: cases, each of named tensors. */
final class Figures {
    /** A tensor of a case. */
    record Tensor(TensorType type, List<Double> elements) {
        double[] values() {
            return elements.stream().mapToDouble(Double::doubleValue).toArray();
        }
    }

    private Figures() {}

    /** The cases by name; of each, {@code input0, input1, ..., output, diff, gradient0, ...}. */
    static Map<String, Map<String, Tensor>> read(String name) throws IOException {
        Map<String, Map<String, Tensor>> cases = new LinkedHashMap<>();
        try (InputStream file = Objects.requireNonNull(Figures.class.getResourceAsStream(name));
                BufferedReader lines = new BufferedReader(new InputStreamReader(file, StandardCharsets.UTF_8))) {
            for (String line : (Iterable<String>) lines.lines()::iterator) {
                String[] words = line.split(" ");
                long[] extents = words[3].equals("scalar") ? new long[0]
                        : Arrays.stream(words[3].split("x")).mapToLong(Long::parseLong).toArray();
                List<Double> values = Arrays.stream(words).skip(4).map(Double::valueOf).toList();
                cases.computeIfAbsent(words[0], _ -> new LinkedHashMap<>()).put(words[1],
                        new Tensor(new TensorType(DType.valueOf(words[2]), Shape.of(extents)), values));
            }
        }
        return cases;
    }
}
