package dev.gatun.cli.terminal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Memory as Linux counts it. */
public final class ProcessMemory {
    private ProcessMemory() {}

    /** What this process holds in memory now, in bytes; -1 where that is unknown. */
    public static long resident() {
        return field(Path.of("/proc/self/status"), "VmRSS");
    }

    /** Memory of the machine; -1 where that is unknown. */
    public static long total() {
        return field(Path.of("/proc/meminfo"), "MemTotal");
    }

    /** What programs can still get without swapping; -1 where that is unknown. */
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
