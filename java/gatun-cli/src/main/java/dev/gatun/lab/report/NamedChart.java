package dev.gatun.lab.report;

import dev.gatun.chart.Chart;
import dev.gatun.io.file.AtomicFile;
import java.nio.file.Path;

/**
 * A chart and the name of its file.
 *
 * @param name name without ending
 */
record NamedChart(String name, Chart chart) {
    void write(Path folder) {
        AtomicFile.write(folder.resolve(name + ".svg"), chart.file());
    }
}
