package dev.gatun.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TextTableTest {
    /** Folders of images, which name the classes, come from anywhere. */
    private static final String NAME = "cat\u001b[2J\u009b1m\nstep\t1";
    private static final String SHOWN = "cat [2J 1m step 1";

    @Test
    void namesCannotMoveTheCursor() {
        TextTable table = new TextTable(NAME, ">images");
        table.row(NAME, "7");
        assertThat(table.lines()).containsExactly(SHOWN + "  images", SHOWN + "       7");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
        new Output(stream, stream, 0).fact("data", NAME);
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualToNormalizingNewlines("data    " + SHOWN + "\n");
    }
}
