package dev.gatun.cli.compress;

import dev.gatun.cli.option.ExitCode;
import dev.gatun.cli.option.ResultFile;
import dev.gatun.cli.run.RunConfig;
import dev.gatun.cli.terminal.Output;
import dev.gatun.cli.train.CompressedRun;
import dev.gatun.cli.train.NewNetwork;
import dev.gatun.compress.NetworkCost;
import dev.gatun.compress.Snapshot;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a command has made of a network, on its way into a run of its own.
 *
 * @param source   the network before
 * @param snapshot the network after
 * @param facts    what {@code --json} says of the compression, besides the costs
 */
record Compressed(CompressSource source, Snapshot snapshot, Map<String, Object> facts) {
    /** Trains the network, or saves and measures it, and tells how it went. */
    ExitCode run(CompressOptions options, RunConfig config, int epochs, String command, Output output) {
        NetworkCost before = NetworkCost.of(source.snapshot().model());
        NetworkCost after = NetworkCost.of(snapshot.model());
        ResultFile results = options.results(output);
        Output texts = results.beside(output);
        if (!options.quiet) {
            texts.fact("before", before.toString());
            texts.fact("after", after.toString());
        }
        CompressedRun.Outcome outcome = new CompressedRun(config, options.folder,
                new NewNetwork(snapshot, source.input(), CompressOptions.training(epochs)), command)
                .run(new ResultFile(null, output.out()), options.quiet, texts);
        if (outcome.code() == ExitCode.OK) {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("source", source.name());
            json.put("before", toJson(before));
            json.put("after", toJson(after));
            json.putAll(facts);
            json.put("run", outcome.results());
            results.write(json);
        }
        return outcome.code();
    }

    private static Map<String, Object> toJson(NetworkCost cost) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("parameters", cost.parameters());
        json.put("macs", cost.macs());
        return json;
    }
}
