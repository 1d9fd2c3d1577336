package dev.gatun.cli.terminal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Memory figures from Linux. */
public final class ProcessMemory {
    private static final ControlGroup GROUP = new ControlGroup(Path.of("/"));

    private ProcessMemory() {}

    /** Returns the resident memory of this process in bytes; -1 if unknown. */
    public static long resident() {
        return field(Path.of("/proc/self/status"), "VmRSS");
    }

    /** Returns the memory of the machine in bytes, or what the control group allows of it; -1 if unknown. */
    public static long total() {
        return least(field(Path.of("/proc/meminfo"), "MemTotal"), limit());
    }

    /** Returns what the control group of this process (a container, say) allows it, in bytes; empty without a limit. */
    public static OptionalLong limit() {
        return GROUP.limit();
    }

    /** Returns the memory available without swapping, and within the control group, in bytes; -1 if unknown. */
    public static long available() {
        return least(field(Path.of("/proc/meminfo"), "MemAvailable"), GROUP.available());
    }

    private static long least(long machine, OptionalLong group) {
        return group.isEmpty() || (machine >= 0 && machine < group.getAsLong()) ? machine : group.getAsLong();
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
