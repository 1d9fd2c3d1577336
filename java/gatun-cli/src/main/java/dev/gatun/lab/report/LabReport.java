package dev.gatun.lab.report;

import dev.gatun.io.file.AtomicFile;
import dev.gatun.lab.BestRates;
import dev.gatun.lab.Criteria;
import dev.gatun.lab.Ranking;
import dev.gatun.lab.Setting;
import dev.gatun.lab.Study;
import dev.gatun.lab.Trajectory;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes the results of a study to files: {@code runs.csv}, {@code summary.csv}, {@code rates.csv},
 * {@code trajectories.csv}, charts as SVG, and {@code report.html}, a self-contained page with the charts.
 *
 * @param setting      what all training runs had in common
 * @param study        the training runs
 * @param trajectories paths on the surfaces
 */
public record LabReport(Setting setting, Study study, List<Trajectory> trajectories) {
    /** The file name of the page. */
    public static final String PAGE = "report.html";

    public LabReport {
        trajectories = List.copyOf(trajectories);
    }

    /** Returns the ranking of the contenders. */
    public Ranking ranking() {
        return Criteria.rank(study);
    }

    /**
     * Writes all files, each whole or not at all.
     *
     * @throws dev.gatun.io.file.StorageException when the disk refuses
     */
    public void write(Path folder) {
        AtomicFile.write(folder.resolve("runs.csv"), Tables.runs(study).csv());
        AtomicFile.write(folder.resolve("summary.csv"), Tables.summary(ranking()).csv());
        AtomicFile.write(folder.resolve("rates.csv"), Tables.rates(bestRates()).csv());
        AtomicFile.write(folder.resolve("trajectories.csv"), Tables.trajectories(trajectories).csv());
        List<NamedChart> ofRuns = new NetworkCharts(study).all(ranking());
        List<NamedChart> ofSurfaces = DescentCharts.all(trajectories);
        ofRuns.forEach(chart -> chart.write(folder));
        ofSurfaces.forEach(chart -> chart.write(folder));
        AtomicFile.write(folder.resolve(PAGE), new LabPage(this, ofRuns, ofSurfaces).html());
    }

    /** Returns the contenders at the best of the learning rates that were tried. */
    public BestRates bestRates() {
        return BestRates.of(study);
    }

    /** Returns the summary and the trajectories as plain values. */
    public Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("model", setting.model().name());
        json.put("data", setting.dataName());
        json.put("runs", study.trials().size());
        json.put("optimizers", Tables.summary(ranking()).objects());
        json.put("best_rates", Tables.rates(bestRates()).objects());
        json.put("trajectories", Tables.trajectories(trajectories).objects());
        return json;
    }
}
