package dev.gatun.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Gives a reader many inputs fast, without watching which code they reach: {@code Storm CLASS CORPUS FAILURES SECONDS
 * INPUTS SEED} ends after so many seconds or inputs. Inputs that fail are made as small as they go and written to a
 * folder. The last line says {@code inputs N failures M}.
 */
public final class Storm {
    /** Of failures of one kind there are often many. */
    private static final int MOST_FAILURES = 4;

    /** What one input may take, far beyond any that was seen. */
    private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final FuzzTarget target;
    private final Path failures;
    private int failed;

    private Storm(FuzzTarget target, Path failures) {
        this.target = target;
        this.failures = failures;
    }

    /** Runs a target. */
    public static void main(String[] arguments) throws Exception {
        try (FuzzTarget target = Fuzz.target(arguments[0])) {
            List<byte[]> corpus = new ArrayList<>(target.seeds());
            try (Stream<Path> files = Files.walk(Path.of(arguments[1]))) {
                for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                    corpus.add(Files.readAllBytes(file));
                }
            }
            Storm storm = new Storm(target, Files.createDirectories(Path.of(arguments[2])));
            long inputs = storm.run(new Mutations(Long.parseLong(arguments[5]), corpus),
                    TimeUnit.SECONDS.toNanos(Long.parseLong(arguments[3])), Long.parseLong(arguments[4]));
            System.out.println("inputs " + inputs + " failures " + storm.failed);
        }
    }

    private long run(Mutations mutations, long nanos, long most) throws IOException {
        long begin = System.nanoTime();
        long before = begin;
        long inputs = 0;
        while (inputs < most && before - begin < nanos && failed < MOST_FAILURES) {
            byte[] input = mutations.next();
            Throwable fault = fault(input);
            inputs++;
            long now = System.nanoTime();
            if (fault == null && now - before > MOST_NANOS) {
                fault = new AssertionError("took " + TimeUnit.NANOSECONDS.toMillis(now - before) + " ms");
            }
            before = now;
            if (fault != null) {
                failed++;
                keep(input, fault);
            }
        }
        return inputs;
    }

    private @Nullable Throwable fault(byte[] input) {
        try {
            target.accepts(input);
            return null;
        } catch (Throwable e) {
            return e;
        }
    }

    private void keep(byte[] input, Throwable fault) throws IOException {
        byte[] small = input;
        for (int piece = Math.max(1, small.length / 2); piece > 0; piece /= 2) {
            for (int at = 0; at + piece <= small.length;) {
                byte[] less = new byte[small.length - piece];
                System.arraycopy(small, 0, less, 0, at);
                System.arraycopy(small, at + piece, less, at, less.length - at);
                Throwable other = fault(less);
                if (other != null && sameKind(fault, other)) {
                    small = less;
                } else {
                    at += piece;
                }
            }
        }
        Path file = Files.write(failures.resolve("crash-" + Integer.toHexString(Arrays.hashCode(small))), small);
        System.out.println(file + ": " + fault);
        fault.printStackTrace(System.out);
    }

    private static boolean sameKind(Throwable one, Throwable other) {
        return place(one).equals(place(other));
    }

    private static String place(Throwable fault) {
        Throwable cause = fault.getCause() == null ? fault : fault.getCause();
        return cause.getClass() + " " + (cause.getStackTrace().length == 0 ? "" : cause.getStackTrace()[0]);
    }
}
