package dev.gatun.cli.launch;

import dev.gatun.cli.terminal.Output;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A process that launches ranks, which are processes of this class too and wait for ever. */
final class LauncherMain {
    private LauncherMain() {}

    public static void main(String[] args) throws InterruptedException {
        if (args[0].equals("rank")) {
            LauncherWatch.begin(System.in, System.err);
            System.out.println("pid " + ProcessHandle.current().pid());
            Thread.sleep(Duration.ofMinutes(10));
        } else {
            Gang.start(2, _ -> command("rank"), Map.of(), Duration.ofSeconds(30), Output.of(System.out, System.err))
                    .await();
        }
    }

    static List<String> command(String mode) {
        return List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1", "-Xmx64m", "-cp", System.getProperty("java.class.path"),
                LauncherMain.class.getName(), mode);
    }
}
