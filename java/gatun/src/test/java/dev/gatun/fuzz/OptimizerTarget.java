package dev.gatun.fuzz;

import dev.gatun.io.json.Json;
import dev.gatun.io.json.JsonException;
import dev.gatun.optim.HyperparameterFields;
import dev.gatun.update.Hyperparameters;
import dev.gatun.update.rule.UpdateRules;
import java.util.ArrayList;
import java.util.List;

/** An optimizer's name and, on the next line, its hyper-parameters as JSON: their own text is read as the same. */
public final class OptimizerTarget implements FuzzTarget {
    @Override
    public void read(byte[] input) {
        String[] lines = Inputs.text(input).split("\n", 2);
        Hyperparameters numbers = HyperparameterFields.read(UpdateRules.named(lines[0]).numbers(),
                Json.parseObject(lines.length == 1 ? "" : lines[1], "hyperparameters"));
        Inputs.same(numbers, HyperparameterFields.read(UpdateRules.named(numbers.optimizerName()).numbers(),
                Json.parseObject(Json.write(HyperparameterFields.of(numbers)), "what was written")));
    }

    @Override
    public List<Class<? extends Exception>> refusals() {
        return List.of(IllegalArgumentException.class, JsonException.class);
    }

    @Override
    public List<byte[]> seeds() {
        List<String> texts = new ArrayList<>();
        UpdateRules.PRESETS.forEach(preset ->
                texts.add(preset + "\n" + Json.write(HyperparameterFields.of(preset.numbers()))));
        return Inputs.texts(texts.toArray(String[]::new));
    }
}
