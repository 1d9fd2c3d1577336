package dev.gatun.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * {@code java/bin/gatun} in a checkout of its own, with a Maven and a JDK that only write down how they were called.
 */
class LauncherTest {
    private static final Path REPOSITORY = Path.of("../..");

    @TempDir
    private Path folder;

    private Path root;
    private Map<String, String> locale = Map.of("LANG", "C.UTF-8");

    /** What the launcher left behind. */
    private record Outcome(int code, String out, String err) {}

    @BeforeEach
    void layOut() throws IOException {
        root = folder.resolve("check out"); // with a space, as users have them
        for (String script : List.of("java/bin/gatun", "ci/check-tools")) {
            Files.createDirectories(root.resolve(script).getParent());
            Files.copy(REPOSITORY.resolve(script), root.resolve(script));
        }
        write("pom.xml", "");
        write("java/gatun/src/main/java/Main.java", "");
        write("java/gatun/src/test/java/MainTest.java", "");
        script("jdk/bin/javac", "");
        script("jdk/bin/java", "printf '%s\\n' \"$@\"");
        write("jdk/release", "JAVA_VERSION=\"25.0.1\"\n");
        script("tools/mvn", """
                echo "$@" >>'%s'
                echo '[INFO] Scanning for projects...'
                echo '[INFO] Building Gatun native kernels 0.1.0-SNAPSHOT                         [2/6]'
                echo '[INFO] Building jar: /somewhere/gatun-1.jar'
                echo '[INFO] Building Gatun: command line and laboratory 0.1.0-SNAPSHOT           [6/6]'
                mkdir -p java/gatun-cli/target/lib
                touch java/gatun-cli/target/gatun-cli-1.jar java/gatun-cli/target/lib/gatun-1.jar
                """.formatted(root.resolve("mvn-calls")));
    }

    @Test
    void theFirstCallBuildsOnlyWhatRunningNeedsAndLaterOnesNothing() throws Exception {
        Outcome first = launch(root.resolve("java/bin/gatun"), "train", "--data", "my images");
        assertThat(first.code()).as(first.err()).isZero();
        assertThat(first.err()).isEqualTo("building gatun for the first time: its kernels in C++, then the Java; once,"
                + " and about a minute on two cores ...\n  2 of 6: Gatun native kernels\n  6 of 6: Gatun: command line"
                + " and laboratory\n");
        assertThat(mavenCalls()).singleElement().asString().contains("-Dquick").contains("package")
                .contains("-pl java/gatun-cli -am");
        assertThat(first.out().lines()).contains("--enable-native-access=ALL-UNNAMED", "--illegal-native-access=deny")
                .endsWith("-cp", root + "/java/gatun-cli/target/gatun-cli-1.jar:" + root
                        + "/java/gatun-cli/target/lib/gatun-1.jar", "dev.gatun.cli.Main", "train", "--data",
                        "my images");

        Outcome second = launch(root.resolve("java/bin/gatun"), "--help");
        assertThat(second.err()).isEmpty();
        assertThat(mavenCalls()).hasSize(1);
    }

    @Test
    void aChangedSourceIsBuiltAndAChangedTestIsNot() throws Exception {
        launch(root.resolve("java/bin/gatun"));
        inTheFuture("java/gatun/src/test/java/MainTest.java");
        launch(root.resolve("java/bin/gatun"));
        assertThat(mavenCalls()).as("after a test was changed").hasSize(1);
        inTheFuture("java/gatun/src/main/java/Main.java");
        Outcome again = launch(root.resolve("java/bin/gatun"));
        assertThat(mavenCalls()).as("after a source was changed").hasSize(2);
        assertThat(again.err()).startsWith("building gatun anew, as sources have changed: ");
    }

    @Test
    void aLinkOnThePathWorks() throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("gatun"), root.resolve("java/bin/gatun"));
        Outcome outcome = launch(link, "doctor");
        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(outcome.out()).endsWith("dev.gatun.cli.Main\ndoctor\n");
    }

    /** Where Java would take names of files for ASCII. */
    @ParameterizedTest
    @CsvSource({"LC_ALL, C", "LC_ALL, POSIX", "LANG, xx_YY", "LANG, ''"})
    void aLocaleWithoutAnEncodingBecomesUtf8(String variable, String value) throws Exception {
        script("jdk/bin/java", "locale charmap");
        locale = Map.of(variable, value);
        assertThat(launch(root.resolve("java/bin/gatun"), "train").out()).isEqualTo("UTF-8\n");
    }

    @Test
    void aLocaleOfUtf8StaysAsItIs() throws Exception {
        script("jdk/bin/java", "echo \"${LC_ALL-none} $LANG\"");
        locale = Map.of("LANG", "C.UTF-8");
        assertThat(launch(root.resolve("java/bin/gatun"), "train").out()).isEqualTo("none C.UTF-8\n");
    }

    @Test
    void aFailedBuildSaysWhyAndWhatToDo() throws Exception {
        script("tools/mvn", """
                echo '[INFO] Scanning for projects...'
                echo 'kernels.cpp:7:1: error: expected a type'
                echo '[ERROR] -> [Help 1]'
                exit 1
                """);
        Outcome outcome = launch(root.resolve("java/bin/gatun"), "train");
        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.err().lines().skip(1)).containsExactly("kernels.cpp:7:1: error: expected a type",
                "gatun: the build failed: mend what is said above, or see it all with: cd " + root + " && mvn package");
    }

    @Test
    void withoutAJdkOneLineSaysWhichAndNothingIsBuilt() throws Exception {
        write("jdk/release", "JAVA_VERSION=\"21.0.1\"\n");
        Files.writeString(root.resolve("ci/check-tools"), """
                #!/usr/bin/env bash
                echo 'JDK 25 is missing: install it' >&2
                exit 1
                """);
        Outcome outcome = launch(root.resolve("java/bin/gatun"), "train");
        assertThat(outcome.code()).isEqualTo(7);
        assertThat(outcome.err()).isEqualTo("JDK 25 is missing: install it\n");
        assertThat(root.resolve("mvn-calls")).doesNotExist();
    }

    private Outcome launch(Path launcher, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(launcher.toString()));
        command.addAll(List.of(arguments));
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().put("PATH", root.resolve("tools") + ":" + System.getenv("PATH"));
        builder.environment().put("JDK25_HOME", root.resolve("jdk").toString());
        builder.environment().remove("GATUN_JAVA_OPTIONS");
        builder.environment().keySet().removeIf(name -> name.equals("LANG") || name.startsWith("LC_"));
        builder.environment().putAll(locale);
        int code = builder.start().waitFor();
        return new Outcome(code, Files.readString(out), Files.readString(err));
    }

    private List<String> mavenCalls() throws IOException {
        return Files.readAllLines(root.resolve("mvn-calls"));
    }

    private void inTheFuture(String file) throws IOException {
        Files.setLastModifiedTime(root.resolve(file), FileTime.from(Instant.now().plusSeconds(3600)));
    }

    private void write(String file, String text) throws IOException {
        Files.createDirectories(root.resolve(file).getParent());
        Files.writeString(root.resolve(file), text, StandardCharsets.UTF_8);
    }

    private void script(String file, String text) throws IOException {
        write(file, "#!/usr/bin/env bash\n" + text);
        Files.setPosixFilePermissions(root.resolve(file), PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
