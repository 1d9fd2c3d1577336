package dev.gatun.ffi;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CacheSizeTest {
    @Test
    void countsFilesAtAnyDepth(@TempDir Path folder) throws IOException {
        assertThat(CacheSize.of(folder)).isEqualTo(new CacheSize(0, 0));
        Files.write(folder.resolve("a"), new byte[100]);
        Files.createDirectories(folder.resolve("b/c"));
        Files.write(folder.resolve("b/c/d"), new byte[23]);
        assertThat(CacheSize.of(folder)).isEqualTo(new CacheSize(2, 123));
        assertThat(CacheSize.of(folder.resolve("none"))).isEqualTo(new CacheSize(0, 0));
    }
}
