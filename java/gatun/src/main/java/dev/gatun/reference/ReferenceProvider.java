package dev.gatun.reference;

import dev.gatun.backend.Availability;
import dev.gatun.backend.BackendProvider;
import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import java.util.List;

/** The entry to the pure-Java backend, which works everywhere. */
public final class ReferenceProvider implements BackendProvider {
    static final String NAME = "reference";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Availability availability() {
        return new Availability.Available(
                List.of(new Availability.Fact("reference", "pure Java, double precision, 1 thread")));
    }

    @Override
    public Device open(DeviceOptions options) {
        return new ReferenceDevice(options.memory());
    }
}
