package dev.gatun.onednn;

import dev.gatun.bindings.gatun.gatun_h;
import dev.gatun.ffi.LargeStack;
import dev.gatun.ffi.LibraryLoader;
import dev.gatun.ffi.LibrarySpec;
import dev.gatun.ffi.LibraryStatus;
import dev.gatun.ffi.SpinLimit;
import dev.gatun.onednn.primitive.Kernels;
import dev.gatun.onednn.update.NativeRule;
import dev.gatun.update.UpdateRule;
import dev.gatun.update.rule.UpdateRules;
import java.util.List;
import java.util.Optional;

/** The libraries of the CPU backend, loaded once per process, in an order that leaves one OpenMP runtime in it. */
final class CpuLibraries {
    private static final String PLATFORM = "linux-x86_64";

    static final LibrarySpec ONEDNN = new LibrarySpec("oneDNN", "libdnnl.so.3", "gatun.onednn.library",
            "org/bytedeco/dnnl/" + PLATFORM, List.of("libgomp.so.1"), "dev/gatun/bindings/onednn.symbols",
            "put org.bytedeco:dnnl:3.11-1.5.13:" + PLATFORM + " on the class path, or name a oneDNN 3.11 with"
                    + " -Dgatun.onednn.library=/path/to/libdnnl.so.3");

    static final LibrarySpec KERNELS = new LibrarySpec("Gatun kernels", "libgatun.so", "gatun.kernels.library",
            "dev/gatun/native/" + PLATFORM, List.of(), "dev/gatun/bindings/gatun.symbols",
            "build the module native (mvn package) and put its jar on the class path, or name the library with"
                    + " -Dgatun.kernels.library=/path/to/libgatun.so");

    private CpuLibraries() {}

    private static final class Loaded {
        // oneDNN first: its artifact brings the OpenMP runtime that the kernels then share.
        static final LibraryStatus ONEDNN_STATUS = LargeStack.get(CpuLibraries::loadOnednn);
        static final LibraryStatus KERNELS_STATUS = LargeStack.get(CpuLibraries::loadKernels);
    }

    private static LibraryStatus loadOnednn() {
        SpinLimit.set(); // before the runtime reads it
        return LibraryLoader.load(ONEDNN);
    }

    private static LibraryStatus loadKernels() {
        return checkAbi(LibraryLoader.load(KERNELS));
    }

    private static LibraryStatus checkAbi(LibraryStatus status) {
        if (status instanceof LibraryStatus.Loaded loaded && Kernels.abiVersion() != gatun_h.GATUN_ABI_VERSION()) {
            return new LibraryStatus.Missing(loaded.library(), loaded.path() + " has ABI version "
                    + Kernels.abiVersion()
                    + ", version " + gatun_h.GATUN_ABI_VERSION() + " is needed", KERNELS.remedy());
        }
        return checkRules(status);
    }

    /** Fields and states go to native code by place, so both sides must have the same in the same places. */
    private static LibraryStatus checkRules(LibraryStatus status) {
        if (status instanceof LibraryStatus.Loaded loaded) {
            for (UpdateRule rule : UpdateRules.ALL) {
                Optional<String> difference = NativeRule.difference(rule);
                if (difference.isPresent()) {
                    return new LibraryStatus.Missing(loaded.library(),
                            loaded.path() + " does not know " + rule + " as it is here: " + difference.get(),
                            KERNELS.remedy());
                }
            }
        }
        return status;
    }

    static LibraryStatus onednn() {
        return Loaded.ONEDNN_STATUS;
    }

    static LibraryStatus kernels() {
        return Loaded.KERNELS_STATUS;
    }
}
