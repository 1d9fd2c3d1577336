package dev.gatun.fuzz;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The entry of Jazzer, which finds it by its name: {@code --target_class=dev.gatun.fuzz.Fuzz
 * -Dgatun.fuzz.target=dev.gatun.fuzz.JsonTarget}. As a program, {@code Fuzz CLASS FOLDER} writes the seeds of a target.
 */
public final class Fuzz {
    /** Names the class of the target. */
    private static final String TARGET = "gatun.fuzz.target";

    private static volatile @Nullable FuzzTarget target;

    private Fuzz() {}

    /** Makes the target, once, on the thread that reads. */
    public static void fuzzerInitialize() throws ReflectiveOperationException {
        target = target(System.getProperty(TARGET));
    }

    /** Reads one input. */
    public static void fuzzerTestOneInput(byte[] input) {
        Objects.requireNonNull(target).accepts(input);
    }

    /** A target by the name of its class. */
    static FuzzTarget target(String name) throws ReflectiveOperationException {
        return Class.forName(name).asSubclass(FuzzTarget.class).getConstructor().newInstance();
    }

    /** Writes the seeds of a target into a folder, one file each. */
    public static void main(String[] arguments) throws Exception {
        try (FuzzTarget named = target(arguments[0])) {
            write(named, Files.createDirectories(Path.of(arguments[1])));
        }
    }

    private static void write(FuzzTarget named, Path folder) throws Exception {
        int number = 0;
        for (byte[] seed : named.seeds()) {
            Files.write(folder.resolve("seed-" + number), seed);
            number++;
        }
    }
}
