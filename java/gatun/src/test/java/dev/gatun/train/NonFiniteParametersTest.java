package dev.gatun.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.gatun.backend.Backends;
import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.backend.OnEachDevice;
import dev.gatun.backend.TestDevices;
import dev.gatun.backend.Transfers;
import dev.gatun.data.image.DataSource;
import dev.gatun.data.image.DataSplit;
import dev.gatun.data.image.DigitsOptions;
import dev.gatun.engine.Variables;
import dev.gatun.memory.NoLeaks;
import dev.gatun.model.Models;
import dev.gatun.optim.OptimizerOptions;
import dev.gatun.optim.schedule.text.RunSchedule;
import dev.gatun.train.step.NonFiniteLossException;
import dev.gatun.update.StateStorage;
import dev.gatun.update.rule.LionHyperparameters;
import dev.gatun.update.rule.SgdHyperparameters;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;

/** What became infinite or NaN ends the run with its name, and is in no checkpoint. */
@ExtendWith(NoLeaks.class)
class NonFiniteParametersTest {
    private final DataSplit digits = DataSource.digits(DigitsOptions.defaults().withTrain(96).withTest(20));

    @AfterEach
    void close() {
        digits.close();
    }

    private Trainer trainer(Device device, double rate, int batchSize) {
        return new Trainer(Models.lenet(1, 28, 28, 10), digits, device, TrainingOptions.defaults().withEpochs(3)
                .withBatchSize(batchSize).withSchedule(RunSchedule.CONSTANT)
                .withOptimizer(SgdHyperparameters.DEFAULTS.withLearningRate(rate)));
    }

    /** ReLUs and max pooling lie between the parameters and the loss: they must not hide what became of them. */
    @ParameterizedTest
    @OnEachDevice(value = "1e30 | 16", moreOnTheCpu = {"1e10 | 16", "1e10 | 96", "1e20 | 16", "1e20 | 96", "1e30 | 96",
        "1e38 | 16", "1e38 | 96"})
    void aRateThatIsFarTooLargeEndsTheRun(String backend, double rate, int batchSize) {
        try (Device device = Backends.open(backend, DeviceOptions.defaults().withThreads(2));
                Trainer trainer = trainer(device, rate, batchSize)) {
            Throwable failure = catchThrowable(trainer::run);
            if (rate > 1e10 || failure != null) {
                assertThat(failure).isInstanceOfAny(NonFiniteLossException.class,
                        NonFiniteParameterException.class, NonFiniteEvaluationException.class)
                        .hasMessageContaining("smaller learning rate");
            }
            Throwable unsaved = catchThrowable(() -> trainer.checkpoint().close());
            if (unsaved == null) {
                for (Variables.Slot slot : trainer.variables().slots()) {
                    assertThat(device.findNonFinite(trainer.variables().memory(slot)))
                            .as(slot.variable().name()).isEqualTo(-1);
                }
            } else {
                assertThat(unsaved).isInstanceOf(NonFiniteParameterException.class);
            }
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void anEvaluationWhoseLossIsNotFiniteNamesTheLayer(String backend) {
        try (Device device = TestDevices.open(backend);
                Trainer trainer = trainer(device, 0.01, 16)) {
            for (String name : List.of("conv1.weight", "conv2.weight", "fc1.weight")) {
                float[] values = trainer.variables().read(name);
                Arrays.fill(values, 1e30f);
                trainer.variables().write(name, values);
            }
            assertThatThrownBy(trainer::evaluate).isInstanceOf(NonFiniteEvaluationException.class)
                    .hasMessageStartingWith("the loss of the evaluation is ")
                    .hasMessageContaining("the first non-finite value is in conv2");
        }
    }

    /** Its weights stay finite, as the sign of what is infinite is. */
    @ParameterizedTest
    @OnEachDevice
    void noCheckpointHoldsAnInfiniteState(String backend) {
        for (StateStorage storage : StateStorage.values()) {
            TrainingOptions lion = TrainingOptions.defaults().withOptimizer(LionHyperparameters.DEFAULTS)
                    .withOptimizerOptions(OptimizerOptions.NONE.withStates(storage));
            try (Device device = TestDevices.open(backend);
                    Trainer trainer = new Trainer(Models.lenet(1, 28, 28, 10), digits, device, lion)) {
                trainer.checkpoint().close();
                Variables.Slot slot = trainer.variables().slots().iterator().next();
                Transfers.write(device, trainer.variables().gradients().slice(slot.offset() + Float.BYTES, Float.BYTES),
                        Float.POSITIVE_INFINITY);
                trainer.optimizer().step();
                assertThat(device.findNonFinite(trainer.variables().parameters())).isEqualTo(-1);
                assertThatThrownBy(trainer::checkpoint).isInstanceOfSatisfying(NonFiniteParameterException.class,
                        e -> assertThat(e.variable()).isEqualTo(slot.variable().name() + ".exp_avg"));
            }
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void noCheckpointHoldsAnInfinity(String backend) {
        try (Device device = TestDevices.open(backend);
                Trainer trainer = trainer(device, 0.01, 16)) {
            Variables.Slot slot = trainer.variables().slots().iterator().next();
            String name = slot.variable().name();
            float[] values = trainer.variables().read(name);
            values[values.length - 1] = Float.NEGATIVE_INFINITY;
            trainer.variables().write(name, values);
            assertThatThrownBy(trainer::checkpoint).isInstanceOfSatisfying(NonFiniteParameterException.class,
                    e -> assertThat(e.variable()).isEqualTo(name)).hasMessageContaining(name)
                    .hasMessageContaining("no longer finite after step 0");
        }
    }
}
