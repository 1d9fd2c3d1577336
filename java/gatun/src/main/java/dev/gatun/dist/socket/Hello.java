package dev.gatun.dist.socket;

import dev.gatun.dist.socket.Frame.MalformedException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;

/**
 * How a process introduces itself.
 *
 * @param version of Gatun
 * @param rank    which it was told to be
 * @param size    of how many
 * @param pid     number of the process
 * @param host    name of its machine
 */
record Hello(String version, int rank, int size, long pid, String host) {
    private static final String RESOURCE = "/META-INF/maven/dev.gatun/gatun/pom.properties";
    private static final char SEPARATOR = '\t';

    static Hello ofThisProcess(int rank, int size) {
        return new Hello(versionOfGatun(), rank, size, ProcessHandle.current().pid(), hostName());
    }

    private static String versionOfGatun() {
        try (InputStream in = Hello.class.getResourceAsStream(RESOURCE)) {
            Properties properties = new Properties();
            if (in != null) {
                properties.load(in);
            }
            return properties.getProperty("version", "(not packaged)");
        } catch (IOException _) {
            return "(unreadable)";
        }
    }

    private static String hostName() {
        try {
            Path file = Path.of("/proc/sys/kernel/hostname"); // the name server is asked no question
            String name = Files.isReadable(file) ? Files.readString(file) : InetAddress.getLocalHost().getHostName();
            return name.strip().replaceAll("\\p{Cntrl}", "?");
        } catch (UnknownHostException _) {
            return "an unnamed machine";
        } catch (IOException _) {
            return "a machine";
        }
    }

    Frame frame() {
        return Frame.of(Frame.Kind.HELLO, rank, version + SEPARATOR + size + SEPARATOR + pid + SEPARATOR + host);
    }

    static Hello of(Frame frame) {
        String text = new String(frame.body(), StandardCharsets.UTF_8);
        String[] parts = text.split(String.valueOf(SEPARATOR), -1);
        try {
            if (frame.kind() == Frame.Kind.HELLO && parts.length == 4) {
                return new Hello(parts[0], frame.number(), Integer.parseInt(parts[1]), Long.parseLong(parts[2]),
                        parts[3].replaceAll("\\p{Cntrl}", "?"));
            }
        } catch (NumberFormatException _) {
            // as below
        }
        throw new MalformedException("no greeting");
    }

    /** Returns {@code process 4711 on node7}. */
    String process() {
        return "process " + pid + " on " + host;
    }

    /** Returns in a line why rank 0 does not take this process, which is not one of its ranks. */
    Optional<String> refusal(Hello first) {
        String who = "rank " + rank + " (" + process() + ")";
        if (!version.equals(first.version)) {
            return Optional.of(who + " runs Gatun " + version + ", but rank 0 (" + first.process() + ") runs "
                    + first.version + ": all ranks need the same version");
        }
        if (size != first.size) {
            return Optional.of(who + " was started as one of " + size + " ranks, but rank 0 (" + first.process()
                    + ") as one of " + first.size + ": start all with the same number");
        }
        if (rank < 0 || rank >= size) {
            return Optional.of(who + " was started with a number that is none of " + size + " ranks");
        }
        return rank == 0 ? Optional.of(claimedTwice(first)) : Optional.empty();
    }

    /** Returns a line for two processes that want to be the same rank. */
    String claimedTwice(Hello other) {
        return other.process() + " and " + process() + " were both started as rank " + rank
                + ": each process needs its own number";
    }
}
