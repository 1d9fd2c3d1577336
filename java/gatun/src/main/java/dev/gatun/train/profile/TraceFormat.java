package dev.gatun.train.profile;

import dev.gatun.engine.KernelReport;
import dev.gatun.io.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The Trace Event Format: a complete event (phase X) for each kernel and part of a step, with times in microseconds,
 * and a metadata event (phase M) with the name of each thread.
 */
final class TraceFormat {
    private static final String EVENTS = "traceEvents";
    private static final String OTHER = "otherData";
    private static final String PEAK = "peak";
    private static final String COMPLETE = "X";
    private static final String METADATA = "M";
    private static final String KERNEL = "kernel";
    private static final double NANOS_PER_MICRO = 1e3;

    private TraceFormat() {}

    static Map<String, Object> toJson(Trace trace) {
        List<String> threads = trace.events().stream().map(event -> event.time().thread()).distinct().toList();
        List<Object> events = new ArrayList<>();
        events.add(metadata("process_name", 0, "gatun"));
        threads.forEach(thread -> events.add(metadata("thread_name", threads.indexOf(thread), thread)));
        trace.events().forEach(event -> events.add(complete(event, threads.indexOf(event.time().thread()))));
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("displayTimeUnit", "ms");
        json.put(OTHER, map("program", "gatun", PEAK, peak(trace.peak())));
        json.put(EVENTS, events);
        return json;
    }

    private static Map<String, Object> metadata(String name, int thread, String value) {
        return map("name", name, "ph", METADATA, "pid", 0, "tid", thread, "args", map("name", value));
    }

    private static Map<String, Object> complete(TraceEvent event, int thread) {
        TimeSpan time = event.time();
        return switch (event) {
            case TraceEvent.Kernel(KernelReport kernel, long step, _) -> complete(
                    kernel.layer() + " " + kernel.operation(), KERNEL, time, thread,
                    map("step", step, "stage", kernel.stage(), "layer", kernel.layer(), "operation", kernel.operation(),
                            "implementation", kernel.implementation(), "inputs", kernel.inputs(), "outputs",
                            kernel.outputs(), "bytes", kernel.bytes(), "flops", kernel.flops()));
            case TraceEvent.Part(StepPart part, long step, _) -> complete(
                    part == StepPart.STEP ? "step " + step : part.lowerCase().replace('_', ' '), part.lowerCase(), time,
                    thread, map("step", step));
        };
    }

    private static Map<String, Object> complete(
            String name, String category, TimeSpan time, int thread, Map<String, Object> args) {
        return map("name", name, "cat", category, "ph", COMPLETE, "ts", time.beginNanos() / NANOS_PER_MICRO, "dur",
                time.nanos() / NANOS_PER_MICRO, "pid", 0, "tid", thread, "args", args);
    }

    private static Map<String, Object> peak(Peak peak) {
        List<Object> streams = new ArrayList<>();
        peak.streams().forEach(each -> streams.add(map("bytes", each.bytes(), "gigabytes_per_second",
                each.gigabytesPerSecond())));
        return map("product_gflops", peak.productGflops(), "streams", streams);
    }

    private static Map<String, Object> map(Object... keysAndValues) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            map.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return map;
    }

    /** @throws IllegalArgumentException when it is another program's trace, or damaged */
    static Trace fromJson(Map<String, Object> json) {
        TraceFields other = new TraceFields(json).object(OTHER);
        if (!other.isText("program", "gatun")) {
            throw new IllegalArgumentException("the trace of another program");
        }
        List<TraceFields> events = new TraceFields(json).objects(EVENTS);
        Map<Long, String> threads = new LinkedHashMap<>();
        events.stream().filter(event -> event.isText("ph", METADATA) && event.isText("name", "thread_name"))
                .forEach(event -> threads.put(event.count("tid"), event.object("args").text("name")));
        return new Trace(peak(other.object(PEAK)),
                events.stream().filter(event -> event.isText("ph", COMPLETE)).map(event -> event(event, threads))
                        .toList());
    }

    private static Peak peak(TraceFields peak) {
        return new Peak(peak.number("product_gflops"), peak.objects("streams").stream()
                .map(each -> new Peak.Stream(each.count("bytes"), each.number("gigabytes_per_second"))).toList());
    }

    private static TraceEvent event(TraceFields event, Map<Long, String> threads) {
        TimeSpan time = new TimeSpan(nanos(event.number("ts")), nanos(event.number("dur")),
                threads.getOrDefault(event.count("tid"), ""));
        TraceFields args = event.object("args");
        long step = args.count("step");
        if (event.isText("cat", KERNEL)) {
            return new TraceEvent.Kernel(new KernelReport(args.text("stage"), args.text("layer"),
                    args.text("operation"), args.text("implementation"), args.text("inputs"), args.text("outputs"),
                    args.count("bytes"), args.count("flops")), step, time);
        }
        String category = event.text("cat");
        for (StepPart part : StepPart.values()) {
            if (part.lowerCase().equals(category)) {
                return new TraceEvent.Part(part, step, time);
            }
        }
        throw new IllegalArgumentException("an event of the unknown category \"" + Json.shorten(category) + "\"");
    }

    private static long nanos(double micros) {
        return Math.round(micros * NANOS_PER_MICRO);
    }
}
