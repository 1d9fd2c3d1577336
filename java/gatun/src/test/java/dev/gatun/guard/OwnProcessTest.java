package dev.gatun.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What only a process of its own shows: small stacks, damaged libraries, many threads at random, and fewer
 * instructions.
 */
class OwnProcessTest {
    private static final String RESOURCE = "/dev/gatun/native/linux-x86_64/libgatun.so";

    @TempDir
    Path folder;

    private static String run(Class<?> program, List<String> options, String... arguments)
            throws IOException, InterruptedException {
        return run(program, options, Map.of(), arguments);
    }

    private static String run(Class<?> program, List<String> options, Map<String, String> environment,
            String... arguments) throws IOException, InterruptedException {
        try (ChildProcess child = ChildProcess.start(program, options, environment, arguments)) {
            String said = child.rest();
            assertThat(child.status()).as(said).isZero();
            return said;
        }
    }

    @Test
    void aSmallStackIsEnough() throws Exception {
        assertThat(run(OddExtents.class, List.of("-Xss256k"), "2", "40", "3")).contains("done 42").endsWith("end\n");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 63, 4096, 50})
    void aLibraryThatIsCutShortIsRefused(int percentOrBytes) throws Exception {
        byte[] library;
        try (var in = OwnProcessTest.class.getResourceAsStream(RESOURCE)) {
            library = in.readAllBytes();
        }
        int length = percentOrBytes == 50 ? library.length / 2 : percentOrBytes;
        Path cut = Files.write(folder.resolve("cut.so"), java.util.Arrays.copyOf(library, length));
        assertThat(run(Open.class, List.of("-Dgatun.kernels.library=" + cut))).contains("refused", cut.toString())
                .containsAnyOf("is cut short", "fewer than the header");
    }

    /** On a processor that counts as one with fewer instructions. */
    @ParameterizedTest
    @ValueSource(strings = {"AVX2", "AVX512_CORE", "DEFAULT"})
    void noConvolutionIsOneOfOnednnsPlainLoops(String instructions) throws Exception {
        List<String> kernels = run(ConvolutionGradients.class, List.of(),
                Map.of("ONEDNN_MAX_CPU_ISA", instructions)).lines().toList();
        assertThat(kernels).endsWith("end").noneMatch(kernel -> kernel.contains(" ref"));
        assertThat(kernels).anyMatch(kernel -> kernel.startsWith("BLOCKED convolution_backward_data "))
                .anyMatch(kernel -> kernel.startsWith("BLOCKED convolution_backward_weights "));
    }

    /** For as long as {@code mvn verify -Psoak} says: an hour. */
    @Test
    void aSoakEndsWell() throws Exception {
        String seconds = Long.toString(Long.getLong("gatun.soak.seconds", 15));
        assertThat(run(Soak.class, List.of(), seconds, "1")).contains("nothing is left open");
    }

    @Test
    void whatAChildPrintsBesideItsAnswersShiftsNone() throws Exception {
        try (ChildProcess child = ChildProcess.start(Chatterer.class, List.of(), Map.of())) {
            for (String word : List.of("one", "two")) {
                assertThat(child.ask(word)).isEqualTo(word);
                assertThat(child.beside()).isEqualTo("before " + word + "\nand with no end\n");
            }
            assertThat(child.ask("")).startsWith("the JVM crashed: ").contains("before the end");
            assertThat(child.status()).isEqualTo(3);
        }
    }

    /** Repeats what it reads, and prints more; an empty line ends it. */
    static final class Chatterer {
        private Chatterer() {}

        public static void main(String[] arguments) throws IOException {
            BufferedReader words = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String word = words.readLine(); !word.isEmpty(); word = words.readLine()) {
                System.out.print("before " + word + "\nand with no end");
                ChildProcess.answer(word);
            }
            System.out.println("before the end");
            System.exit(3);
        }
    }

    /** Opens the device and says what came of it. */
    static final class Open {
        private Open() {}

        public static void main(String[] arguments) {
            try {
                MemoryMisuses.open().close();
                System.out.println("opened");
            } catch (RuntimeException e) {
                System.out.println("refused " + e.getMessage());
            }
        }
    }
}
