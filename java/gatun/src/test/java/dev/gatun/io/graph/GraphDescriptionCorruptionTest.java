package dev.gatun.io.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.io.CheckpointException;
import dev.gatun.io.json.Json;
import dev.gatun.io.json.JsonException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever a description says, reading it ends in a graph or in one line. */
class GraphDescriptionCorruptionTest {
    private static final String VALID =
            Json.write(GraphDescription.of(GraphDescriptionTest.digits()::graph, 4).toJson());

    private static void read(String text) {
        GraphDescription.fromJson(Json.parseObject(text, "test"), "model.json").describe(new GraphBuilder(), 4);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "Convolution"             | "Teleport"                | node 0 (0) has the unknown operation Teleport
            "Convolution"             | "java.lang.Runtime"       | unknown operation java.lang.Runtime
            "inputs":[0,2,3]          | "inputs":[0,99,3]           | reads value 99, where
            "inputs":[0,2,3]          | "inputs":[0,-1,3]           | reads value -1, where
            "inputs":[0,2,3]          | "inputs":[0,12,3]           | reads value 12, where
            "inputs":[0,2,3]          | "inputs":[0]              | convolution
            "inputs":[0,2,3]          | "inputs":[0,2,3,3,3]      | convolution
            "inputs":[0,2,3]          | "inputs":"0"              | the inputs of node 0
            "stride":1                | "stride":0                | stride 0
            "stride":1                | "stride":1.5              | Slide.stride is 1.5
            "stride":1                | "strides":1               | Slide lacks "stride"
            "stride":1                | "stride":1,"x":2          | Slide has no [x]
            "stride":1                | "stride":99999999999999999999 | Slide.stride is 99999999999999999999
            "axes":[{                 | "axes":[[],{              | Slide is []
            "axes":[{                 | "axes":[],"x":[{          | Convolution has no [x]
            "groups":1                | "groups":0                | groups must be at least 1
            "dtype":"F32"             | "dtype":"F3"              | F3
            "kind":"WEIGHT"           | "kind":"HEAVY"            | Variable.kind is HEAVY
            "shape":[8,1,3,3]         | "shape":[8,-1,3,3]        | negative extent
            "shape":[8,1,3,3]         | "shape":[9223372036854775807,9,9,9] | overflow
            "$batch":1                | "$batch":9223372036854775807 | overflow
            "over":1                  | "over":0                  | depends on the batch size
            "rate":0.2                | "rate":7                  | rate
            """)
    void oneLineNamesTheCause(String part, String instead, String cause) {
        assertThat(VALID.contains(part)).as("the description has %s", part).isTrue();
        assertThatThrownBy(() -> read(VALID.replace(part, instead))).isInstanceOf(CheckpointException.class)
                .hasMessageStartingWith("model.json: ").hasMessageContaining(cause)
                .hasMessageContaining("use another checkpoint").hasMessageNotContaining("\n");
    }

    @Test
    void missingParts() {
        for (String part : new String[] {"batch_size", "graph", "inputs", "variables", "nodes", "outputs", "attributes",
            "operation", "type", "variable", "dtype", "name"}) {
            assertThatThrownBy(() -> read(VALID.replace("\"" + part + "\":", "\"other\":")))
                    .as(part).isInstanceOfAny(CheckpointException.class, JsonException.class)
                    .hasMessageNotContaining("\n");
        }
    }

    @Test
    void deepNesting() {
        String deep = "{\"batch_size\":\"any\",\"graph\":" + "{\"a\":".repeat(20_000) + "1" + "}".repeat(20_001);
        assertThatThrownBy(() -> read(deep)).isInstanceOf(JsonException.class).hasMessageNotContaining("\n");
        String nested = "{\"batch_size\":\"any\",\"graph\":" + "[".repeat(900) + "]".repeat(900) + "}";
        assertThatThrownBy(() -> read(nested)).isInstanceOf(CheckpointException.class).hasMessageNotContaining("\n");
    }

    @Test
    void randomDamageIsReadOrReportedNeverAnythingElse() {
        Random random = new Random(3);
        int refused = 0;
        for (int i = 0; i < 6_000; i++) {
            StringBuilder damaged = new StringBuilder(VALID);
            for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                int at = random.nextInt(damaged.length());
                switch (random.nextInt(4)) {
                    case 0 -> damaged.setCharAt(at, "0123456789[]{},:\"-".charAt(random.nextInt(18)));
                    case 1 -> damaged.deleteCharAt(at);
                    case 2 -> damaged.insert(at, random.nextInt(10));
                    default -> damaged.replace(at, Math.min(damaged.length(), at + 5), "null");
                }
            }
            try {
                read(damaged.toString());
            } catch (CheckpointException | JsonException e) {
                refused++;
                assertThat(e.getMessage()).doesNotContain("\n").hasSizeLessThan(500);
            } catch (RuntimeException | Error e) {
                fail("damage " + i + " led to " + e + ": " + damaged, e);
            }
        }
        assertThat(refused).isBetween(3_000, 5_999);
    }
}
