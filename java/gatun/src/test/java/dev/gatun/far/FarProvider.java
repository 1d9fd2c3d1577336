package dev.gatun.far;

import dev.gatun.backend.Availability;
import dev.gatun.backend.BackendProvider;
import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import java.util.List;

/** Opens the far device, two steps behind its host. */
public final class FarProvider implements BackendProvider {
    /** Steps that the host is ahead. */
    static final int DEPTH = 2;

    @Override
    public String name() {
        return FarDevice.NAME;
    }

    @Override
    public Availability availability() {
        return new Availability.Available(List.of());
    }

    @Override
    public Device open(DeviceOptions options) {
        return new FarDevice(options, DEPTH);
    }
}
