package dev.gatun.cli.terminal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The memory that Linux allows this process by its control group (of a container, or a job of a cluster), of either
 * version: a process that takes more is killed, however much the machine has.
 */
final class ControlGroup {
    /** Version 1 writes a number near the largest one for no limit. */
    private static final long NO_LIMIT = 1L << 60;

    private final Path root;

    /** Looks below a folder in place of {@code /}. */
    ControlGroup(Path root) {
        this.root = root;
    }

    /** The files of a version: the limit, what is used, and of that what is only cached, by its name among others. */
    private enum Version {
        ONE("sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
        TWO("sys/fs/cgroup", "memory.max", "memory.current", "inactive_file");

        private final String mount;
        private final String limit;
        private final String used;
        private final String cached;

        Version(String mount, String limit, String used, String cached) {
            this.mount = mount;
            this.limit = limit;
            this.used = used;
            this.cached = cached;
        }
    }

    @FunctionalInterface
    private interface Figure {
        OptionalLong of(Version version, Path group);
    }

    /** The least limit of the group and those above it, in bytes; empty without one. */
    OptionalLong limit() {
        return least(this::limit);
    }

    /** The least that is left of such a limit. */
    OptionalLong available() {
        return least((version, group) -> {
            OptionalLong limit = limit(version, group);
            OptionalLong used = number(group.resolve(version.used));
            if (limit.isEmpty() || used.isEmpty()) {
                return OptionalLong.empty();
            }
            Matcher cached = Pattern.compile("(?m)^" + version.cached + " (\\d{1,18})$")
                    .matcher(text(group.resolve("memory.stat")));
            long taken = used.getAsLong() - (cached.find() ? Long.parseLong(cached.group(1)) : 0);
            return OptionalLong.of(Math.max(0, limit.getAsLong() - Math.max(0, taken)));
        });
    }

    private OptionalLong limit(Version version, Path group) {
        OptionalLong limit = number(group.resolve(version.limit));
        return limit.isPresent() && limit.getAsLong() < NO_LIMIT ? limit : OptionalLong.empty();
    }

    /** Of lines such as {@code 0::/user.slice} (version 2) or {@code 9:memory:/job} (version 1). */
    private OptionalLong least(Figure figure) {
        long least = Long.MAX_VALUE;
        for (String line : text(root.resolve("proc/self/cgroup")).split("\n", -1)) {
            String[] parts = line.split(":", 3);
            if (parts.length < 3) {
                continue;
            }
            boolean two = parts[1].isEmpty();
            if (!two && !Pattern.compile(",").splitAsStream(parts[1]).anyMatch("memory"::equals)) {
                continue;
            }
            Version version = two ? Version.TWO : Version.ONE;
            Path mount = root.resolve(version.mount);
            // Within a container the path may be that of the host, of which nothing but the last part is seen.
            for (Path group = mount.resolve(parts[2].replaceFirst("^/+", "")).normalize();
                    group != null && group.startsWith(mount); group = group.getParent()) {
                least = Math.min(least, figure.of(version, group).orElse(Long.MAX_VALUE));
            }
        }
        return least == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(least);
    }

    private static OptionalLong number(Path file) {
        String text = text(file).strip();
        return text.matches("\\d{1,19}") ? OptionalLong.of(Math.max(0, parse(text))) : OptionalLong.empty();
    }

    private static long parse(String digits) {
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException _) {
            return Long.MAX_VALUE;
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException _) {
            return "";
        }
    }
}
