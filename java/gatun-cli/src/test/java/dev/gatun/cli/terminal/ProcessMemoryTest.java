package dev.gatun.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProcessMemoryTest {
    @Test
    void countsResidentMemory() {
        assertThat(ProcessMemory.resident()).isBetween(1L << 20, 1L << 44);
    }
}
