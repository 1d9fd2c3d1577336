package dev.gatun.fuzz;

import dev.gatun.io.json.Json;
import dev.gatun.io.json.JsonException;
import java.util.List;

/** Any JSON: what was read is written so that it is read as the same. */
public final class JsonTarget implements FuzzTarget {
    @Override
    public void read(byte[] input) {
        Object value = Json.parse(Inputs.text(input), "input");
        Inputs.same(String.valueOf(value), String.valueOf(Json.parse(Json.write(value), "what was written")));
    }

    @Override
    public List<Class<? extends Exception>> refusals() {
        return List.of(JsonException.class);
    }

    @Override
    public List<byte[]> seeds() {
        return Inputs.texts("null", "{\"a\":[1,-2.5e-3,true,\"\\u00e9\\ud83d\\ude00\"],\"b\":{}}", "[[[[]]]]",
                "18446744073709551616");
    }
}
