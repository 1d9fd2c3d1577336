package dev.gatun.engine;

import dev.gatun.backend.Device;
import dev.gatun.backend.LayoutPolicy;

/**
 * How to compile.
 *
 * @param layout the order of activations where kernels leave a choice
 */
public record CompileOptions(LayoutPolicy layout) {
    /** What the device prefers. */
    public static CompileOptions defaults(Device device) {
        return new CompileOptions(device.preferredLayout());
    }
}
