package dev.gatun.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatun.SourceProgram;
import dev.gatun.cli.option.ExitCode;
import dev.gatun.cli.terminal.Output;
import dev.gatun.memory.NoLeaks;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every block of code in the guides, in their order: programs are compiled and run, commands are run, in a home of
 * their own; {@code sh parsed} are only parsed, as they take long or need what is not here; {@code sh exit 3} are those
 * that fail.
 */
@ExtendWith(NoLeaks.class)
class GuideTest {
    private static final Path GUIDES = Path.of("../guide");
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w+)(?: (\\w+)(?: (\\d+))?)?\n(.*?)^```$");
    private static final String LAUNCHER = "java/bin/gatun ";

    @TempDir
    Path home;

    static List<Path> guides() throws IOException {
        try (Stream<Path> files = Files.list(GUIDES)) {
            return files.filter(file -> file.toString().endsWith(".md")).sorted().toList();
        }
    }

    @BeforeEach
    void furnish() throws IOException {
        ColourFolders.write(home.resolve("flowers"));
        TinyImages.write(home.resolve("mnist"));
        for (int i = 1; i <= 2; i++) {
            ColourFolders.image(home.resolve("photos/" + i + ".png"), ColourFolders.CLASSES.get(i), i, 12);
        }
    }

    /** Where a reader's files are. */
    private String located(String text) {
        return text.replaceAll("(?<![\\w/.])(~/|(?=runs/))", Matcher.quoteReplacement(home + "/"));
    }

    @ParameterizedTest
    @MethodSource("guides")
    void everyBlockDoesWhatItSays(Path guide) throws Exception {
        Matcher block = BLOCK.matcher(Files.readString(guide));
        List<String> failed = new ArrayList<>();
        int programs = 0;
        while (block.find()) {
            String mode = String.valueOf(block.group(2));
            int code = block.group(3) == null ? 0 : Integer.parseInt(block.group(3));
            switch (block.group(1)) {
                case "java" -> {
                    Path classes = Files.createDirectories(home.resolve("classes-" + ++programs));
                    assertThat(new SourceProgram("Guide", located(block.group(4))).run(classes))
                            .as("%s prints something", guide).isNotEmpty();
                }
                case "sh" -> block.group(4).lines().filter(line -> line.startsWith(LAUNCHER)).forEach(line -> {
                    String[] args = located(line.substring(LAUNCHER.length())).split(" ", -1);
                    if (mode.equals("parsed")) {
                        PrintStream nowhere = new PrintStream(new ByteArrayOutputStream());
                        GatunCommand.commandLine(new Output(nowhere, nowhere, 0)).parseArgs(args);
                    } else {
                        Cli cli = Cli.run(args, 0);
                        if (cli.code() != code || (code != 0 && !cli.err().contains("gatun: "))) {
                            failed.add(line + ": " + cli.code() + " " + cli.err());
                        }
                    }
                });
                case "text", "python" -> { }
                default -> failed.add("what is " + block.group(1) + "?");
            }
        }
        assertThat(failed).isEmpty();
        assertThat(programs).as("programs in %s", guide).isGreaterThanOrEqualTo(
                guide.endsWith("first-hour.md") ? 0 : 1);
    }

    @Test
    void commandsBeginAtTheRootOfTheCheckout() throws IOException {
        for (Path guide : guides()) {
            Matcher block = BLOCK.matcher(Files.readString(guide));
            while (block.find()) {
                if (block.group(1).equals("sh")) {
                    assertThat(block.group(4).lines()).as("%s", guide).allMatch(line -> line.startsWith(LAUNCHER));
                }
            }
        }
    }

    @Test
    void errorsListsEveryExitCode() throws IOException {
        String errors = Files.readString(GUIDES.resolve("errors.md"));
        assertThat(Arrays.stream(ExitCode.values())).allSatisfy(code -> assertThat(errors)
                .containsPattern("(?m)^\\| " + code.number() + " \\| \\w"));
        ExitCode.help().stream().skip(2).forEach(line -> assertThat(errors)
                .contains("| " + line.strip().replaceFirst(" {2}", " | ") + " |"));
    }
}
