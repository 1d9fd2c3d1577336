package dev.gatun.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatun.io.json.Json;
import dev.gatun.memory.NoLeaks;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Each field of each file of a run is removed, and becomes values of other types and at its limits: one line says file
 * and field, or the run goes on as if nothing had happened. That is so with a checksum made anew, too.
 */
@ExtendWith(NoLeaks.class)
class EditedRunTest {
    private static final List<Object> VALUES = Arrays.asList(null, "", "NUL \0", "NaN", true, -1L, 0L, 1L, 0.5,
            1L << 31, Long.MAX_VALUE, Long.MIN_VALUE, BigInteger.TWO.pow(70), 1e308, List.of(-1L),
            Map.of("unknown", 1L));

    private static final String STATE = "checkpoints/step-00000005/state.json";

    private static final int VALUES_EACH = 4;

    /** Refused in one line: data, storage, checkpoint, device and memory. */
    private static final List<Integer> REFUSED = List.of(3, 4, 5, 7, 8);

    @TempDir
    static Path folder;

    private static Path cut;
    private static Path whole;
    private static int runs;
    private static int turn;

    @BeforeAll
    static void train() throws IOException {
        Path data = TinyImages.write(folder.resolve("data"));
        String options = "train --quiet --model mlp --epochs 2 --threads 1 --batch-size 32 --data " + data
                + " --optimizer sgd --lr 0.01 --schedule plateau:patience=0 --warmup 20% --loss-scale dynamic"
                + " --clip-norm 1 --swa 1,0.01 --lookahead --output ";
        whole = folder.resolve("whole");
        assertThat(Cli.run(options + whole)).isEqualTo(new Cli(0, "", ""));
        cut = folder.resolve("cut");
        assertThat(Cli.run(options + cut + " --stop-after-steps 5").code()).isEqualTo(130);
    }

    /** A copy of the run with another file in it. */
    private static Path edited(String file, byte[] content) throws IOException {
        Path copy = folder.resolve("copy-" + runs++);
        try (Stream<Path> all = Files.walk(cut)) {
            for (Path each : all.toList()) {
                Files.copy(each, copy.resolve(cut.relativize(each)), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        Files.write(copy.resolve(file), content);
        return copy;
    }

    private static void delete(Path copy) throws IOException {
        try (Stream<Path> all = Files.walk(copy)) {
            for (Path each : all.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(each);
            }
        }
    }

    /** A file of a run with the checksum of what it holds now. */
    static String sealed(Map<String, Object> json) {
        json.remove("crc32c");
        CRC32C crc = new CRC32C();
        crc.update(Json.write(Json.parseObject(Json.write(json), "")).getBytes(StandardCharsets.UTF_8));
        json.put("crc32c", "%08x".formatted(crc.getValue()));
        return Json.pretty(json);
    }

    /** Where fields are: those of objects in objects too, and the elements of lists. */
    private static void places(Object value, List<Object> prefix, List<List<Object>> places) {
        if (value instanceof Map<?, ?> map) {
            map.forEach((key, inner) -> place(inner, prefix, key, places));
        } else if (value instanceof List<?> list) {
            for (int i = 0; i < list.size(); i++) {
                place(list.get(i), prefix, i, places);
            }
        }
    }

    private static void place(Object inner, List<Object> prefix, Object last, List<List<Object>> places) {
        List<Object> path = new ArrayList<>(prefix);
        path.add(last);
        places.add(path);
        if (last.equals("kernels")) { // one of them stands for all
            Map<?, ?> kernels = (Map<?, ?>) inner;
            place("", path, kernels.keySet().iterator().next(), places);
        } else {
            places(inner, path, places);
        }
    }

    /** An object in which a field has another value; none where that is this. */
    private static final Object REMOVED = new Object();

    @SuppressWarnings("unchecked")
    private static Object with(@Nullable Object value, List<Object> place, @Nullable Object other) {
        List<Object> rest = place.subList(1, place.size());
        if (value instanceof Map<?, ?> map) {
            Map<Object, Object> copy = new LinkedHashMap<>(map);
            if (!rest.isEmpty()) {
                copy.put(place.getFirst(), with(map.get(place.getFirst()), rest, other));
            } else if (REMOVED.equals(other)) {
                copy.remove(place.getFirst());
            } else {
                copy.put(place.getFirst(), other);
            }
            return copy;
        }
        List<Object> copy = new ArrayList<>((List<Object>) Objects.requireNonNull(value));
        int index = (Integer) place.getFirst();
        if (!rest.isEmpty()) {
            copy.set(index, with(copy.get(index), rest, other));
        } else if (REMOVED.equals(other)) {
            copy.remove(index);
        } else {
            copy.set(index, other);
        }
        return copy;
    }

    /** What is not as it should be; empty where the run is refused in one line, or goes on to the same end. */
    private static String fault(String file, List<Object> place, byte[] content, boolean sealed) throws IOException {
        Path copy = edited(file, content);
        Cli cli = Cli.run("train --quiet --resume " + copy);
        String said = cli.err().strip();
        String fault = "";
        if (REFUSED.contains(cli.code())) {
            String name = file.substring(file.lastIndexOf('/') + 1);
            // Values that are valid, but not together, are refused where they meet: a folder, or the data.
            boolean named = said.contains(name)
                    || place.stream().filter(String.class::isInstance).anyMatch(each -> said.contains((String) each))
                    || (sealed && (said.contains(copy.toString()) || said.contains(folder.resolve("data").toString())));
            fault = said.lines().count() != 1 || said.contains("internal error") || !named ? said : "";
        } else if (cli.code() != 0) {
            fault = "exit code " + cli.code() + " " + said;
        } else if (!sealed) {
            fault = sameEnd(copy) ? "" : "other results, and not a word";
        }
        delete(copy);
        return fault;
    }

    private static boolean sameEnd(Path run) throws IOException {
        for (String file : List.of("model.safetensors", "optimizer.safetensors", "state.json")) {
            Path last = Path.of("checkpoints/step-00000006").resolve(file);
            if (Files.mismatch(run.resolve(last), whole.resolve(last)) >= 0) {
                return false;
            }
        }
        return true;
    }

    /** Removal, and the next few of the values in turn; all of them each night. */
    private static List<Object> tried(List<Object> values) {
        int count = Boolean.getBoolean("gatun.nightly") ? values.size() : Math.min(values.size(), VALUES_EACH);
        List<Object> tried = new ArrayList<>(List.of(REMOVED));
        for (int i = 0; i < count; i++) {
            tried.add(values.get(turn++ % values.size()));
        }
        return tried;
    }

    private static void checkAll(String file, boolean seal, List<Object> values) throws IOException {
        Map<String, Object> json = Json.readObject(cut.resolve(file));
        List<List<Object>> places = new ArrayList<>();
        places(json, List.of(), places);
        List<String> faults = new ArrayList<>();
        for (List<Object> place : places) {
            for (Object value : tried(values)) {
                @SuppressWarnings("unchecked")
                Map<String, Object> other = (Map<String, Object>) with(json, place, value);
                if (Objects.equals(other, json) || (seal && place.getFirst().equals("crc32c"))) {
                    continue;
                }
                String text = seal ? sealed(other) : Json.pretty(other);
                String fault = fault(file, place, text.getBytes(StandardCharsets.UTF_8), seal);
                if (!fault.isEmpty()) {
                    faults.add(place + " as " + (REMOVED.equals(value) ? "nothing" : Json.write(value)) + ": " + fault);
                }
            }
        }
        assertThat(places).hasSizeGreaterThan(5);
        assertThat(faults).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"config.json", "manifest.json", STATE})
    void anEditedFieldIsRefusedWithItsFile(String file) throws IOException {
        checkAll(file, false, List.of("text", -1L, 0.5));
    }

    @ParameterizedTest
    @ValueSource(strings = {"config.json", "manifest.json", STATE})
    void aFieldOutsideItsDomainIsRefusedWithItsName(String file) throws IOException {
        checkAll(file, true, VALUES);
    }

    @Test
    void metricsWithAFieldOfAnotherKindAreNamed() throws IOException {
        String line = Files.readAllLines(cut.resolve("metrics.jsonl")).getFirst();
        Map<String, Object> json = Json.parseObject(line, "line");
        List<String> faults = new ArrayList<>();
        for (String key : json.keySet()) {
            for (Object value : VALUES) {
                String fault = fault("metrics.jsonl", List.of(key),
                        (Json.write(with(json, List.of(key), value)) + "\n").getBytes(StandardCharsets.UTF_8), true);
                if (!fault.isEmpty()) {
                    faults.add(key + " as " + Json.write(value) + ": " + fault);
                }
            }
        }
        assertThat(faults).isEmpty();
        Path copy = edited("metrics.jsonl", "{\"step\":\"x\"}\n".getBytes(StandardCharsets.UTF_8));
        Cli cli = Cli.run("train --quiet --resume " + copy);
        assertThat(cli.code()).isEqualTo(4);
        assertThat(cli.err()).endsWith("metrics.jsonl: line 1 has no valid \"step\" (x): remove the line\n");
    }

    @Test
    void aCheckpointUnderAnotherNameIsNotTheLatestForEver() throws IOException {
        Path copy = edited("manifest.json", Files.readAllBytes(cut.resolve("manifest.json")));
        Path checkpoint = copy.resolve("checkpoints/step-00000005");
        Files.move(checkpoint, checkpoint.resolveSibling("step-00000099"));
        Cli cli = Cli.run("train --quiet --resume " + copy);
        assertThat(cli.code()).isZero();
        assertThat(cli.err()).contains("its name says step 99, but its state.json says step 5: rename it to"
                + " step-00000005").hasLineCount(1);
        assertThat(checkpoint.resolveSibling("step-00000099")).doesNotExist();
        assertThat(sameEnd(copy)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--lr 1e308", "--lr 1e-320", "--weight-decay 1e39", "--l1 1e308", "--clip-norm 1e308",
        "--clip-value 1e-50", "--clip-ratio 1e300", "--swa 1,1e308", "--loss-scale ,", "--sam 1e308"})
    void numbersThatF32CannotHoldAreRefusedByTheirOption(String option) {
        Cli cli = Cli.run("train --quiet --model mlp --optimizer adamw " + option + " --output "
                + folder.resolve("none"));
        assertThat(cli.code()).isEqualTo(2);
        assertThat(cli.err()).contains(option.substring(0, option.indexOf(' '))).hasLineCount(1);
    }

    @Test
    void aShareOfTheRunWithAnExponentIsReadAgain() {
        Path run = folder.resolve("share");
        String train = "train --quiet --model mlp --epochs 1 --threads 1 --batch-size 32 --warmup 0.0001% --data "
                + folder.resolve("data") + " --output ";
        assertThat(Cli.run(train + run + " --stop-after-steps 1").code()).isEqualTo(130);
        assertThat(Cli.run("train --quiet --resume " + run)).isEqualTo(new Cli(0, "", ""));
    }
}
