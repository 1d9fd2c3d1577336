package dev.gatun.cli.terminal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Memory figures from Linux. */
public final class ProcessMemory {
    private ProcessMemory() {}

    /** Returns the resident memory of this process in bytes; -1 if unknown. */
    public static long resident() {
        return field(Path.of("/proc/self/status"), "VmRSS");
    }

    /** Returns the memory of the machine in bytes; -1 if unknown. */
    public static long total() {
        return field(Path.of("/proc/meminfo"), "MemTotal");
    }

    /** Returns the memory available without swapping in bytes; -1 if unknown. */
    public static long available() {
        return field(Path.of("/proc/meminfo"), "MemAvailable");
    }

    private static long field(Path file, String name) {
        try {
            Matcher line = Pattern.compile("(?m)^" + name + ":\\s*(\\d+) kB$").matcher(Files.readString(file));
            return line.find() ? Long.parseLong(line.group(1)) * 1024 : -1;
        } catch (IOException _) {
            return -1;
        }
    }
}
