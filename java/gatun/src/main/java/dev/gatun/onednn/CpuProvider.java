package dev.gatun.onednn;

import dev.gatun.backend.Availability;
import dev.gatun.backend.Availability.Fact;
import dev.gatun.backend.BackendException;
import dev.gatun.backend.BackendProvider;
import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.ffi.CacheSize;
import dev.gatun.ffi.LibraryStatus;
import dev.gatun.ffi.UserCache;
import dev.gatun.memory.Bytes;
import dev.gatun.onednn.primitive.Kernels;
import dev.gatun.onednn.primitive.Onednn;
import java.util.ArrayList;
import java.util.List;

/** Opens the CPU through oneDNN. */
public final class CpuProvider implements BackendProvider {
    /** The name a user asks for. */
    public static final String NAME = "cpu";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Availability availability() {
        List<Fact> facts = new ArrayList<>();
        List<LibraryStatus.Missing> missing = new ArrayList<>();
        for (LibraryStatus status : List.of(CpuLibraries.onednn(), CpuLibraries.kernels())) {
            switch (status) {
                case LibraryStatus.Loaded loaded -> facts.add(new Fact(loaded.library(), describe(loaded)));
                case LibraryStatus.Missing absent -> {
                    facts.add(new Fact(absent.library(), "not found: " + absent.reason()));
                    missing.add(absent);
                }
            }
        }
        CacheSize cache = CacheSize.measure();
        facts.add(new Fact("cache", UserCache.folder() + ", " + cache.files() + " files, "
                + Bytes.format(cache.bytes()) + "; it may be deleted"));
        return missing.isEmpty()
                ? new Availability.Available(facts)
                : new Availability.Unavailable(missing.getFirst().library() + ": " + missing.getFirst().reason(),
                        missing.getFirst().remedy(), facts);
    }

    private static String describe(LibraryStatus.Loaded loaded) {
        String what = loaded.library().equals(CpuLibraries.ONEDNN.name())
                ? Onednn.version() + ", " + Onednn.instructionSet()
                : "ABI " + Kernels.abiVersion() + ", " + Kernels.instructionSet();
        return what + ", " + loaded.path() + " (" + loaded.origin() + ")";
    }

    @Override
    public Device open(DeviceOptions options) {
        return switch (availability()) {
            case Availability.Available _ -> new CpuDevice(options);
            case Availability.Unavailable unavailable -> throw new BackendException(
                    "device cpu is not available: " + unavailable.reason() + ": " + unavailable.remedy());
        };
    }
}
