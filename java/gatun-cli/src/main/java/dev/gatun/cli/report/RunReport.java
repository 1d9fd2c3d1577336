package dev.gatun.cli.report;

import dev.gatun.chart.Chart;
import dev.gatun.chart.Numbers;
import dev.gatun.chart.Page;
import dev.gatun.chart.Page.Cell;
import dev.gatun.data.image.ImageDataset;
import dev.gatun.io.RunFolder;
import dev.gatun.io.RunFolderException;
import dev.gatun.io.file.AtomicFile;
import dev.gatun.io.file.StorageException;
import dev.gatun.io.json.Json;
import dev.gatun.io.json.JsonException;
import dev.gatun.io.json.JsonLines;
import dev.gatun.model.Model;
import dev.gatun.train.Progress;
import dev.gatun.train.Trainer;
import dev.gatun.train.profile.StepCosts;
import dev.gatun.train.profile.Trace;
import dev.gatun.train.task.Outputs;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the report of a run while it goes on: {@code report.html}, and {@code report.json} with what a resumed run
 * needs to go on with it.
 */
public final class RunReport {
    /** The file name of the page. */
    public static final String PAGE = "report.html";
    /** The file name of what the page is drawn from besides the metrics. */
    public static final String STATE = "report.json";

    private static final String COMMAND = "command";
    private static final String STEPS = "steps";
    /** Some millions of steps. */
    private static final int LARGEST_STATE = 64 << 20;

    private final RunFolder folder;
    private final Trainer trainer;
    private final ImageDataset evaluated;
    private final String split;
    private final List<String> classes;
    private final RunFacts facts;
    private final String command;
    private final StepCurve steps;
    private long clock;
    private long timedStep = -1;
    private @Nullable Confusions counting;
    private @Nullable Confusions confusions;
    private TensorHistograms histograms = TensorHistograms.NONE;

    /**
     * Creates the report of a run, or goes on with it.
     *
     * @param evaluated images that epochs are evaluated on
     * @param split     what these are: test or validation
     * @param classes   names of the model's classes, by number
     * @param facts     what the page says besides; the command that began the run counts
     */
    public RunReport(
            RunFolder folder, Trainer trainer, ImageDataset evaluated, String split, List<String> classes,
            RunFacts facts) {
        this.folder = folder;
        this.trainer = trainer;
        this.evaluated = evaluated;
        this.split = split;
        this.classes = List.copyOf(classes);
        this.facts = facts;
        Map<String, Object> before = state(folder.path().resolve(STATE));
        command = before.get(COMMAND) instanceof String known ? known : facts.command();
        steps = before.get(STEPS) instanceof Map<?, ?> known ? StepCurve.read(known) : new StepCurve();
        steps.truncateAfter(trainer.progress().step());
    }

    /** A report is no state of the run: without it, or with a damaged one, curves begin here. */
    private static Map<String, Object> state(Path file) {
        try {
            return Files.exists(file) ? Json.readObject(file, LARGEST_STATE, LinkOption.NOFOLLOW_LINKS) : Map.of();
        } catch (JsonException | StorageException _) {
            return Map.of();
        }
    }

    /** Takes down a step. Nothing is allocated. */
    public void step(Progress progress) {
        long now = System.nanoTime();
        boolean timed = timedStep == progress.step() - 1 && progress.batch() > 1;
        steps.add(progress.step(), progress.loss(), progress.learningRate(), timed ? progress.stepExamples() : 0,
                timed ? now - clock : 0);
    }

    /** Begins the time of the next step, after all that was done with the latest. */
    public void settled(Progress progress) {
        timedStep = progress.step();
        clock = System.nanoTime();
    }

    /** Counts the mistakes of a batch of an evaluation. */
    public void evaluated(long done, Outputs batch) {
        if (counting == null || done == batch.size()) {
            counting = new Confusions(classes);
        }
        counting.add(batch.fetch(Model.LABELS), batch.fetch(Model.PROBABILITIES));
    }

    /** Takes down what only an epoch's end shows, and writes the page; the metrics of the epoch are written before. */
    public void epoch(Progress progress) {
        confusions = counting;
        histograms = TensorHistograms.of(trainer.variables(), progress.lossScale());
        write();
    }

    /** Writes the page as it is now. */
    public void write() {
        Map<String, Object> state = new LinkedHashMap<>();
        state.put(COMMAND, command);
        state.put(STEPS, steps.toJson());
        try {
            AtomicFile.writeOver(folder.path().resolve(STATE), Json.write(state) + "\n");
            AtomicFile.writeOver(folder.path().resolve(PAGE), page());
        } catch (StorageException _) {
            return; // no reason to end a run: the next epoch writes it anew, and a checkpoint tells of a full disk
        }
    }

    private String page() {
        List<Map<String, Object>> epochs = JsonLines.read(folder.metricsFile());
        Page page = new Page(facts.title()).paragraph(standing(epochs));
        List<Chart> curves = new RunCharts(epochs, steps).all();
        page.charts(curves);
        if (confusions != null) {
            new ConfusionSection(confusions, classes, evaluated, split).addTo(page);
        }
        profile().ifPresent(costs -> new ProfileSection(costs).addTo(page));
        if (!histograms.weights().isEmpty()) {
            page.heading("Weights and gradients").paragraph("Of each layer, after the latest epoch; gradients are"
                    + " those of its last step.");
            page.details("Weights", () -> page.smallCharts(histograms.weights()));
            page.details("Gradients", () -> page.smallCharts(histograms.gradients()));
        }
        page.heading("Recipe");
        if (!command.isEmpty()) {
            page.paragraph("This command makes a run like this one:").code(command);
        }
        page.details("All that decides the run", () -> page.table(List.of("option", "value"), facts.recipe().stream()
                .map(term -> List.of(Cell.of(term.term()), Cell.of(term.meaning()))).toList()));
        return page.heading("Versions and machine").terms(facts.machine()).toString();
    }

    /** What a profile recorded, if it can be read: "gatun profile" says what is wrong with it. */
    private Optional<StepCosts> profile() {
        try {
            return Files.exists(folder.traceFile()) ? Optional.of(StepCosts.of(Trace.read(folder.traceFile())))
                    : Optional.empty();
        } catch (RunFolderException | IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    /** Where the run stands, in a sentence. */
    private String standing(List<Map<String, Object>> epochs) {
        Progress progress = trainer.progress();
        String where = "Step " + progress.step() + " of " + progress.steps() + ", " + epochs.size() + " of "
                + progress.epochs() + " epochs.";
        if (epochs.isEmpty()) {
            return where;
        }
        if (progress.stoppedEarly()) {
            where += " It stopped early; epoch " + progress.best().epoch() + " was the best.";
        }
        Map<String, Object> last = epochs.getLast();
        return where + String.format(Locale.ROOT, " %s%s accuracy %s, %s loss %.4f.",
                split.substring(0, 1).toUpperCase(Locale.ROOT), split.substring(1),
                Numbers.percent(RunCharts.number(last, split + "_accuracy")), split,
                RunCharts.number(last, split + "_loss"));
    }
}
