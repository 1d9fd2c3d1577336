package dev.gatun.train;

import static dev.gatun.nn.Layers.batchNorm;
import static dev.gatun.nn.Layers.flatten;
import static dev.gatun.nn.Layers.linear;
import static dev.gatun.nn.Layers.relu;
import static dev.gatun.nn.Layers.sequential;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatun.backend.Device;
import dev.gatun.backend.OnEachDevice;
import dev.gatun.backend.TestDevices;
import dev.gatun.backend.Transfers;
import dev.gatun.data.image.DataSource;
import dev.gatun.data.image.DataSplit;
import dev.gatun.data.image.DigitsOptions;
import dev.gatun.memory.NoLeaks;
import dev.gatun.model.Model;
import dev.gatun.optim.Lookahead;
import dev.gatun.optim.Wrappers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Several trainers at a time end as each of them does alone. */
@ExtendWith(NoLeaks.class)
class TrainersTogetherTest {
    private static final Model WIDE = new Model("wide", 1, 28, 28, 10, sequential(
            flatten(), linear(9), batchNorm(), relu(), linear(10)));
    private static final Model PLAIN = new Model("plain", 1, 28, 28, 10, sequential(flatten(), linear(10)));
    private static final TrainingOptions OPTIONS = TrainingOptions.defaults().withEpochs(2).withBatchSize(8);
    private static final TrainingOptions OTHERS = OPTIONS.withSeed(7)
            .withWrappers(Wrappers.NONE.withLookahead(Lookahead.DEFAULTS));

    private final DataSplit digits = DataSource.digits(DigitsOptions.defaults().withTrain(60).withTest(10));

    @AfterEach
    void close() {
        digits.close();
    }

    /** What a run ends with. */
    private record End(List<Float> parameters, List<Float> buffers, double trainLoss, Evaluation evaluation) {
        static End of(Trainer trainer) {
            return new End(list(Transfers.floats(trainer.device(), trainer.variables().parameters())),
                    list(Transfers.floats(trainer.device(), trainer.variables().buffers())),
                    trainer.lastTrainLoss(), trainer.evaluate());
        }

        private static List<Float> list(float... values) {
            List<Float> list = new ArrayList<>();
            for (float value : values) {
                list.add(value);
            }
            return list;
        }
    }

    private End alone(String backend, Model model, TrainingOptions options) {
        try (Device device = TestDevices.open(backend); Trainer trainer = new Trainer(model, digits, device, options)) {
            trainer.run();
            return End.of(trainer);
        }
    }

    /** Each device with another of its kind, and with the first. */
    static Stream<Arguments> pairs() {
        String first = TestDevices.all().getFirst();
        return TestDevices.names().flatMap(name -> name.equals(first)
                ? Stream.of(Arguments.of(first, first))
                : Stream.of(Arguments.of(first, name), Arguments.of(name, name)));
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void twoDevicesInTwoThreads(String first, String second) throws Exception {
        End wide = alone(first, WIDE, OPTIONS);
        End plain = alone(second, PLAIN, OTHERS);
        CyclicBarrier begun = new CyclicBarrier(2);
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            Future<End> one = threads.submit(() -> inStep(first, WIDE, OPTIONS, begun));
            Future<End> other = threads.submit(() -> inStep(second, PLAIN, OTHERS, begun));
            assertThat(one.get()).isEqualTo(wide);
            assertThat(other.get()).isEqualTo(plain);
        }
    }

    /** Trains on a device of this thread's own, meeting the other thread after each step. */
    private End inStep(String backend, Model model, TrainingOptions options, CyclicBarrier begun) {
        try (Device device = TestDevices.open(backend); Trainer trainer = new Trainer(model, digits, device, options)) {
            trainer.run(new TrainingListener() {
                @Override
                public void onStep(Progress progress) {
                    try {
                        begun.await();
                    } catch (Exception e) {
                        throw new IllegalStateException("the other thread failed", e);
                    }
                }

                @Override
                public void onEpoch(Progress progress, Evaluation test) {}
            });
            return End.of(trainer);
        } catch (RuntimeException | Error e) {
            begun.reset(); // the other thread must not wait for this one
            throw e;
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void twoModelsOnOneDeviceByTurns(String backend) {
        End wide = alone(backend, WIDE, OPTIONS);
        End plain = alone(backend, PLAIN, OTHERS);
        try (Device device = TestDevices.open(backend);
                Trainer one = new Trainer(WIDE, digits, device, OPTIONS);
                Trainer other = new Trainer(PLAIN, digits, device, OTHERS)) {
            int turns = 0;
            while (!one.progress().isComplete() || !other.progress().isComplete()) {
                turn(one, 1);
                turn(other, 3);
                turns++;
            }
            assertThat(turns).isEqualTo(17); // a turn that stops after the last step leaves evaluating to another
            assertThat(End.of(one)).isEqualTo(wide);
            assertThat(End.of(other)).isEqualTo(plain);
        }
    }

    private static void turn(Trainer trainer, int steps) {
        long last = trainer.progress().step() + steps;
        trainer.run(new TrainingListener() {
            @Override
            public void onStep(Progress progress) {
                if (progress.step() == last) {
                    trainer.requestStop();
                }
            }

            @Override
            public boolean requiresSettledState(long step) {
                return step == last;
            }

            @Override
            public void onEpoch(Progress progress, Evaluation test) {}
        });
    }
}
