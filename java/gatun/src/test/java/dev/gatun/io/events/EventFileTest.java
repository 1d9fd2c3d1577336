package dev.gatun.io.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatun.io.file.StorageException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventFileTest {
    private static final Clock CLOCK = Clock.fixed(Instant.ofEpochMilli(1_234_567_890_125L), ZoneOffset.UTC);

    @TempDir
    Path folder;

    /** {@code golden/events.py} says where the bytes are from. */
    @Test
    void writesTheBytesThatTensorBoardWrites() throws IOException {
        EventFile events = EventFile.create(folder, CLOCK);
        try (events) {
            events.goesOnAfter(300);
            events.scalar("loss", 0, 2.5);
            events.scalar("train/accuracy", 300, 0.75);
            events.scalar("größe/" + "x".repeat(200), 5_000_000_000L, Double.POSITIVE_INFINITY);
        }
        try (InputStream golden = EventFileTest.class.getResourceAsStream("/dev/gatun/io/events.txt")) {
            assertThat(HexFormat.of().formatHex(Files.readAllBytes(events.path()))).isEqualTo(new String(
                    Objects.requireNonNull(golden).readAllBytes(), StandardCharsets.US_ASCII).strip());
        }
    }

    /** Messages of a file, whose lengths and checksums are right. */
    static List<byte[]> messages(Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        List<byte[]> messages = new ArrayList<>();
        while (bytes.hasRemaining()) {
            byte[] length = new byte[8];
            bytes.get(length);
            assertThat(bytes.getInt()).isEqualTo(masked(length));
            byte[] message = new byte[Math.toIntExact(
                    ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong())];
            bytes.get(message);
            assertThat(bytes.getInt()).isEqualTo(masked(message));
            messages.add(message);
        }
        return messages;
    }

    private static int masked(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return Integer.rotateRight((int) crc.getValue(), 15) + 0xA282EAD8;
    }

    @Test
    void manyScalarsAreAllThere() throws IOException {
        EventFile events = EventFile.create(folder);
        try (events) {
            for (int i = 0; i < 5_000; i++) {
                events.scalar("loss", i, i);
            }
        }
        List<byte[]> messages = messages(events.path());
        assertThat(messages).hasSize(5_001);
        ByteBuffer last = ByteBuffer.wrap(messages.getLast()).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(last.getFloat(last.capacity() - Float.BYTES)).isEqualTo(4_999);
    }

    @Test
    void eachFileIsItsOwn() {
        try (EventFile first = EventFile.create(folder, CLOCK); EventFile second = EventFile.create(folder, CLOCK)) {
            assertThat(second.path()).isNotEqualTo(first.path()).hasParent(folder);
            assertThat(first.path().getFileName().toString()).startsWith("events.out.tfevents.1234567890.");
        }
    }

    @Test
    void whatCannotBeWrittenIsRefused() {
        try (EventFile events = EventFile.create(folder)) {
            assertThatThrownBy(() -> events.scalar("loss", -1, 0)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("steps are counted from 0, got -1");
            assertThatThrownBy(() -> events.scalar("", 0, 0)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> events.scalar("x".repeat(1_001), 0, 0))
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("got 1001");
            events.scalar("x".repeat(1_000), 0, 0);
        }
        assertThatThrownBy(() -> EventFile.create(folder.resolve("none"))).isInstanceOf(StorageException.class);
    }
}
