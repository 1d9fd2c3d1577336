package dev.gatun.cli.train;

import dev.gatun.cli.run.RunConfig;
import dev.gatun.cli.terminal.ProcessMemory;
import dev.gatun.engine.Variables;
import dev.gatun.memory.Bytes;
import dev.gatun.train.Evaluation;
import dev.gatun.train.Measurements;
import dev.gatun.train.Trainer;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What came out of a run that is complete. */
record Results(RunConfig config, Trainer trainer, Evaluation test) {
    /** Numbers that training changes. */
    static long parameters(Trainer trainer) {
        return trainer.variables().slots().stream().map(Variables.Slot::variable)
                .filter(variable -> variable.isParameter())
                .mapToLong(variable -> variable.shape().elements()).sum();
    }

    /** The object of {@code --json}. */
    Map<String, Object> toJson() {
        Measurements cost = trainer.measurements();
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("model", config.model());
        json.put("parameters", parameters(trainer));
        json.put("epochs", config.training().epochs());
        json.put("steps", trainer.progress().step());
        json.put("train_loss", trainer.lastTrainLoss());
        json.put("test_loss", test.loss());
        json.put("test_accuracy", test.accuracy());
        json.put("images_per_second", cost.examplesPerSecond());
        json.put("step_ms_median", cost.stepMillisMedian());
        json.put("optimizer_ms_median", cost.optimizerMillisMedian());
        json.put("data_wait_share", cost.dataWaitShare());
        json.put("heap_bytes_per_step", cost.heapBytesPerStep());
        json.put("native_bytes_planned", cost.nativeBytesPlanned());
        json.put("rss_bytes", ProcessMemory.resident());
        json.put("precision", config.training().precision().toString());
        json.put("device", config.device());
        json.put("threads", config.threads());
        json.put("seed", config.training().seed());
        return json;
    }

    /** Lines for people: a subject and what there is to say. */
    Map<String, String> summary() {
        Measurements cost = trainer.measurements();
        Map<String, String> lines = new LinkedHashMap<>();
        lines.put("test", String.format(Locale.ROOT, "accuracy %.2f %% (%d of %d images), loss %.4f, after %d steps",
                100 * test.accuracy(), test.correct(), test.examples(), test.loss(), trainer.progress().step()));
        if (cost.examplesPerSecond() > 0) {
            lines.put("speed", String.format(Locale.ROOT,
                    "%.0f images/s; a step takes %.2f ms, of it the optimizer %.2f ms; %.1f %% of the time waits for "
                    + "data",
                    cost.examplesPerSecond(), cost.stepMillisMedian(), cost.optimizerMillisMedian(),
                    100 * cost.dataWaitShare()));
            long resident = ProcessMemory.resident();
            lines.put("memory", Bytes.format(cost.nativeBytesPlanned()) + " off-heap"
                    + (resident < 0 ? "" : ", " + Bytes.format(resident) + " resident") + String.format(Locale.ROOT,
                            ", a step allocates %.0f bytes of heap", cost.heapBytesPerStep()));
        }
        return lines;
    }
}
