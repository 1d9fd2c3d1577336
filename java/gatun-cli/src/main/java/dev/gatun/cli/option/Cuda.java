package dev.gatun.cli.option;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Detects NVIDIA's driver by its file; nothing is loaded. */
public record Cuda(Optional<Path> driver) {
    private static final String DRIVER = "libcuda.so.1";
    private static final List<String> FOLDERS = List.of(
            "/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib", "/usr/lib/wsl/lib",
            "/usr/local/nvidia/lib64", "/usr/local/cuda/compat", "/run/opengl-driver/lib");

    /** Looks for the driver. */
    public static Cuda find() {
        List<String> folders = new ArrayList<>();
        String path = System.getenv("LD_LIBRARY_PATH");
        if (path != null) {
            folders.addAll(List.of(path.split(":")));
        }
        folders.addAll(FOLDERS);
        return new Cuda(folders.stream().filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, DRIVER)).filter(Files::exists).findFirst());
    }

    /** Why it is not used. */
    String reason() {
        return "this version computes on the CPU only, whether there is a driver or not ("
                + driver.map(Path::toString).orElse(DRIVER + " was not found") + ")";
    }

    /** Returns the text for the table of {@code doctor}. */
    public String describe() {
        return driver.map(path -> "driver found, " + path + ", but this version trains on the CPU only")
                .orElse("not found: CPU training works");
    }
}
