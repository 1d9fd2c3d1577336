package dev.gatun.lab.report;

import dev.gatun.io.file.AtomicFile;
import dev.gatun.lab.Criteria;
import dev.gatun.lab.Ranking;
import dev.gatun.lab.Setting;
import dev.gatun.lab.Study;
import dev.gatun.lab.Trajectory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Writes the results of a study to files: {@code runs.csv}, {@code summary.csv}, {@code trajectories.csv}, pictures as
 * PNG, and {@code report.html}, a self-contained page with the pictures.
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

    /** Returns why no pictures can be drawn on this machine, with the remedy; empty if they can. */
    public static Optional<String> problem() {
        return Picture.problem();
    }

    /** Returns the ranking of the contenders. */
    public Ranking ranking() {
        return Criteria.rank(study);
    }

    /**
     * Writes all files atomically; without pictures if none can be drawn, which the page then states.
     *
     * @throws dev.gatun.io.file.StorageException when the disk refuses
     */
    public void write(Path folder) {
        AtomicFile.write(folder.resolve("runs.csv"), Tables.runs(study).csv());
        AtomicFile.write(folder.resolve("summary.csv"), Tables.summary(ranking()).csv());
        AtomicFile.write(folder.resolve("trajectories.csv"), Tables.trajectories(trajectories).csv());
        Optional<String> problem = problem();
        List<Picture> ofRuns = problem.isPresent() ? List.of() : new NetworkCharts(study).all(ranking());
        List<Picture> ofSurfaces = problem.isPresent() ? List.of() : DescentCharts.all(trajectories);
        List<Picture> pictures = new ArrayList<>(ofRuns);
        pictures.addAll(ofSurfaces);
        for (Picture picture : pictures) {
            AtomicFile.write(folder.resolve(picture.name() + ".png"), file -> Files.write(file, picture.png()));
        }
        AtomicFile.write(folder.resolve(PAGE), new LabPage(this, ofRuns, ofSurfaces, problem.orElse("")).html());
    }

    /** Returns the summary and the trajectories as plain values. */
    public Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("model", setting.model().name());
        json.put("data", setting.dataName());
        json.put("runs", study.trials().size());
        json.put("optimizers", Tables.summary(ranking()).objects());
        json.put("trajectories", Tables.trajectories(trajectories).objects());
        return json;
    }
}
