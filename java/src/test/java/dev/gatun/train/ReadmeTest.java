package dev.gatun.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gatun.memory.NoLeaks;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The program that the README shows: {@link TrainDigits}, without its package. */
@ExtendWith(NoLeaks.class)
class ReadmeTest {
    private static final Path SOURCE = Path.of("src/test/java/dev/gatun/train/TrainDigits.java");
    private static final Path README = Path.of("../README.md");

    private static String program() throws IOException {
        return Files.readString(SOURCE).replace("package dev.gatun.train;\n\n", "").strip();
    }

    /** Compiled outside all packages, it sees the public API only. */
    @Test
    void theProgramCompilesRunsAndLearns(@TempDir Path classes) throws Exception {
        SimpleJavaFileObject source = new SimpleJavaFileObject(
                URI.create("string:///TrainDigits.java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) throws IOException {
                return program();
            }
        };
        assertThat(ToolProvider.getSystemJavaCompiler().getTask(null, null, null,
                List.of("-proc:none", "-d", classes.toString(), "-cp", System.getProperty("java.class.path")), null,
                List.of(source)).call()).isTrue();
        String printed;
        PrintStream before = System.out;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (URLClassLoader loader = new URLClassLoader(
                new URL[] {classes.toUri().toURL()}, ReadmeTest.class.getClassLoader())) {
            System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
            loader.loadClass("TrainDigits").getMethod("main", String[].class).invoke(null, (Object) new String[0]);
        } finally {
            System.setOut(before);
            printed = out.toString(StandardCharsets.UTF_8);
        }
        List<String> lines = printed.lines().toList();
        assertThat(lines).hasSize(3);
        Matcher last = Pattern.compile("epoch 3: test accuracy (0\\.\\d{3})").matcher(lines.getLast());
        assertThat(last.matches()).as(lines.getLast()).isTrue();
        assertThat(Double.parseDouble(Objects.requireNonNull(last.group(1)))).isGreaterThan(0.8);
    }

    @Test
    void theProgramFitsOnAScreen() throws IOException {
        assertThat(program().lines().filter(line -> !line.isBlank()).count()).isLessThanOrEqualTo(25);
    }

    @Test
    void theReadmeShowsTheProgramAsItIs() throws IOException {
        assumeTrue(Files.isRegularFile(README), "there is no README.md yet");
        assertThat(Files.readString(README)).contains("```java\n" + program() + "\n```");
    }
}
