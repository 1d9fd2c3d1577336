package dev.gatun.train.profile;

import dev.gatun.engine.KernelReport;
import dev.gatun.io.file.AtomicFile;
import dev.gatun.io.file.StorageException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import jdk.jfr.Recording;
import org.jspecify.annotations.Nullable;

/**
 * Records the kernels and the parts of some training steps, as a {@link Trace} and in the JDK Flight Recorder:
 *
 * <pre>{@code
 * try (ProfileRecorder recorder = new ProfileRecorder(ProfileOptions.defaults())) {
 *     trainer.observe(recorder);
 *     trainer.run();
 *     recorder.writeEvents(Path.of("profile.jfr"));
 *     recorder.trace(Peak.measure(device, Precision.F32)).write(Path.of("trace.json"));
 * }
 * }</pre>
 *
 * It belongs to the thread that trains. No event of the JDK itself is enabled; those that another recording of the same
 * JVM enables meanwhile are in the file as well.
 */
public final class ProfileRecorder implements StepObserver, AutoCloseable {
    private static final List<Class<? extends jdk.jfr.Event>> EVENTS = List.of(
            KernelEvent.class, StepEvent.class, DataWaitEvent.class, OptimizerEvent.class, CheckpointEvent.class);

    private final ProfileOptions options;
    private final long origin = System.nanoTime();
    private final Recording recording;
    private final List<TraceEvent> events = new ArrayList<>();
    private final Map<StepPart, Begun> open = new EnumMap<>(StepPart.class);
    private @Nullable KernelEvent kernelEvent;
    private long step;
    private int seen; // steps that have begun
    private int recorded; // steps that have ended

    /** A part that has begun. */
    private record Begun(StepPartEvent event, long nanos) {}

    /** Starts the flight recording; steps count from the next one on. */
    public ProfileRecorder(ProfileOptions options) {
        this.options = options;
        recording = new Recording();
        recording.setName("gatun"); // without settings of its own, in which no event of the JDK is enabled
        EVENTS.forEach(recording::enable);
        recording.start();
    }

    @Override
    public void onStep(long number) {
        step = number;
        seen++;
        open.clear(); // of a step that failed
    }

    /** Whether the current step is one of those to record. */
    private boolean isRecording() {
        return seen > options.warmUpSteps() && !isComplete();
    }

    /** Returns whether all steps were recorded. */
    public boolean isComplete() {
        return recorded == options.steps();
    }

    /** Returns the number of steps recorded so far. */
    public int recordedSteps() {
        return recorded;
    }

    @Override
    public void begin(StepPart part) {
        if (!isComplete()) { // also while warming up, as the first event of a kind takes long
            StepPartEvent event = part.event();
            event.step = step;
            open.put(part, new Begun(event, System.nanoTime()));
            event.begin();
        }
    }

    @Override
    public void end(StepPart part) {
        long end = System.nanoTime();
        Begun begun = open.remove(part);
        if (begun != null && isRecording()) {
            begun.event.commit();
            events.add(new TraceEvent.Part(part, step, time(begun.nanos, end)));
            recorded += part == StepPart.STEP ? 1 : 0;
        }
    }

    @Override
    public void beforeKernel(KernelReport kernel) {
        if (!isComplete()) {
            kernelEvent = new KernelEvent(step, kernel);
            kernelEvent.begin();
        }
    }

    @Override
    public void onKernel(KernelReport kernel, long beginNanos, long endNanos) {
        KernelEvent event = kernelEvent;
        kernelEvent = null;
        if (event != null && isRecording()) {
            event.commit();
            events.add(new TraceEvent.Kernel(kernel, step, time(beginNanos, endNanos)));
        }
    }

    private TimeSpan time(long beginNanos, long endNanos) {
        return new TimeSpan(beginNanos - origin, endNanos - beginNanos, Thread.currentThread().getName());
    }

    /**
     * Returns what was recorded so far.
     *
     * @param peak what the machine reaches at most, to compare with
     */
    public Trace trace(Peak peak) {
        return new Trace(peak, events);
    }

    /**
     * Writes the events recorded so far as a file of the JDK Flight Recorder.
     *
     * @throws StorageException when the disk refuses
     */
    public void writeEvents(Path file) {
        AtomicFile.write(file, recording::dump);
    }

    /** Ends the flight recording and discards it. */
    @Override
    public void close() {
        recording.close();
    }
}
