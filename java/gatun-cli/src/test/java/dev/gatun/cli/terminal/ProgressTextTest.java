package dev.gatun.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ProgressTextTest {
    private static final ProgressText HALF = new ProgressText("epoch 3/10", "3/10", 0.5)
            .add("step 469/938", "50 %", 1).add("loss 0.1234", "loss 0.123", 1).add("accuracy 98.12 %", "98.1 %", 4)
            .add("24512 images/s", "24512/s", 3).add("3 min 05 s left", "3 min 05 s", 2);

    @Test
    void saysWhatThereIsRoomFor() {
        assertThat(HALF.fit(119)).isEqualTo("epoch 3/10 [==============>             ]  step 469/938  loss 0.1234"
                + "  accuracy 98.12 %  24512 images/s  3 min 05 s left");
        assertThat(HALF.fit(79)).isEqualTo("epoch 3/10 [==========>        ]  50 %  loss 0.123  98.1 %  24512/s"
                + "  3 min 05 s");
        assertThat(HALF.fit(39)).isEqualTo("3/10  50 %  loss 0.123  3 min 05 s");
        assertThat(HALF.fit(5)).isEqualTo("epoch");
    }

    @Test
    void neverTakesMoreThanTheRoom() {
        assertThat(IntStream.rangeClosed(1, 200)).allMatch(room -> HALF.fit(room).length() <= room);
        assertThat(new ProgressText("x", "x", 1).fit(40)).isEqualTo("x [" + "=".repeat(30) + "]");
        assertThat(new ProgressText("x", "x", 0).fit(40)).isEqualTo("x [>" + " ".repeat(29) + "]");
    }

    @Test
    void aNarrowerWindowIsFilledOnce() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        AtomicInteger columns = new AtomicInteger(80);
        PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
        RewrittenLine line = new RewrittenLine(new Output(stream, stream, columns::get), () -> 0);
        line.show("a".repeat(100));
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("\r" + "a".repeat(79));
        out.reset();
        columns.set(40);
        line.show("b");
        assertThat(out.toString(StandardCharsets.UTF_8)).as("no more than the window has").hasSize(1 + 39);
        out.reset();
        columns.set(120);
        line.show("c".repeat(200));
        assertThat(out.toString(StandardCharsets.UTF_8)).hasSize(1 + 119);
    }

    @Test
    void theWidthFollowsTheWindow() {
        TerminalWidth width = TerminalWidth.follow(80);
        width.changed("24 132\n");
        assertThat(width.getAsInt()).isEqualTo(132);
        for (String nothing : new String[] {"", "24 0", "stty: error", "24", "24 x"}) {
            width.changed(nothing);
            assertThat(width.getAsInt()).isEqualTo(132);
        }
    }

    @Test
    void countsOnATerminalOnly() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
        AtomicLong clock = new AtomicLong();
        CountedProgress progress = new CountedProgress(new Output(stream, stream, 60), "testing", clock::get);
        clock.set(2_000_000_000);
        progress.show(250, 1_000);
        progress.show(251, 1_000); // not due yet
        assertThat(out.toString(StandardCharsets.UTF_8))
                .isEqualTo("\rtesting [=======>                     ]  250/1000  6 s left");
        out.reset();
        new CountedProgress(new Output(stream, stream, 0), "testing", clock::get).show(1, 2);
        assertThat(out.size()).isZero();
    }

    @Test
    void workIsDoneWithOrWithoutAWord() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
        assertThat(Activity.<Integer>during(new Output(stream, stream, 80), true, "working", () -> 7)).isEqualTo(7);
        assertThat(Activity.<Integer>during(new Output(stream, stream, 0), false, "working", () -> 8)).isEqualTo(8);
        assertThat(out.size()).isZero();
        Activity.<Integer>during(new Output(stream, stream, 80), false, "working", () -> {
            while (out.size() == 0) {
                Thread.onSpinWait();
            }
            return 0;
        });
        assertThat(out.toString(StandardCharsets.UTF_8)).startsWith("\rworking ... 0 s").endsWith("\r");
    }
}
