package dev.gatun.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Flips single bits in the files of a run that was stopped, and resumes it: {@code Flips COUNT SEED FOLDER}. The run is
 * refused in one line, with an exit code that says why, or ends with the bytes of a run whose bits stayed as they were.
 */
final class Flips {
    private static final Path LAST = Path.of("checkpoints/step-00000006");
    private static final List<String> RESULTS =
            List.of("model.json", "model.safetensors", "optimizer.safetensors", "state.json");

    /** Usage, data, storage, checkpoint, device and memory. */
    private static final List<Integer> REFUSED = List.of(2, 3, 4, 5, 7, 8);

    private final Path folder;
    private final Path begun;
    private final Path whole;
    private final SplittableRandom random;
    private final TreeMap<String, Integer> verdicts = new TreeMap<>();
    private int failures;

    private Flips(Path folder, long seed) throws IOException {
        this.folder = folder;
        random = new SplittableRandom(seed);
        begun = folder.resolve("begun");
        int code = Cli.run("train --quiet --model mlp --epochs 2 --threads 1 --batch-size 32 --schedule plateau"
                + " --loss-scale dynamic --stop-after-steps 5 --data " + TinyImages.write(folder.resolve("data"))
                + " --output " + begun).code();
        if (code != 130) {
            throw new IllegalStateException("the run could not be begun: exit code " + code);
        }
        whole = copy("whole");
        if (Cli.run("train --quiet --resume " + whole).code() != 0) {
            throw new IllegalStateException("the run could not be ended");
        }
    }

    /** Makes the flips and prints a table of verdicts. */
    public static void main(String[] arguments) throws IOException {
        int count = Integer.parseInt(arguments[0]);
        Flips flips = new Flips(Path.of(arguments[2]), Long.parseLong(arguments[1]));
        for (int i = 0; i < count; i++) {
            flips.flip();
            if (i % 500 == 499) {
                System.out.println((i + 1) + " flips so far, " + flips.failures + " failures");
            }
        }
        flips.verdicts.forEach((verdict, times) -> System.out.printf("%-64s %8d%n", verdict, times));
        System.out.println("flips " + count + " failures " + flips.failures);
    }

    private Path copy(String name) throws IOException {
        Path copy = folder.resolve(name);
        try (Stream<Path> all = Files.walk(begun)) {
            for (Path each : all.toList()) {
                Files.copy(each, copy.resolve(begun.relativize(each)), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        return copy;
    }

    /** The files that a resumed run reads: every one as often, and every place in it. */
    private List<Path> files() throws IOException {
        List<Path> files = new ArrayList<>();
        for (String name : List.of("config.json", "manifest.json", "metrics.jsonl")) {
            files.add(Path.of(name));
        }
        for (String name : RESULTS) {
            files.add(Path.of("checkpoints/step-00000005").resolve(name));
        }
        return files;
    }

    private void flip() throws IOException {
        Path run = copy("flipped");
        List<Path> files = files();
        Path file = files.get(random.nextInt(files.size()));
        byte[] bytes = Files.readAllBytes(run.resolve(file));
        int at = random.nextInt(bytes.length);
        int bit = random.nextInt(8);
        bytes[at] ^= (byte) (1 << bit);
        Files.write(run.resolve(file), bytes);
        Cli cli = Cli.run("train --quiet --resume " + run);
        String verdict = verdict(cli, run);
        verdicts.merge(file.getFileName() + ": " + verdict, 1, Integer::sum);
        if (verdict.startsWith("FAILED")) {
            failures++;
            System.out.println(file + ", byte " + at + ", bit " + bit + ": " + cli.code() + " " + cli.err().strip());
        }
        try (Stream<Path> all = Files.walk(run)) {
            for (Path each : all.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(each);
            }
        }
    }

    private String verdict(Cli cli, Path run) throws IOException {
        if (cli.code() == 0) {
            for (String name : RESULTS) {
                if (Files.mismatch(run.resolve(LAST).resolve(name), whole.resolve(LAST).resolve(name)) >= 0) {
                    return "FAILED, other results and not a word";
                }
            }
            return "the same results";
        }
        boolean oneLine = cli.err().strip().lines().count() == 1 && !cli.err().contains("internal error");
        return REFUSED.contains(cli.code()) && oneLine ? "refused with exit code " + cli.code() : "FAILED";
    }
}
