package dev.gatun.onednn;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The processor's name: two processors of one instruction set need not like the same kernels. */
final class Processor {
    /** As the operating system has it, or that it does not say. */
    static final String NAME = read();

    private Processor() {}

    private static String read() {
        try {
            List<String> lines = Files.readAllLines(Path.of("/proc/cpuinfo"));
            return lines.stream().filter(line -> line.startsWith("model name")).findFirst()
                    .map(line -> line.substring(line.indexOf(':') + 1).strip()).orElse("unnamed processor");
        } catch (IOException _) {
            return "unnamed processor";
        }
    }
}
