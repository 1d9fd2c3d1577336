package dev.gatun.lab.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What tables do with characters that mean something in CSV. */
class TableTest {
    @Test
    void tablesQuoteWhatNeedsIt() {
        Table table = new Table(List.of("a", "b"), List.of(List.of("x, \"y\"", 1.5), List.of("", Double.NaN)));
        assertThat(table.csv()).isEqualTo("a,b\n\"x, \"\"y\"\"\",1.5\n,NaN\n");
        assertThat(table.objects().getFirst()).isEqualTo(Map.of("a", "x, \"y\"", "b", 1.5));
    }
}
