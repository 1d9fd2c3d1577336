package dev.gatun.architecture;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Tests run on each device; those that name one are listed here, with the reason. */
class DeviceNamesTest {
    /** A device's name as a text or at the beginning of one, a device's provider, the CPU by its constant. */
    private static final Pattern NAMED = Pattern.compile(
            "\"(?:cpu|reference|far)(?:\"|,(?! \\d)| \\|)|\\bTestDevices\\.CPU\\b|\\bnew \\w+Provider\\(\\)");

    /** Names of files, and of folders for all in them. */
    private static final Map<String, String> REASONS = Map.ofEntries(
            entry("backend/DeviceArguments.java", "the list of devices itself"),
            entry("backend/TestDevices.java", "the list of devices itself"),
            entry("far/", "a device itself"),
            entry("onednn/", "what oneDNN and the CPU's kernels do"),
            entry("reference/", "the oracle itself, in double, which no other device computes in"),
            entry("compress/", "networks of the zoo, which take minutes on the reference"),
            entry("train/SparsityTest.java", "runs on several devices by name"),
            entry("train/compress/", "networks of the zoo, which take minutes on the reference"),
            entry("engine/CandidatesTest.java", "only the CPU has several candidates"),
            entry("engine/ConvolutionMethodTest.java", "only the CPU has several ways of convolution"),
            entry("engine/CpuFunctionsKeepNanTest.java", "vectorized functions of the CPU"),
            entry("engine/IntegerInferenceTest.java", "compares the CPU's integers with the reference's"),
            entry("engine/KernelChoicesTest.java", "only the CPU has kernels to choose among"),
            entry("engine/MemoryPlanTest.java", "only the CPU's kernels work in place"),
            entry("engine/MixedPrecisionProgramTest.java", "a processor may lack arithmetic in 16 bits"),
            entry("engine/ProgramAgainstReferenceTest.java", "oneDNN's plain loops"),
            entry("engine/ProgramTest.java", "only the CPU's kernels want other layouts of weights"),
            entry("engine/VariablesTest.java", "only the CPU's kernels want blocked layouts"),
            entry("ffi/SpinLimitTest.java", "the OpenMP runtime, which only the CPU loads"),
            entry("fuzz/", "files and texts, whose readers know no device"),
            entry("guard/", "crashes of the JVM, which only native code causes"),
            entry("io/onnx/OnnxOperationsTest.java", "another runtime beside the oracle"),
            entry("model/ZooAgainstPyTorchTest.java", "the zoo's models take minutes on the reference"),
            entry("model/ZooFigures.java", "a word of a file of figures"),
            entry("nn/SharedDropoutTest.java", "layouts of the CPU against the reference's numbers"),
            entry("operation/FaultyKernelsTest.java", "implementations of oneDNN that are wrong"),
            entry("optim/MemoryOfSeveralRulesTest.java", "a user's own memory, which devices elsewhere refuse"),
            entry("optim/OptimizersRefusalsTest.java", "threads that race with native steps over a user's memory"),
            entry("optim/OptimizersTest.java", "a user's own memory, which devices elsewhere refuse"),
            entry("engine/SynchronizedBatchNormTest.java", "only the CPU computes in 16 bits and has kernels to try"),
            entry("train/AveragedRanksTest.java", "compressed sums, which look at no device"),
            entry("train/GrowingBatchTest.java", "threads that train together, which take longer elsewhere"),
            entry("train/ParallelTrainingTest.java", "threads that train together, which take longer elsewhere"),
            entry("train/ServedRanksTest.java", "threads that train together, which take longer elsewhere"),
            entry("train/export/QuantizedOnnxTest.java", "networks of the zoo, which take minutes on the reference"),
            entry("train/RecordedKernelsTest.java", "only the CPU has kernels to choose among"),
            entry("train/TrainerTest.java", "more cuts of runs, and threads, on the CPU than elsewhere"),
            entry("train/TrainDigits.java", "a program that the README shows"),
            entry("train/PredictDigits.java", "a program that the README shows"),
            entry("train/ReadmeTest.java", "a run for a program that the README shows"),
            entry("examples/", "programs that users read: one device each, run on others by ExamplesTest"),
            entry("architecture/", "names of packages"),
            entry("cli/", "what users type, and the configuration that is written from it"),
            entry("lab/", "the laboratory's descents, which measure the CPU's kernels"));

    private static Set<String> naming() throws IOException {
        Set<String> naming = new TreeSet<>();
        for (String module : List.of("gatun", "gatun-cli")) {
            Path root = Path.of("..", module, "src/test/java/dev/gatun");
            try (Stream<Path> files = Files.walk(root)) {
                for (Path file : files.filter(each -> each.toString().endsWith(".java")).toList()) {
                    if (NAMED.matcher(Files.readString(file)).find()) {
                        naming.add(root.relativize(file).toString().replace('\\', '/'));
                    }
                }
            }
        }
        return naming;
    }

    private static boolean covers(String listed, String file) {
        return listed.endsWith("/") ? file.startsWith(listed) : file.equals(listed);
    }

    @Test
    void onlyTheTestsThatAreListedNameADevice() throws IOException {
        Set<String> others = naming().stream()
                .filter(file -> REASONS.keySet().stream().noneMatch(listed -> covers(listed, file)))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(others).as("take the device as a parameter (@OnEachDevice, TestDevices), or list the reason here")
                .isEmpty();
    }

    @Test
    void whatIsListedNamesADevice() throws IOException {
        Set<String> naming = naming();
        assertThat(REASONS.keySet()).allSatisfy(
                listed -> assertThat(naming).as(listed).anyMatch(file -> covers(listed, file)));
    }
}
