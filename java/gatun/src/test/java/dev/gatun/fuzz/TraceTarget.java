package dev.gatun.fuzz;

import dev.gatun.io.RunFolderException;
import dev.gatun.train.profile.StepCosts;
import dev.gatun.train.profile.Trace;
import java.io.IOException;
import java.util.List;

/** Traces of profiles: what is read can be summed up. */
public final class TraceTarget implements FuzzTarget {
    private final ScratchFile scratch = new ScratchFile();

    @Override
    public void read(byte[] input) throws IOException {
        Trace trace = Trace.read(scratch.holding("trace.json", input));
        try {
            StepCosts.of(trace);
        } catch (IllegalArgumentException e) {
            Inputs.same("no step was recorded", String.valueOf(e.getMessage()));
        }
    }

    @Override
    public List<Class<? extends Exception>> refusals() {
        return List.of(RunFolderException.class);
    }

    @Override
    public List<byte[]> seeds() {
        return Inputs.texts("""
                {"displayTimeUnit":"ms","otherData":{"program":"gatun","peak":{"product_gflops":100.5,\
                "streams":[{"bytes":64,"gigabytes_per_second":7.25}]}},"traceEvents":[\
                {"name":"thread_name","ph":"M","pid":0,"tid":0,"args":{"name":"main"}},\
                {"name":"conv1","cat":"kernel","ph":"X","ts":1.234,"dur":5.5,"pid":0,"tid":0,"args":{"step":7,\
                "stage":"forward","layer":"conv1","operation":"convolution","implementation":"jit","inputs":"in",\
                "outputs":"out","bytes":12,"flops":34}},\
                {"name":"step 7","cat":"step","ph":"X","ts":1.0,"dur":60,"pid":0,"tid":0,"args":{"step":7}}]}""");
    }

    @Override
    public void close() {
        scratch.delete();
    }
}
