package dev.gatun.cli.doctor;

import dev.gatun.backend.Availability;
import dev.gatun.backend.Availability.Fact;
import dev.gatun.backend.BackendProvider;
import dev.gatun.cli.option.Cuda;
import dev.gatun.cli.option.Devices;
import dev.gatun.cli.option.Version;
import dev.gatun.cli.terminal.ProcessMemory;
import dev.gatun.dist.LibraryTransportProvider;
import dev.gatun.dist.TransportLibrary;
import dev.gatun.dist.TransportProvider;
import dev.gatun.memory.Bytes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * What was found on this machine.
 *
 * @param problem why training on the CPU does not work, with the remedy; empty when it works
 */
record Diagnosis(List<Fact> facts, String problem) {
    static Diagnosis make() {
        List<Fact> facts = new ArrayList<>();
        facts.add(new Fact("gatun", Version.number()));
        facts.add(new Fact("java", Runtime.version() + ", " + property("java.vendor") + ", " + property("java.home")));
        facts.add(new Fact("native access", Devices.hasNativeAccess() ? "enabled" : "not enabled"));
        facts.add(new Fact("processors", Runtime.getRuntime().availableProcessors() + ", " + property("os.arch") + ", "
                + property("os.name")));
        facts.add(new Fact("memory", size(ProcessMemory.total()) + ", " + size(ProcessMemory.available())
                + " available; heap at most " + Bytes.format(Runtime.getRuntime().maxMemory())
                + (ProcessMemory.limit().isPresent() ? "; as the control group allows" : "")));
        String problem = cpu(facts);
        if (problem.isEmpty()) {
            SelfTest.Outcome outcome = SelfTest.of(Devices.CPU);
            facts.add(new Fact("self-test", outcome.text()));
            problem = outcome.passed() ? "" : "the libraries compute wrong results: " + outcome.text()
                    + ": empty the cache named above, and if that does not help, report it with this output";
        }
        facts.add(new Fact("CUDA", Cuda.find().describe()));
        transports(facts);
        facts.add(new Fact("training", problem.isEmpty() ? "works on the CPU" : "does not work: see below"));
        return new Diagnosis(List.copyOf(facts), problem);
    }

    private static String cpu(List<Fact> facts) {
        if (!Devices.hasNativeAccess()) {
            return "this JVM may not call native libraries: " + Devices.NATIVE_ACCESS_REMEDY;
        }
        Optional<BackendProvider> provider = Devices.provider(Devices.CPU);
        if (provider.isEmpty()) {
            return "the CPU backend is not on the class path: start the program with java/bin/gatun";
        }
        return switch (provider.get().availability()) {
            case Availability.Available(List<Fact> found) -> {
                facts.addAll(found);
                yield "";
            }
            case Availability.Unavailable(String reason, String remedy, List<Fact> found) -> {
                facts.addAll(found);
                yield reason + ": " + remedy;
            }
        };
    }

    /** Libraries that carry several ranks; one process needs none of them. */
    private static void transports(List<Fact> facts) {
        for (TransportProvider provider : ServiceLoader.load(TransportProvider.class)) {
            if (provider instanceof LibraryTransportProvider needing) {
                facts.add(new Fact(provider.name().toUpperCase(Locale.ROOT), !Devices.hasNativeAccess()
                        ? "not looked for: this JVM may not call native libraries"
                        : switch (needing.library()) {
                            case TransportLibrary.Found(String description) -> description;
                            case TransportLibrary.Missing(String reason, String remedy) ->
                                "not found: " + reason + "; to train over it, " + remedy;
                        }));
            }
        }
    }

    private static String size(long bytes) {
        return bytes < 0 ? "unknown" : Bytes.format(bytes);
    }

    private static String property(String name) {
        return System.getProperty(name, "unknown");
    }

    /** The object of {@code --json}. */
    Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        facts.forEach(fact -> json.put(fact.subject().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "_"),
                fact.text()));
        json.put("works", problem.isEmpty());
        if (!problem.isEmpty()) {
            json.put("problem", problem);
        }
        return json;
    }
}
