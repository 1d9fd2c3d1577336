package dev.gatun.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.GeneralCodingRules;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The walls between the rooms, as java/README.md describes them. */
@AnalyzeClasses(packages = "dev.gatun", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String ROOT = "dev.gatun.";

    /** Which rooms each room may use. A room that is missing here may use none, and the last test fails. */
    private static final Map<String, Set<String>> MAY_USE = rooms();

    private static Map<String, Set<String>> rooms() {
        Map<String, Set<String>> rooms = new LinkedHashMap<>();
        rooms.put("shape", Set.of());
        rooms.put("options", Set.of());
        rooms.put("op", Set.of("shape"));
        rooms.put("graph", Set.of("options", "op", "shape"));
        rooms.put("memory", Set.of("shape"));
        rooms.put("update", Set.of("memory", "shape"));
        rooms.put("backend", Set.of("update", "op", "graph", "memory", "shape"));
        rooms.put("engine", Set.of("graph", "backend", "memory", "op", "shape"));
        rooms.put("nn", Set.of("graph", "op", "shape"));
        rooms.put("model", Set.of("nn", "graph", "op", "shape"));
        rooms.put("optim", Set.of("memory", "update", "backend", "shape"));
        rooms.put("data", Set.of("shape", "memory"));
        rooms.put("io", Set.of("memory", "graph", "op", "shape"));
        rooms.put("dist", Set.of("options", "memory", "shape"));
        rooms.put("compress", Set.of("options", "shape", "op", "graph", "memory", "update", "backend", "engine", "nn",
                "model", "data", "io"));
        rooms.put("train", Set.of("compress", "dist", "options", "shape", "op", "graph", "memory", "update", "backend",
                "engine", "nn",
                "model", "optim", "data", "io"));
        rooms.put("chart", Set.of());
        rooms.put("lab", Set.of("chart", "shape", "graph", "memory", "update", "backend", "nn", "model", "optim",
                "data", "io",
                "train"));
        rooms.put("cli", Set.of("compress", "dist", "options", "shape", "op", "graph", "memory", "update", "backend",
                "engine", "nn", "model", "optim",
                "data", "io",
                "train", "chart", "lab"));
        rooms.put("ffi", Set.of());
        rooms.put("onednn", Set.of("update", "backend", "graph", "memory", "op", "shape", "ffi", "bindings"));
        rooms.put("cuda", Set.of("update", "backend", "graph", "memory", "op", "shape", "ffi", "bindings"));
        rooms.put("mpi", Set.of("dist", "options", "memory", "ffi"));
        rooms.put("reference", Set.of("update", "backend", "graph", "memory", "op", "shape"));
        return rooms;
    }

    /** Which packages inside its own room a package may use; the command line's entry may use all of its own. */
    private static final Map<String, Set<String>> MAY_USE_INSIDE = Map.ofEntries(
            Map.entry("update.rule", Set.of("update")),
            Map.entry("update.kernel", Set.of("update", "update.rule")),
            Map.entry("op", Set.of("op.function")),
            Map.entry("onednn", Set.of("onednn.plan", "onednn.primitive", "onednn.update")),
            Map.entry("onednn.plan", Set.of("onednn.primitive")),
            Map.entry("onednn.update", Set.of("onednn.primitive")),
            Map.entry("reference", Set.of("reference.kernel", "reference.update")),
            Map.entry("reference.update", Set.of("reference.kernel")),
            Map.entry("optim", Set.of("optim.schedule", "optim.schedule.text")),
            Map.entry("optim.schedule.text", Set.of("optim.schedule")),
            Map.entry("nn.loss", Set.of("nn")),
            Map.entry("nn.init", Set.of("nn")),
            Map.entry("nn.recurrent", Set.of("nn")),
            Map.entry("data.image", Set.of("data", "data.image.archive", "data.image.decode", "data.image.digit",
                    "data.image.pixel")),
            Map.entry("data.image.pixel", Set.of("data")),
            Map.entry("data.image.augment", Set.of("data", "data.image", "data.image.pixel")),
            Map.entry("data.image.digit", Set.of("data")),
            Map.entry("data.image.disturbance", Set.of("data", "data.image")),
            Map.entry("io", Set.of("io.file", "io.json")),
            Map.entry("io.json", Set.of("io.file")),
            Map.entry("io.events", Set.of("io.file")),
            Map.entry("graph.integers", Set.of("graph")),
            Map.entry("io.graph", Set.of("io", "io.json")),
            Map.entry("io.onnx", Set.of("io", "io.file")),
            Map.entry("dist.local", Set.of("dist")),
            Map.entry("dist.socket", Set.of("dist", "dist.local")),
            Map.entry("dist.launch", Set.of("dist", "dist.local", "dist.socket")),
            Map.entry("dist.codec", Set.of("dist")),
            Map.entry("compress.lowrank", Set.of("compress")),
            Map.entry("compress.quantize", Set.of("compress")),
            Map.entry("train.compress", Set.of("train", "train.task")),
            Map.entry("compress.distill", Set.of("compress")),
            Map.entry("compress.prune", Set.of("compress")),
            Map.entry("compress.sparse", Set.of("compress")),
            Map.entry("compress.weights", Set.of("compress")),
            Map.entry("train.distill", Set.of("train.task", "train.program")),
            Map.entry("train", Set.of("train.distill", "train.epoch", "train.monitor", "train.parallel",
                    "train.parallel.server",
                    "train.task", "train.program", "train.profile", "train.step", "train.tune")),
            Map.entry("train.parallel", Set.of("train.parallel.server", "train.program", "train.step", "train.task")),
            Map.entry("train.parallel.server", Set.of("train.step", "train.task")),
            Map.entry("train.classification", Set.of("train", "train.task")),
            Map.entry("train.search", Set.of("train", "train.epoch", "train.monitor", "train.step")),
            Map.entry("train.tune", Set.of("train.task")),
            Map.entry("train.export", Set.of("train", "train.task")),
            Map.entry("train.prediction", Set.of("train", "train.task")),
            Map.entry("train.epoch", Set.of("train.parallel")),
            Map.entry("train.step", Set.of("train.task", "train.program", "train.profile")),
            Map.entry("train.program", Set.of("train.task")),
            Map.entry("lab.report", Set.of("lab", "lab.init")),
            Map.entry("cli.option", Set.of("cli.terminal")),
            Map.entry("cli.run", Set.of("cli.option")),
            Map.entry("cli.train", Set.of("cli.option", "cli.report", "cli.run", "cli.terminal")),
            Map.entry("cli.evaluate", Set.of("cli.option", "cli.run", "cli.terminal")),
            Map.entry("cli.compress", Set.of("cli.option", "cli.run", "cli.terminal", "cli.train")),
            Map.entry("cli.compress.pipeline", Set.of("cli.option", "cli.run", "cli.terminal")),
            Map.entry("cli.bench", Set.of("cli.option", "cli.terminal")),
            Map.entry("cli.parity", Set.of("cli.option", "cli.terminal")),
            Map.entry("cli.compare", Set.of("cli.option", "cli.run", "cli.terminal")),
            Map.entry("cli.predict", Set.of("cli.option", "cli.run", "cli.terminal")),
            Map.entry("cli.profile", Set.of("cli.option", "cli.terminal")),
            Map.entry("cli.export", Set.of("cli.option", "cli.run", "cli.terminal")),
            Map.entry("cli.lab", Set.of("cli.option", "cli.run", "cli.terminal")),
            Map.entry("cli.launch", Set.of("cli.option", "cli.run", "cli.terminal")),
            Map.entry("cli.models", Set.of("cli.option", "cli.terminal")),
            Map.entry("cli.summary", Set.of("cli.option", "cli.terminal")),
            Map.entry("cli.doctor", Set.of("cli.option", "cli.terminal")));

    private static String room(JavaClass type) {
        String rest = type.getPackageName().substring(ROOT.length());
        return rest.contains(".") ? rest.substring(0, rest.indexOf('.')) : rest;
    }

    @ArchTest
    static void everyRoomUsesWhatItMay(JavaClasses classes) {
        Set<String> used = new TreeSet<>();
        Set<String> forbidden = new TreeSet<>();
        for (JavaClass type : classes) {
            if (!type.getPackageName().startsWith(ROOT) || room(type).equals("bindings")) {
                continue;
            }
            used.add(room(type));
            Set<String> allowed = MAY_USE.getOrDefault(room(type), Set.of());
            type.getDirectDependenciesFromSelf().stream()
                    .filter(dependency -> dependency.getTargetClass().getPackageName().startsWith(ROOT))
                    .filter(dependency -> !room(dependency.getTargetClass()).equals(room(type)))
                    .filter(dependency -> !allowed.contains(room(dependency.getTargetClass())))
                    .forEach(dependency -> forbidden.add(dependency.getDescription()));
        }
        assertThat(forbidden).isEmpty();
        assertThat(MAY_USE.keySet()).as("a new room needs a line in the table").containsAll(used);
        assertThat(used).as("the classes were found").contains("shape", "onednn", "reference", "train");
    }

    @ArchTest
    static void everyPackageUsesWhatItMayOfItsOwnRoom(JavaClasses classes) {
        Set<String> forbidden = new TreeSet<>();
        for (JavaClass type : classes) {
            if (!type.getPackageName().startsWith(ROOT) || room(type).equals("bindings")
                    || inside(type).equals("cli")) {
                continue;
            }
            Set<String> allowed = MAY_USE_INSIDE.getOrDefault(inside(type), Set.of());
            type.getDirectDependenciesFromSelf().stream()
                    .filter(dependency -> dependency.getTargetClass().getPackageName().startsWith(ROOT))
                    .filter(dependency -> room(dependency.getTargetClass()).equals(room(type)))
                    .filter(dependency -> !inside(dependency.getTargetClass()).equals(inside(type)))
                    .filter(dependency -> !allowed.contains(inside(dependency.getTargetClass())))
                    .forEach(dependency -> forbidden.add(dependency.getDescription()));
        }
        assertThat(forbidden).isEmpty();
        Set<String> packages = new TreeSet<>();
        classes.stream().filter(type -> type.getPackageName().startsWith(ROOT))
                .forEach(type -> packages.add(inside(type)));
        assertThat(packages).as("the table names packages that exist").containsAll(MAY_USE_INSIDE.keySet());
    }

    /** The package without what all have. */
    private static String inside(JavaClass type) {
        return type.getPackageName().substring(ROOT.length());
    }

    @ArchTest
    static final ArchRule NO_CYCLES_AMONG_ROOMS = slices().matching("dev.gatun.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule NO_CYCLES_AMONG_PACKAGES = slices().matching("dev.gatun.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule BACKENDS_ARE_FOUND_BY_SERVICE_LOADER = noClasses()
            .that().resideOutsideOfPackages("dev.gatun.onednn..", "dev.gatun.cuda..", "dev.gatun.reference..")
            .should().dependOnClassesThat()
            .resideInAnyPackage("dev.gatun.onednn..", "dev.gatun.cuda..", "dev.gatun.reference..");

    @ArchTest
    static final ArchRule TRANSPORTS_ARE_FOUND_BY_SERVICE_LOADER = noClasses()
            .that().resideOutsideOfPackage("dev.gatun.mpi..")
            .should().dependOnClassesThat().resideInAnyPackage("dev.gatun.mpi..");

    /** Their exceptions are for everybody. */
    @ArchTest
    static final ArchRule PHASES_AND_PROGRAMS_STAY_IN_TRAINING = noClasses()
            .that().resideOutsideOfPackage("dev.gatun.train..")
            .should().dependOnClassesThat(resideInAnyPackage("dev.gatun.train.step..", "dev.gatun.train.program..")
            .and(not(assignableTo(RuntimeException.class))));

    @ArchTest
    static final ArchRule ONLY_VENDORS_TOUCH_NATIVE_CODE = noClasses()
            .that().resideOutsideOfPackages("dev.gatun.onednn..", "dev.gatun.cuda..", "dev.gatun.mpi..",
            "dev.gatun.ffi..", "dev.gatun.bindings..")
            .should().dependOnClassesThat().resideInAnyPackage("dev.gatun.ffi..", "dev.gatun.bindings..");

    /** {@code gatun doctor} and the like end the process; a library never does. */
    @ArchTest
    static final ArchRule ONLY_THE_COMMAND_LINE_EXITS = noClasses()
            .that().resideOutsideOfPackage("dev.gatun.cli..")
            .should().callMethod(System.class, "exit", int.class)
            .orShould().callMethod(Runtime.class, "exit", int.class)
            .orShould().callMethod(Runtime.class, "halt", int.class);

    private static final DescribedPredicate<JavaClass> LIBRARY = DescribedPredicate.describe("in a library room",
            type -> type.getPackageName().startsWith(ROOT) && !Set.of("cli", "bindings").contains(room(type)));

    @ArchTest
    static final ArchRule LIBRARIES_DO_NOT_PRINT =
            noClasses().that(LIBRARY).should(GeneralCodingRules.ACCESS_STANDARD_STREAMS);

    @ArchTest
    static final ArchRule LIBRARIES_DO_NOT_LOG = noClasses().that(LIBRARY)
            .should().dependOnClassesThat().resideInAnyPackage("java.util.logging..", "org.slf4j..")
            .orShould().dependOnClassesThat().areAssignableTo(System.Logger.class);

    @ArchTest
    static final ArchRule ONLY_PLAIN_JAVA_IN_THE_LOW_ROOMS = classes()
            .that().resideInAnyPackage("dev.gatun.shape..", "dev.gatun.op..", "dev.gatun.graph..", "dev.gatun.memory..",
                    "dev.gatun.update..", "dev.gatun.backend..", "dev.gatun.engine..", "dev.gatun.nn..",
                    "dev.gatun.model..", "dev.gatun.optim..")
            .should().onlyDependOnClassesThat().resideInAnyPackage("dev.gatun..", "java..",
            "org.jspecify.annotations..",
                    "io.soabase.recordbuilder.core.."); // annotations that do not outlive the compiler

    /** Charts are text: neither fonts nor a screen are needed. */
    @ArchTest
    static final ArchRule CHARTS_NEED_NO_DESKTOP = noClasses()
            .that().resideInAnyPackage("dev.gatun.chart..", "dev.gatun.lab..", "dev.gatun.cli..")
            .should().dependOnClassesThat().resideInAnyPackage("java.awt..", "javax.swing..", "javax.imageio..");

    @ArchTest
    static void addressesAreComparedByValueAndNoCallHoldsOffTheCollector(JavaClasses classes) {
        List<String> found = new ArrayList<>();
        for (Pattern pattern : List.of(
                Pattern.compile("[=!]=\\s*(MemorySegment\\.)?NULL\\b|\\bMemorySegment\\.NULL\\s*[=!]="),
                Pattern.compile("Linker\\.Option\\.critical|Option\\.critical"))) {
            sources().forEach((path, text) -> {
                if (pattern.matcher(text).find()) {
                    found.add(path + " matches " + pattern);
                }
            });
        }
        assertThat(found).isEmpty();
        assertThat(classes).isNotEmpty();
    }

    /** The sources of both modules and, generated or not, of the bindings beside them. */
    private static Map<Path, String> sources() {
        Map<Path, String> sources = new LinkedHashMap<>();
        for (Path root : List.of(
                Path.of("../gatun/src/main/java"), Path.of("../gatun-cli/src/main/java"),
                Path.of("../../bindings/src/main/java"))) {
            try (Stream<Path> files = Files.walk(root)) {
                for (Path file : files.filter(path -> path.toString().endsWith(".java")).collect(Collectors.toList())) {
                    sources.put(file, Files.readString(file));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        assertThat(sources.size()).isGreaterThan(100);
        return sources;
    }
}
