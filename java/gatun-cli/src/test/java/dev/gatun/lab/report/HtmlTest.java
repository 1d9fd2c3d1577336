package dev.gatun.lab.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What pages do with characters that mean something in HTML. */
class HtmlTest {
    @Test
    void pagesEscapeTheirTexts() {
        assertThat(new Html("a<b>&\"c\"").table(List.of("<h>"),
                List.of(List.of(Html.Cell.of("<x>"), new Html.Cell("1", 0.5))))
                .toString()).contains("<h1>a&lt;b&gt;&amp;&quot;c&quot;</h1>").contains("<th>&lt;h&gt;</th>")
                .contains("<td>&lt;x&gt;</td><td style=\"--good:0.50\">1</td>");
    }
}
