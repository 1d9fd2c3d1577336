package dev.gatun.onednn.update;

import dev.gatun.ffi.NativeOwner;
import dev.gatun.onednn.primitive.CpuEngine;
import dev.gatun.update.kernel.UpdateRequest;
import java.util.Map;

/** A step of one rule on the states of one request: one native call, or some for each matrix. */
interface NativeStep {
    /** Binds a step. */
    @FunctionalInterface
    interface Binder {
        /** The owner keeps what the step needs beside the request's memory. */
        NativeStep bind(CpuEngine engine, NativeOwner owner, NativeRule rule, UpdateRequest request);
    }

    /** Rules of matrices have native functions of their own. */
    Map<String, Binder> OF_MATRICES = Map.of("muon", NativeMuon::bind, "adafactor", NativeAdafactor::bind);

    /** The step of a request. */
    static NativeStep of(CpuEngine engine, NativeOwner owner, NativeRule rule, UpdateRequest request) {
        Binder general = request.scales().isEmpty() ? NativeUpdate::bind : NativeUpdateInEightBits::bind;
        return OF_MATRICES.getOrDefault(rule.name(), general).bind(engine, owner, rule, request);
    }

    /** Runs it. Allocates nothing. */
    void run(StepArguments arguments);
}
