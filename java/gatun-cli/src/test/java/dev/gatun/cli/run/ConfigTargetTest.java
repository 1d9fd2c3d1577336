package dev.gatun.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatun.fuzz.FuzzCorpus;
import org.junit.jupiter.api.Test;

class ConfigTargetTest {
    @Test
    void aConfigurationIsReadOrRefused() throws Exception {
        assertThat(FuzzCorpus.replay("config", new ConfigTarget(), 500)).isGreaterThan(100);
    }
}
