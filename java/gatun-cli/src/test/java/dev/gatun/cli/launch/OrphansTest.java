package dev.gatun.cli.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class OrphansTest {
    @Test
    void ranksEndWhenTheirLauncherIsKilled() throws Exception {
        Process launcher = new ProcessBuilder(LauncherMain.command("launcher")).start();
        List<ProcessHandle> ranks = new ArrayList<>();
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(launcher.getInputStream(), StandardCharsets.UTF_8))) {
            while (ranks.size() < 2) {
                String line = lines.readLine();
                assertThat(line).startsWith("pid ");
                ranks.add(ProcessHandle.of(Long.parseLong(line.substring(4))).orElseThrow());
            }
            assertThat(ranks).allMatch(ProcessHandle::isAlive);
            launcher.destroyForcibly(); // SIGKILL: it can do nothing about its ranks
            for (ProcessHandle rank : ranks) {
                rank.onExit().get(30, TimeUnit.SECONDS);
            }
        } finally {
            launcher.destroyForcibly();
            ranks.forEach(ProcessHandle::destroyForcibly);
        }
    }
}
