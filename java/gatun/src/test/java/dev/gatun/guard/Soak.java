package dev.gatun.guard;

import dev.gatun.backend.Backends;
import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.data.image.DataSource;
import dev.gatun.data.image.DataSplit;
import dev.gatun.data.image.DigitsOptions;
import dev.gatun.memory.Buffer;
import dev.gatun.memory.MemoryBudget;
import dev.gatun.optim.Optimizer;
import dev.gatun.train.Network;
import dev.gatun.train.Trainer;
import dev.gatun.update.Hyperparameters;
import dev.gatun.update.rule.AdamHyperparameters;
import dev.gatun.update.rule.MuonHyperparameters;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Threads that create, compile, step, share and close at random, interrupt each other and close each other's memory:
 * {@code Soak seconds seed}. Ends with status 1 when something was thrown that is no answer for a user, or memory is
 * left.
 */
final class Soak {
    private static final int THREADS = 4;

    private final AtomicReferenceArray<@Nullable Network> shared = new AtomicReferenceArray<>(THREADS);
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final AtomicLong rounds = new AtomicLong();
    private final AtomicLong steps = new AtomicLong();
    private final AtomicLong refusals = new AtomicLong();
    private final List<Thread> threads = new ArrayList<>();
    private final long end;

    private Soak(long seconds) {
        end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    }

    private void work(int number, SplittableRandom random) {
        while (System.nanoTime() < end && failure.get() == null) {
            try {
                round(number, random);
            } catch (Throwable e) {
                failure.compareAndSet(null, e);
            }
            rounds.incrementAndGet();
        }
    }

    private void round(int number, SplittableRandom random) {
        Device device = Backends.open("cpu", DeviceOptions.defaults().withThreads(1 + random.nextInt(2)));
        List<AutoCloseable> made = new ArrayList<>(List.of(device));
        attempt(() -> {
            if (random.nextInt(4) == 0) {
                train(device, random);
                return;
            }
            Network lender = random.nextInt(3) == 0 ? shared.get(random.nextInt(THREADS)) : null;
            Network network = lender == null ? MemoryMisuses.network(device)
                    : Network.inference(device, MemoryMisuses::describe, lender);
            made.add(network);
            if (lender == null) {
                shared.set(number, network);
            }
            Hyperparameters rule = random.nextBoolean() ? AdamHyperparameters.ADAM : MuonHyperparameters.DEFAULTS;
            Optimizer optimizer = lender == null ? network.optimizer(rule) : null;
            if (optimizer != null) {
                made.add(optimizer);
            }
            for (int i = random.nextInt(40); i > 0; i--) {
                attempt(() -> step(network, optimizer));
                disturb(random);
            }
        });
        Thread.interrupted(); // what another thread has sent
        while (!made.isEmpty()) {
            AutoCloseable next = made.remove(random.nextInt(made.size()));
            attempt(next::close);
        }
    }

    private void train(Device device, SplittableRandom random) {
        try (DataSplit digits = DataSource.digits(DigitsOptions.defaults().withTrain(100).withTest(20));
                Trainer trainer = new Trainer(TrainerMisuses.MODEL, digits, device, TrainerMisuses.OPTIONS)) {
            trainer.run(TrainerMisuses.onStep(() -> {
                steps.incrementAndGet();
                disturb(random);
            }));
        }
    }

    private void step(Network network, @Nullable Optimizer optimizer) {
        network.forward();
        if (optimizer != null) {
            network.backward();
            optimizer.step();
        }
        network.scalar("loss");
        steps.incrementAndGet();
    }

    private void disturb(SplittableRandom random) {
        switch (random.nextInt(60)) {
            case 0 -> threads.get(random.nextInt(THREADS)).interrupt();
            case 1 -> {
                Network other = shared.get(random.nextInt(THREADS));
                if (other != null) {
                    attempt(other::close);
                    attempt(() -> step(other, null));
                }
            }
            case 2 -> {
                List<Buffer> buffers = MemoryBudget.outstanding();
                if (!buffers.isEmpty()) {
                    attempt(() -> buffers.get(random.nextInt(buffers.size())).close());
                }
            }
            default -> { }
        }
    }

    private void attempt(Misuse call) {
        try {
            call.run();
        } catch (Throwable e) {
            refusals.incrementAndGet();
            try {
                Misuse.checkLine(e);
            } catch (AssertionError wrong) {
                failure.compareAndSet(null, wrong);
            }
        }
    }

    private int run(long seed) throws InterruptedException {
        System.out.println("soak with seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < THREADS; i++) {
            int number = i;
            SplittableRandom own = random.split();
            threads.add(Thread.ofPlatform().name("soak-" + i).unstarted(() -> work(number, own)));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        System.out.println(rounds + " rounds, " + steps + " steps, " + refusals + " refusals");
        Throwable thrown = failure.get();
        if (thrown != null) {
            thrown.printStackTrace(System.out);
            return 1;
        }
        List<Buffer> left = MemoryBudget.outstanding();
        System.out.println(left.isEmpty() ? "nothing is left open" : "left open: " + left);
        return left.isEmpty() ? 0 : 1;
    }

    /** Arguments: seconds, and a seed. */
    public static void main(String[] arguments) throws InterruptedException {
        System.exit(new Soak(Long.parseLong(arguments[0])).run(Long.parseLong(arguments[1])));
    }
}
