package dev.gatun.lab.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What tables and pages do with characters that mean something in CSV or HTML. */
class EscapingTest {
    @Test
    void tablesQuoteWhatNeedsIt() {
        Table table = new Table(List.of("a", "b"), List.of(List.of("x, \"y\"", 1.5), List.of("", Double.NaN)));
        assertThat(table.csv()).isEqualTo("a,b\n\"x, \"\"y\"\"\",1.5\n,NaN\n");
        assertThat(table.objects().getFirst()).isEqualTo(Map.of("a", "x, \"y\"", "b", 1.5));
    }

    @Test
    void pagesEscapeTheirTexts() {
        assertThat(new Html("a<b>&\"c\"").table(List.of("<h>"),
                List.of(List.of(Html.Cell.of("<x>"), new Html.Cell("1", 0.5))))
                .toString()).contains("<h1>a&lt;b&gt;&amp;&quot;c&quot;</h1>").contains("<th>&lt;h&gt;</th>")
                .contains("<td>&lt;x&gt;</td><td style=\"--good:0.50\">1</td>");
    }
}
