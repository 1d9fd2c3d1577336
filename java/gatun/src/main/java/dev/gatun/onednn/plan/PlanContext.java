package dev.gatun.onednn.plan;

import dev.gatun.backend.KernelPlan;
import dev.gatun.ffi.NativeOwner;
import dev.gatun.onednn.primitive.CpuEngine;
import dev.gatun.shape.Stored;

/** What the plans of one program are made on. */
public interface PlanContext {
    /** Engine and stream of the device. */
    CpuEngine engine();

    /** Who closes the handles and the memory of the program's kernels. */
    NativeOwner owner();

    /** A kernel that copies a tensor into another layout, another type, or both. */
    KernelPlan reorder(Stored from, Stored to);
}
