package dev.gatun.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatun.op.Op;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What {@code .editorconfig} and the rules of the house say of every source that is written by hand. */
class SourceStyleTest {
    private static final Path REPOSITORY = Path.of("../..");

    /** Where sources are, scripts included. */
    private static final List<String> FOLDERS =
            List.of("java", "bench", "native", "bindings/src/test", "bindings/generate", "ci", ".ci");

    /** What a build leaves. */
    private static final Set<String> NOT_SOURCES = Set.of("target", "runs", ".cache");

    private static final Set<String> ENDINGS =
            Set.of("java", "h", "hpp", "def", "cpp", "cu", "cuh", "py", "sh", "xml", "cmake", "CMakeLists.txt");

    private static final int COLUMNS = 120;

    private static final Pattern IMPORT = Pattern.compile("import (?:static )?[\\w.]+\\.(\\w+);");

    /** What begins and ends a block of text in Java. */
    private static final String TEXT_BLOCK = "\"".repeat(3);

    /** About thirty: what a reader takes in at a glance. */
    private static final int FILES_IN_A_PACKAGE = 30;

    /** Sealed types outside a named module share a package: what they permit cannot be divided, and does not count. */
    private static final Map<String, Class<?>> SEALED = Map.of("dev/gatun/op", Op.class);

    @Test
    void noLineIsLongerThan120Columns() throws IOException {
        List<String> tooLong = new ArrayList<>();
        int files = forEachSource((file, lines) -> {
            boolean textBlock = false; // its lines are data
            for (int i = 0; i < lines.size(); i++) {
                String line = lines.get(i);
                if (line.contains(TEXT_BLOCK)) {
                    textBlock = !textBlock;
                } else if (!textBlock && line.codePointCount(0, line.length()) > COLUMNS) {
                    tooLong.add(REPOSITORY.relativize(file) + ":" + (i + 1));
                }
            }
        });
        assertThat(tooLong).isEmpty();
        assertThat(files).as("the sources were found").isGreaterThan(500);
    }

    @Test
    void linesEndAsTheyShould() throws IOException {
        List<String> wrong = new ArrayList<>();
        forEachSource((file, lines) -> {
            for (int i = 0; i < lines.size(); i++) {
                String line = lines.get(i);
                if (line.contains("\t") || line.endsWith(" ") || line.endsWith("\r")) {
                    wrong.add(REPOSITORY.relativize(file) + ":" + (i + 1));
                }
            }
        });
        assertThat(wrong).as("tabs, carriage returns, blanks at the end").isEmpty();
    }

    @Test
    void everyImportIsUsed() throws IOException {
        List<String> unused = new ArrayList<>();
        forEachSource((file, lines) -> {
            String code = lines.stream().filter(line -> !line.startsWith("import ")).collect(Collectors.joining("\n"));
            for (String line : lines) {
                Matcher named = IMPORT.matcher(line);
                if (named.matches() && !Pattern.compile("\\b" + named.group(1) + "\\b").matcher(code).find()) {
                    unused.add(REPOSITORY.relativize(file) + ": " + line);
                }
            }
        });
        assertThat(unused).isEmpty();
    }

    @Test
    void noPackageHasMoreThanAboutThirtyFiles() throws IOException {
        Map<Path, Integer> packages = new TreeMap<>();
        forEachSource((file, _) -> {
            if (file.toString().contains("src/main/java") && !file.endsWith("package-info.java")) {
                packages.merge(REPOSITORY.relativize(file.getParent()), 1, Integer::sum);
            }
        });
        assertThat(packages).hasSizeGreaterThan(20);
        packages.replaceAll((folder, files) -> files - permitted(folder));
        packages.values().removeIf(files -> files <= FILES_IN_A_PACKAGE);
        assertThat(packages).isEmpty();
    }

    private static int permitted(Path folder) {
        return SEALED.entrySet().stream().filter(each -> folder.endsWith(each.getKey()))
                .mapToInt(each -> each.getValue().getPermittedSubclasses().length).sum();
    }

    private static int forEachSource(BiConsumer<Path, List<String>> look) throws IOException {
        int count = 0;
        for (String folder : FOLDERS) {
            Path root = REPOSITORY.resolve(folder);
            if (!Files.exists(root)) {
                continue;
            }
            try (Stream<Path> paths = Files.walk(root)) {
                for (Path file : paths.filter(SourceStyleTest::isSource).toList()) {
                    look.accept(file, Files.readAllLines(file));
                    count++;
                }
            }
        }
        return count;
    }

    private static boolean isSource(Path file) {
        for (Path part : file) {
            if (NOT_SOURCES.contains(part.toString())) {
                return false;
            }
        }
        String name = file.getFileName().toString();
        boolean script = Files.isExecutable(file) && !name.contains(".");
        return Files.isRegularFile(file) && (script || ENDINGS.contains(name) || ENDINGS.contains(name.substring(
                name.lastIndexOf('.') + 1)));
    }
}
