package dev.gatun.backend;

import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

/** Finds backends by name. */
public final class Backends {
    private Backends() {}

    /** Returns every backend on the class path. */
    public static List<BackendProvider> all() {
        List<BackendProvider> providers = new ArrayList<>();
        ServiceLoader.load(BackendProvider.class, Backends.class.getClassLoader()).forEach(providers::add);
        return providers;
    }

    /**
     * Opens the device of the backend with the given name.
     *
     * @throws BackendException when there is no such backend, or it does not work here
     */
    public static Device open(String name, DeviceOptions options) {
        List<BackendProvider> providers = all();
        for (BackendProvider provider : providers) {
            if (provider.name().equals(name)) {
                return provider.open(options);
            }
        }
        throw new BackendException("there is no device \"" + name + "\", only "
                + providers.stream().map(BackendProvider::name).toList());
    }
}
