package dev.gatun.guard;

import static dev.gatun.nn.Layers.conv2d;
import static dev.gatun.nn.Layers.flatten;
import static dev.gatun.nn.Layers.linear;
import static dev.gatun.nn.Layers.relu;
import static dev.gatun.nn.Layers.sequential;

import dev.gatun.backend.Backends;
import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.graph.GraphBuilder;
import dev.gatun.memory.Buffer;
import dev.gatun.nn.Functions;
import dev.gatun.optim.Optimizer;
import dev.gatun.shape.TensorType;
import dev.gatun.train.Network;
import dev.gatun.update.rule.AdamHyperparameters;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** Memory that is closed while programs and optimizers point at it. */
final class MemoryMisuses {
    private static final Map<String, Function<Network, Buffer>> SLABS = Map.of(
            "parameters", network -> network.variables().parameters(),
            "gradients", network -> network.variables().gradients(),
            "buffers", network -> network.variables().buffers(),
            "an input", network -> network.program().input("x"));

    private MemoryMisuses() {}

    static Device open() {
        return Backends.open("cpu", DeviceOptions.defaults().withThreads(2));
    }

    static void describe(GraphBuilder graph) {
        graph.output("loss", Functions.mean(graph, "loss", sequential(conv2d(16, 3).padding(1), relu(), flatten(),
                linear(64), relu(), linear(10)).apply(graph, "net", graph.input("x", TensorType.f32(8, 3, 14, 14)))));
    }

    static Network network(Device device, Network... others) {
        return Network.training(device, "loss", MemoryMisuses::describe, others);
    }

    private static void step(Network network, Optimizer optimizer) {
        network.forward().backward();
        optimizer.step();
    }

    static Map<String, Misuse> all() {
        Map<String, Misuse> all = new LinkedHashMap<>();
        for (String slab : List.of("parameters", "gradients", "buffers")) {
            all.put("the " + slab + " are closed before a forward pass", () -> closed(slab, Network::forward));
            all.put("the " + slab + " are closed before a backward pass", () -> closed(slab, Network::backward));
            all.put("the " + slab + " are closed by another thread during steps", () -> closedMeanwhile(slab));
        }
        all.put("all buffers of the process are closed before a step", MemoryMisuses::allClosed);
        all.put("all buffers of the process are closed by another thread during steps",
                MemoryMisuses::allClosedMeanwhile);
        all.put("a device is closed before its network", MemoryMisuses::deviceFirst);
        all.put("variables of two devices are closed by one while the other computes", MemoryMisuses::shared);
        all.put("variables of two devices are closed while the other compiles", MemoryMisuses::sharedCompile);
        return all;
    }

    private static void closed(String slab, java.util.function.Consumer<Network> use) throws Exception {
        try (Device device = open(); Network network = network(device);
                Optimizer optimizer = network.optimizer(AdamHyperparameters.ADAM)) {
            step(network, optimizer);
            Objects.requireNonNull(SLABS.get(slab)).apply(network).close();
            Misuse.refused("closed", () -> use.accept(network));
            Misuse.harmless(optimizer::step);
            if (slab.equals("parameters")) {
                Misuse.refused("closed", () -> network.variables().read("net.0.weight"));
            }
        }
    }

    private static void closedMeanwhile(String slab) throws Exception {
        try (Device device = open(); Network network = network(device);
                Optimizer optimizer = network.optimizer(AdamHyperparameters.ADAM)) {
            Buffer memory = Objects.requireNonNull(SLABS.get(slab)).apply(network);
            CompletableFuture<Boolean> end = Misuse.start(() -> {
                Thread.sleep(20);
                while (memory.isOpen()) {
                    try {
                        memory.close();
                    } catch (IllegalStateException e) {
                        Thread.onSpinWait(); // a native call holds it
                    }
                }
            });
            Misuse.refused("closed", () -> {
                for (int i = 0; i < 100_000; i++) {
                    step(network, optimizer);
                }
            });
            Misuse.await(end);
        }
    }

    private static void allClosed() throws Exception {
        try (Device device = open(); Network network = network(device);
                Optimizer optimizer = network.optimizer(AdamHyperparameters.ADAM)) {
            step(network, optimizer);
            Misuse.closeOutstanding(List.of());
            Misuse.refused("closed", network::forward);
            Misuse.refused("closed", network::backward);
            Misuse.refused("closed", optimizer::step);
            Misuse.refused("closed", () -> network.read("loss"));
            Misuse.refused("closed", () -> network.set("x", new float[8 * 3 * 14 * 14]));
        }
    }

    private static void allClosedMeanwhile() throws Exception {
        try (Device device = open(); Network network = network(device);
                Optimizer optimizer = network.optimizer(AdamHyperparameters.ADAM)) {
            CompletableFuture<Boolean> end = Misuse.start(() -> {
                Thread.sleep(20);
                Misuse.harmless(() -> Misuse.closeOutstanding(List.of()));
                Thread.sleep(20);
                Misuse.harmless(() -> Misuse.closeOutstanding(List.of()));
            });
            Misuse.harmless(() -> {
                for (int i = 0; i < 200; i++) {
                    step(network, optimizer);
                    network.scalar("loss");
                }
            });
            Misuse.await(end);
        }
    }

    private static void deviceFirst() {
        List<AutoCloseable> all = new ArrayList<>();
        Device device = open();
        Network network = network(device);
        Optimizer optimizer = network.optimizer(AdamHyperparameters.ADAM);
        step(network, optimizer);
        device.close();
        Misuse.refused("closed", network::forward);
        Misuse.refused("closed", optimizer::step);
        Misuse.harmless(() -> network.read("loss"));
        all.forEach(each -> Misuse.harmless(each::close));
        Misuse.harmless(network::close);
        Misuse.harmless(optimizer::close);
        Misuse.harmless(network::close);
    }

    private static void shared() throws Exception {
        for (int round = 0; round < 5; round++) {
            try (Device device = open()) {
                Network owner = network(device);
                CompletableFuture<Boolean> runs = new CompletableFuture<>();
                CompletableFuture<Boolean> end = Misuse.start(() -> {
                    try (Device other = open();
                            Network reader = Network.inference(other, MemoryMisuses::describe, owner)) {
                        Misuse.refused("closed", () -> {
                            for (int i = 0; i < 100_000; i++) {
                                reader.forward();
                                runs.complete(true);
                            }
                        });
                    } finally {
                        runs.complete(false);
                    }
                });
                Misuse.await(runs);
                owner.close();
                Misuse.await(end);
            }
        }
    }

    private static void sharedCompile() throws Exception {
        for (int round = 0; round < 20; round++) {
            try (Device device = open()) {
                Network owner = network(device);
                long millis = round * 2L;
                CompletableFuture<Boolean> end = Misuse.start(() -> {
                    try (Device other = open()) {
                        Misuse.harmless(() -> {
                            try (Network reader = Network.inference(other, MemoryMisuses::describe, owner)) {
                                reader.forward();
                            }
                        });
                    }
                });
                Thread.sleep(millis);
                owner.close();
                Misuse.await(end);
            }
        }
    }
}
