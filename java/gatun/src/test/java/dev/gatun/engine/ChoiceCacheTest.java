package dev.gatun.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Choices on disk: true for one problem in one environment, and nothing else is believed. */
class ChoiceCacheTest {
    @TempDir
    Path folder;

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    @Test
    void aChoiceIsFoundForItsProblemAndEnvironmentOnly() {
        Path place = folder.resolve("not").resolve("there");
        new ChoiceCache(place, "cpu, 2 threads").store("a problem", "second");
        assertThat(new ChoiceCache(place, "cpu, 2 threads").find("a problem")).contains("second");
        assertThat(new ChoiceCache(place, "cpu, 2 threads").find("another")).isEmpty();
        assertThat(new ChoiceCache(place, "cpu, 3 threads").find("a problem")).isEmpty();
    }

    @Test
    void whatIsCorruptOrForeignIsIgnoredAndRewritten() throws IOException {
        ChoiceCache cache = new ChoiceCache(folder, "here");
        cache.store("a problem", "first");
        cache.store("another problem", "second");
        List<Path> both = files(folder);
        byte[] foreign = Files.readAllBytes(both.get(0));
        for (byte[] content : List.of(new byte[0], new byte[] {-1, -2, 0},
                "gatun kernel choice 1\n".getBytes(StandardCharsets.UTF_8))) {
            Files.write(both.get(0), content);
            Files.write(both.get(1), foreign); // another problem's file under this name
            assertThat(cache.find("a problem")).isEmpty();
            assertThat(cache.find("another problem")).isEmpty();
        }
        cache.store("a problem", "third");
        assertThat(cache.find("a problem")).contains("third");
        assertThat(files(folder)).as("no part is left").hasSize(2);
    }

    @Test
    void aFolderThatCannotBeMadeIsNoReasonToFail() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        ChoiceCache cache = new ChoiceCache(file, "here");
        cache.store("a problem", "first");
        assertThat(cache.find("a problem")).isEmpty();
    }

    @Test
    void writersInParallelLeaveWholeFiles() throws InterruptedException {
        ChoiceCache cache = new ChoiceCache(folder, "here");
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            for (int i = 0; i < 200; i++) {
                String choice = "choice " + i % 2;
                threads.execute(() -> cache.store("a problem", choice));
                assertThat(cache.find("a problem").orElse("choice 0")).isIn("choice 0", "choice 1");
            }
        }
        assertThat(cache.find("a problem")).get().isIn("choice 0", "choice 1");
    }
}
