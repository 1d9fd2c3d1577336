package dev.gatun.train.profile;

import static dev.gatun.nn.Layers.batchNorm;
import static dev.gatun.nn.Layers.conv2d;
import static dev.gatun.nn.Layers.flatten;
import static dev.gatun.nn.Layers.linear;
import static dev.gatun.nn.Layers.relu;
import static dev.gatun.nn.Layers.sequential;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatun.backend.Device;
import dev.gatun.backend.OnEachDevice;
import dev.gatun.backend.TestDevices;
import dev.gatun.data.image.DataSource;
import dev.gatun.data.image.DataSplit;
import dev.gatun.data.image.DigitsOptions;
import dev.gatun.engine.KernelReport;
import dev.gatun.engine.Program;
import dev.gatun.memory.NoLeaks;
import dev.gatun.model.Model;
import dev.gatun.train.Evaluation;
import dev.gatun.train.Progress;
import dev.gatun.train.Trainer;
import dev.gatun.train.TrainingListener;
import dev.gatun.train.TrainingOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;

/** Profiles of small runs on drawn digits, eight steps of two batches. */
@ExtendWith(NoLeaks.class)
class ProfileRecorderTest {
    private static final Model MODEL = new Model("small", 1, 28, 28, 10, sequential(
            conv2d(3, 5).stride(4), batchNorm(), relu(), flatten(), linear(10)));
    private static final TrainingOptions OPTIONS =
            TrainingOptions.defaults().withEpochs(2).withBatchSize(8).withAccumulate(2);
    private static final int WARM_UP = 2;
    private static final int STEPS = 3;
    private static final Peak PEAK = new Peak(10, List.of(new Peak.Stream(1000, 5)));

    private final DataSplit digits = DataSource.digits(DigitsOptions.defaults().withTrain(64).withTest(8));

    @TempDir
    Path folder;

    @AfterEach
    void close() {
        digits.close();
    }

    private static ProfileRecorder recorder() {
        return new ProfileRecorder(new ProfileOptions(WARM_UP, STEPS));
    }

    /** What runs in a step: each kernel for each of the two batches, but prepacks once, and views never. */
    private static List<KernelReport> kernels(Program program) {
        List<KernelReport> kernels = new ArrayList<>();
        for (KernelReport kernel : program.explain()) {
            if (!kernel.operation().equals("reshape")) {
                kernels.addAll(Collections.nCopies(kernel.stage().equals("prepack") ? 1 : 2, kernel));
            }
        }
        return kernels;
    }

    private static List<TraceEvent.Kernel> kernels(Trace trace, long step) {
        return trace.events().stream().filter(TraceEvent.Kernel.class::isInstance).map(TraceEvent.Kernel.class::cast)
                .filter(event -> event.step() == step).toList();
    }

    private static List<TraceEvent.Part> parts(Trace trace, StepPart part) {
        return trace.events().stream().filter(TraceEvent.Part.class::isInstance).map(TraceEvent.Part.class::cast)
                .filter(event -> event.part() == part).toList();
    }

    @ParameterizedTest
    @OnEachDevice
    void eachKernelOfEachStepIsThereAndComesBackFromBothFiles(String backend) throws IOException {
        try (Device device = TestDevices.open(backend);
                Trainer trainer = new Trainer(MODEL, digits, device, OPTIONS);
                ProfileRecorder recorder = recorder()) {
            trainer.observe(recorder);
            trainer.run();
            assertThat(recorder.isComplete()).isTrue();
            Trace trace = recorder.trace(PEAK);
            List<KernelReport> expected = kernels(trainer.program());
            assertThat(expected).extracting(KernelReport::stage).contains("forward", "backward", "running_statistics");
            assertThat(parts(trace, StepPart.STEP)).extracting(TraceEvent::step).containsExactly(3L, 4L, 5L);
            assertThat(parts(trace, StepPart.OPTIMIZER)).hasSize(STEPS);
            assertThat(parts(trace, StepPart.DATA_WAIT)).as("two batches a step").hasSize(2 * STEPS);
            for (TraceEvent.Part step : parts(trace, StepPart.STEP)) {
                assertThat(kernels(trace, step.step())).extracting(TraceEvent.Kernel::kernel)
                        .containsExactlyInAnyOrderElementsOf(expected);
                assertThat(trace.events()).filteredOn(event -> event.step() == step.step())
                        .allMatch(event -> isWithin(event.time(), step.time()));
            }

            Path file = folder.resolve("trace.json");
            trace.write(file);
            assertThat(Trace.read(file)).isEqualTo(trace);
            assertFlightRecording(recorder, trace);
        }
    }

    private static boolean isWithin(TimeSpan inner, TimeSpan outer) {
        return inner.beginNanos() >= outer.beginNanos() && inner.nanos() >= 0
                && inner.beginNanos() + inner.nanos() <= outer.beginNanos() + outer.nanos();
    }

    private void assertFlightRecording(ProfileRecorder recorder, Trace trace) throws IOException {
        Path file = folder.resolve("profile.jfr");
        recorder.writeEvents(file);
        List<RecordedEvent> events = RecordingFile.readAllEvents(file);
        Map<String, Long> counts = events.stream()
                .collect(Collectors.groupingBy(event -> event.getEventType().getName(), Collectors.counting()));
        long kernels = trace.events().stream().filter(TraceEvent.Kernel.class::isInstance).count();
        assertThat(counts).isEqualTo(Map.of("dev.gatun.Kernel", kernels, "dev.gatun.Step", (long) STEPS,
                "dev.gatun.Optimizer", (long) STEPS, "dev.gatun.DataWait", 2L * STEPS));
        assertThat(events).filteredOn(event -> event.getEventType().getName().equals("dev.gatun.Kernel"))
                .extracting(ProfileRecorderTest::text).containsExactlyInAnyOrderElementsOf(trace.events().stream()
                .filter(TraceEvent.Kernel.class::isInstance)
                .map(event -> text(event.step(), ((TraceEvent.Kernel) event).kernel())).toList());
    }

    private static String text(RecordedEvent event) {
        return text(event.getLong("step"), new KernelReport(event.getString("stage"), event.getString("layer"),
                event.getString("operation"), event.getString("implementation"), "", "", event.getLong("bytes"),
                event.getLong("flops")));
    }

    private static String text(long step, KernelReport kernel) {
        return step + " " + kernel.stage() + " " + kernel.layer() + " " + kernel.operation() + " "
                + kernel.implementation() + " " + kernel.bytes() + " " + kernel.flops();
    }

    @Test
    void aCheckpointCountsToTheStepBefore() {
        try (ProfileRecorder recorder = recorder()) {
            for (long step = 1; step <= 8; step++) {
                recorder.onStep(step);
                recorder.begin(StepPart.STEP);
                recorder.end(StepPart.STEP);
                recorder.begin(StepPart.CHECKPOINT);
                recorder.end(StepPart.CHECKPOINT);
            }
            assertThat(parts(recorder.trace(PEAK), StepPart.CHECKPOINT)).as("none after the last")
                    .extracting(TraceEvent::step).containsExactly(3L, 4L);
        }
    }

    @Test
    void whatAStepThatFailedLeftOpenIsForgotten() {
        try (ProfileRecorder recorder = new ProfileRecorder(new ProfileOptions(0, 5))) {
            recorder.onStep(1);
            recorder.begin(StepPart.STEP);
            recorder.begin(StepPart.DATA_WAIT);
            recorder.onStep(1);
            recorder.end(StepPart.DATA_WAIT);
            recorder.end(StepPart.STEP);
            assertThat(recorder.recordedSteps()).isZero();
            assertThat(recorder.trace(PEAK).events()).isEmpty();
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void aProfileChangesNoParameter(String backend) {
        try (Device device = TestDevices.open(backend);
                Trainer plain = new Trainer(MODEL, digits, device, OPTIONS);
                Trainer observed = new Trainer(MODEL, digits, device, OPTIONS);
                ProfileRecorder recorder = recorder()) {
            plain.run();
            observed.observe(recorder);
            observed.run();
            plain.variables().slots().stream().map(slot -> slot.variable().name()).forEach(name ->
                    assertThat(observed.variables().read(name)).as(name).isEqualTo(plain.variables().read(name)));
        }
    }

    @Test
    void theStepsAfterAProfileAllocateNothing() {
        try (Device device = TestDevices.open(TestDevices.COUNTED);
                Trainer trainer = new Trainer(MODEL, digits, device, OPTIONS.withEpochs(40));
                ProfileRecorder recorder = recorder()) {
            trainer.observe(recorder);
            trainer.run(new TrainingListener() {
                @Override
                public void onStep(Progress progress) {
                    if (recorder.isComplete()) {
                        trainer.observe(null);
                    }
                }

                @Override
                public void onEpoch(Progress progress, Evaluation test) {}
            });
            assertThat(trainer.measurements().heapBytesPerStep()).isZero();
        }
    }

    @Test
    void impossibleNumbersOfStepsAreRefused() {
        assertThatThrownBy(() -> new ProfileOptions(-1, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ProfileOptions(0, 0)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a profile records at least 1 step after at least 0 others, got 0 after 0");
    }
}
