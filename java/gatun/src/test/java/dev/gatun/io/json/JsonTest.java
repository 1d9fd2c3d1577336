package dev.gatun.io.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatun.io.file.StorageException;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonTest {
    @TempDir
    Path folder;

    private static Map<String, Object> sample() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("z", 1);
        map.put("a", Arrays.asList(true, null, "ü \"\n\u0001", 0.1f, -2.5e300));
        map.put("m", new LinkedHashMap<>(Map.of("big", BigInteger.TWO.pow(70))));
        map.put("min", Long.MIN_VALUE);
        map.put("e", Map.of());
        map.put("l", List.of());
        return map;
    }

    @Test
    void writesOnOneLineInOrder() {
        assertThat(Json.write(sample())).isEqualTo("{\"z\":1,\"a\":[true,null,\"ü \\\"\\n\\u0001\",0.1,-2.5E300],"
                + "\"m\":{\"big\":1180591620717411303424},\"min\":-9223372036854775808,\"e\":{},\"l\":[]}");
    }

    @Test
    void writesForPeople() {
        assertThat(Json.pretty(Map.of("a", Map.of("b", List.of(1, 2))))).isEqualTo("""
                {
                  "a": {
                    "b": [ 1, 2 ]
                  }
                }
                """);
    }

    @Test
    void readsWhatItWrites() {
        Map<String, Object> read = Json.parseObject(Json.pretty(sample()), "text");
        assertThat(read.keySet()).containsExactly("z", "a", "m", "min", "e", "l");
        assertThat(read).containsEntry("z", 1L)
                .containsEntry("a", Arrays.asList(true, null, "ü \"\n\u0001", 0.1, -2.5e300))
                .containsEntry("m", Map.of("big", BigInteger.TWO.pow(70)))
                .containsEntry("min", Long.MIN_VALUE);
        assertThat(Json.write(read)).isEqualTo(Json.write(sample()));
    }

    @Test
    void numbersThatJsonLacksAreStrings() {
        String text = Json.write(List.of(Double.NaN, Float.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY));
        assertThat(text).isEqualTo("[\"NaN\",\"-Infinity\",\"Infinity\"]");
        assertThat(Json.asDouble("NaN")).isNaN();
        assertThat(Json.asDouble("-Infinity")).isEqualTo(Double.NEGATIVE_INFINITY);
        assertThat(Json.asDouble("Infinity")).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(Json.asDouble(3L)).isEqualTo(3);
        assertThatIllegalArgumentException().isThrownBy(() -> Json.asDouble("3"));
        assertThatIllegalArgumentException().isThrownBy(() -> Json.asDouble(null));
    }

    @Test
    void refusesOtherValues() {
        assertThatIllegalArgumentException().isThrownBy(() -> Json.write(Map.of("p", Path.of("x"))));
        assertThatIllegalArgumentException().isThrownBy(() -> Json.write(Map.of(1, 2)));
        List<Object> loop = new ArrayList<>();
        loop.add(loop);
        assertThatIllegalArgumentException().isThrownBy(() -> Json.write(loop));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        "~~             | 1 | 1",
        "~{\n  \"a\": x}~ | 2 | 8",
        "{\"a\":1,}     | 1 | 8",
        "{\"a\":1,\"a\":2} | 1 | 8",
        "{\"a\":1} {}   | 1 | 9",
        "{\"a\":1e999}  | 1 | 6",
        "[1,2]          | 1 | 1",
        "{\"a\":NaN}    | 1 | 9",
        "{'a':1}        | 1 | 2",
        "~{\"a\":\"\n\"}~ | 1 | 7",
    })
    void faultsHaveTheirPlace(String text, int line, int column) {
        assertThatThrownBy(() -> Json.parseObject(text, "config.json")).isInstanceOf(JsonException.class)
                .hasMessageStartingWith("config.json: line " + line + ", column " + column + ": ")
                .message().doesNotContain("\n");
    }

    @Test
    void readsFiles() throws IOException {
        Path file = folder.resolve("config.json");
        Files.writeString(file, "{\"ü\": 1}");
        assertThat(Json.readObject(file)).isEqualTo(Map.of("ü", 1L));
        Files.write(file, new byte[] {'"', (byte) 0xff, '"'});
        assertThatThrownBy(() -> Json.readObject(file)).isInstanceOf(JsonException.class).hasMessageContaining("UTF-8");
        assertThatThrownBy(() -> Json.readObject(folder.resolve("none"))).isInstanceOf(StorageException.class);
    }
}
