package dev.gatun.cli.launch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Passes on what a process prints, at once; with something before each line, or as it is. */
final class Lines implements Runnable {
    private static final int LONGEST_LINE = 64 << 10;

    private final InputStream from;
    private final PrintStream to;
    private final byte[] prefix;

    private Lines(InputStream from, PrintStream to, String prefix) {
        this.from = from;
        this.to = to;
        this.prefix = prefix.getBytes(StandardCharsets.UTF_8);
    }

    /** Begins to pass on, on a thread that ends with the process. */
    static Thread passOn(InputStream from, PrintStream to, String prefix) {
        return Thread.ofPlatform().daemon().name("gatun-rank-output").start(new Lines(from, to, prefix));
    }

    @Override
    public void run() {
        byte[] buffer = new byte[8 << 10];
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        try (from) {
            for (int count = from.read(buffer); count >= 0; count = from.read(buffer)) {
                if (prefix.length == 0) {
                    write(buffer, count);
                } else {
                    split(buffer, count, line);
                }
            }
        } catch (IOException _) {
            // the process has ended
        }
        if (line.size() > 0) {
            end(line);
        }
    }

    private void split(byte[] buffer, int count, ByteArrayOutputStream line) {
        for (int i = 0; i < count; i++) {
            if (buffer[i] == '\n' || line.size() == LONGEST_LINE) {
                end(line);
            }
            if (buffer[i] != '\n' && buffer[i] != '\r') {
                line.write(buffer[i]);
            }
        }
    }

    private void end(ByteArrayOutputStream line) {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.writeBytes(prefix);
        whole.writeBytes(line.toByteArray());
        whole.write('\n');
        line.reset();
        write(whole.toByteArray(), whole.size());
    }

    /** In one piece, as several processes write to one stream. */
    private void write(byte[] bytes, int count) {
        OutputStream stream = to;
        synchronized (to) {
            try {
                stream.write(bytes, 0, count);
                stream.flush();
            } catch (IOException _) {
                // nobody reads it any more
            }
        }
    }
}
