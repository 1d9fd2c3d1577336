package dev.gatun.guard;

import static dev.gatun.nn.Layers.flatten;
import static dev.gatun.nn.Layers.linear;
import static dev.gatun.nn.Layers.relu;
import static dev.gatun.nn.Layers.sequential;

import dev.gatun.backend.Device;
import dev.gatun.data.image.DataSource;
import dev.gatun.data.image.DataSplit;
import dev.gatun.data.image.DigitsOptions;
import dev.gatun.memory.Buffer;
import dev.gatun.memory.MemoryBudget;
import dev.gatun.memory.Role;
import dev.gatun.model.Model;
import dev.gatun.optim.Optimizer;
import dev.gatun.train.Evaluation;
import dev.gatun.train.Network;
import dev.gatun.train.Progress;
import dev.gatun.train.Trainer;
import dev.gatun.train.TrainingListener;
import dev.gatun.train.TrainingOptions;
import dev.gatun.update.rule.AdamHyperparameters;
import dev.gatun.update.rule.MuonHyperparameters;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Trainers and networks that are used by other threads, by their own listeners, and after they are closed. */
final class TrainerMisuses {
    static final Model MODEL = new Model("small", 1, 28, 28, 10, sequential(flatten(), linear(12), relu(), linear(10)));
    static final TrainingOptions OPTIONS = TrainingOptions.defaults().withEpochs(2).withBatchSize(16);

    private TrainerMisuses() {}

    interface TrainerUse {
        void use(Trainer trainer) throws Exception;
    }

    private interface NetworkUse {
        void use(Network network, Optimizer optimizer) throws Exception;
    }

    static Misuse trainer(TrainerUse use) {
        return () -> {
            try (DataSplit digits = DataSource.digits(DigitsOptions.defaults().withTrain(100).withTest(20));
                    Device device = MemoryMisuses.open();
                    Trainer trainer = new Trainer(MODEL, digits, device, OPTIONS)) {
                use.use(trainer);
            }
        };
    }

    private static Misuse network(NetworkUse use) {
        return () -> {
            try (Device device = MemoryMisuses.open(); Network network = MemoryMisuses.network(device);
                    Optimizer optimizer = network.optimizer(AdamHyperparameters.ADAM)) {
                network.forward().backward();
                optimizer.step();
                use.use(network, optimizer);
            }
        };
    }

    /** A listener that does something in every step. */
    static TrainingListener onStep(Misuse action) {
        return new TrainingListener() {
            @Override
            public void onStep(Progress progress) {
                try {
                    action.run();
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            }

            @Override
            public void onEpoch(Progress progress, Evaluation test) {}
        };
    }

    private static Map<String, TrainerUse> uses() {
        Map<String, TrainerUse> uses = new LinkedHashMap<>();
        uses.put("runs", Trainer::run);
        uses.put("is evaluated", Trainer::evaluate);
        uses.put("is saved", trainer -> trainer.checkpoint().close());
        uses.put("is closed", Trainer::close);
        return uses;
    }

    private static Map<String, NetworkUse> networkUses() {
        Map<String, NetworkUse> uses = new LinkedHashMap<>();
        uses.put("computes", (network, _) -> network.forward());
        uses.put("is differentiated", (network, _) -> network.backward());
        uses.put("is read", (network, _) -> network.read("loss"));
        uses.put("is set", (network, _) -> network.set("x", new float[8 * 3 * 14 * 14]));
        uses.put("is initialised", (network, _) -> network.initialize(3));
        uses.put("gets an optimizer", (network, _) -> network.optimizer(AdamHyperparameters.ADAM));
        uses.put("is saved", (network, _) -> network.checkpoint().close());
        return uses;
    }

    static Map<String, Misuse> all() {
        Map<String, Misuse> all = new LinkedHashMap<>();
        uses().forEach((what, use) -> {
            all.put("a trainer " + what + " by another thread", trainer(trainer -> Misuse.elsewhere(() ->
                    Misuse.refused("belongs to thread", () -> use.use(trainer)))));
            all.put("a trainer " + what + " by another thread during a run", trainer(trainer -> {
                CompletableFuture<Boolean> end = Misuse.start(() ->
                        Misuse.refused("belongs to thread", () -> use.use(trainer)));
                trainer.run();
                Misuse.await(end);
            }));
            all.put("a trainer " + what + " in a step", trainer(trainer -> trainer.run(onStep(() ->
                    Misuse.harmless(() -> use.use(trainer))))));
            all.put("a trainer " + what + " after it was closed", trainer(trainer -> {
                trainer.run();
                trainer.close();
                if (what.equals("is closed")) {
                    use.use(trainer);
                } else {
                    Misuse.refused("closed", () -> use.use(trainer));
                }
            }));
        });
        all.put("a trainer runs in its own run", trainer(trainer ->
                trainer.run(onStep(() -> Misuse.refused("runs already", trainer::run)))));
        all.put("a trainer is closed in its own run", trainer(trainer ->
                trainer.run(onStep(() -> Misuse.refused("runs", trainer::close)))));
        all.put("a trainer's memory is closed in a step", trainer(trainer -> Misuse.refused("closed", () ->
                trainer.run(onStep(() -> Misuse.closeOutstanding(List.of()))))));
        all.put("a trainer's memory is closed by another thread", trainer(trainer -> {
            CompletableFuture<Boolean> end = Misuse.start(() -> {
                Thread.sleep(5);
                Misuse.harmless(() -> Misuse.closeOutstanding(List.of()));
            });
            Misuse.harmless(trainer::run);
            Misuse.await(end);
        }));
        all.put("the memory of trainers is closed while they are made", () -> {
            SplittableRandom random = new SplittableRandom(1);
            for (int i = 0; i < 40; i++) {
                long micros = random.nextLong(4000);
                CompletableFuture<Boolean> end = Misuse.start(() -> {
                    TimeUnit.MICROSECONDS.sleep(micros);
                    Misuse.harmless(() -> Misuse.closeOutstanding(List.of()));
                });
                Misuse.harmless(() -> trainer(_ -> { }).run());
                Misuse.await(end);
            }
        });
        all.put("the batches of a trainer are closed in a step", trainer(trainer -> Misuse.harmless(() ->
                trainer.run(onStep(() -> MemoryBudget.outstanding().stream()
                        .filter(buffer -> buffer.role() == Role.STAGING).forEach(Buffer::close))))));
        all.put("a device is closed in a step", trainer(trainer -> Misuse.refused("closed", () ->
                trainer.run(onStep(() -> trainer.device().close())))));
        networkUses().forEach((what, use) -> {
            all.put("a network " + what + " by another thread", network((network, optimizer) ->
                    Misuse.elsewhere(() -> Misuse.refused("belongs to thread", () -> use.use(network, optimizer)))));
            all.put("a network " + what + " after it was closed", network((network, optimizer) -> {
                network.close();
                network.close();
                Misuse.refused("closed", () -> use.use(network, optimizer));
            }));
        });
        all.put("a network is closed by another thread", network((network, _) ->
                Misuse.elsewhere(() -> Misuse.refused("belongs to thread", network::close))));
        all.put("a network is closed by a gradient's listener", network((network, optimizer) -> {
            network.forward();
            Misuse.refused("closed", () -> network.program().backward((_, _) -> network.close()));
            Misuse.refused("closed", optimizer::step);
        }));
        all.put("an optimizer is closed by a gradient's listener", network((network, optimizer) -> {
            network.forward();
            network.program().backward((_, _) -> optimizer.close());
            Misuse.refused("closed", optimizer::step);
        }));
        all.put("an optimizer is stepped and closed by another thread", network((_, optimizer) ->
                Misuse.elsewhere(() -> {
                    Misuse.refused("belongs to thread", optimizer::step);
                    Misuse.refused("belongs to thread", optimizer::close);
                })));
        all.put("the memory of Muon is closed during steps", () -> {
            try (Device device = MemoryMisuses.open(); Network network = MemoryMisuses.network(device);
                    Optimizer optimizer = network.optimizer(MuonHyperparameters.DEFAULTS)) {
                CompletableFuture<Boolean> end = Misuse.start(() -> {
                    Thread.sleep(20);
                    Misuse.harmless(() -> Misuse.closeOutstanding(List.of()));
                });
                Misuse.harmless(() -> {
                    for (int i = 0; i < 50; i++) {
                        network.forward().backward();
                        optimizer.step();
                    }
                });
                Misuse.await(end);
            }
        });
        return all;
    }
}
