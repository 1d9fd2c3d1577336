package dev.gatun.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatun.chart.Drawing.Label;
import dev.gatun.chart.Series.Style;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every label can be read: none lies over another, or outside of its drawing. */
class ChartsTest {
    private static void readable(Chart chart) {
        Drawing drawing = chart.draw();
        List<Label> labels = drawing.labels();
        for (int i = 0; i < labels.size(); i++) {
            Label label = labels.get(i);
            assertThat(label.left()).as("%s", label).isGreaterThanOrEqualTo(-0.01);
            assertThat(label.top()).as("%s", label).isGreaterThanOrEqualTo(-3);
            assertThat(label.right()).as("%s", label).isLessThanOrEqualTo(drawing.width() + 0.01);
            assertThat(label.bottom()).as("%s", label).isLessThanOrEqualTo(drawing.height() + 0.01);
            assertThat(labels.subList(0, i)).as("over %s", label).noneMatch(label::overlaps);
        }
    }

    private static List<String> labels(Chart chart) {
        return chart.draw().labels().stream().map(Label::text).toList();
    }

    private static LineChart chart(Axis x, Axis y, double[] across, double[] up) {
        return new LineChart("title", x, y).add(new Series("a", across, up, Style.LINE))
                .add(new Series("another one", across, up, Style.DOTS));
    }

    @ParameterizedTest
    @CsvSource({"LINEAR, 0, 1", "LINEAR, -3e-5, 8e-5", "LINEAR, 123456, 123457", "WHOLE, 1, 2", "WHOLE, 1, 1000000",
        "LOGARITHMIC, 1e-12, 1e9", "LOGARITHMIC, 0.9, 1.1", "LOGARITHMIC, 0.3, 4", "LINEAR, 5, 5", "WHOLE, 0, 0",
        "LOGARITHMIC, 7, 7", "LINEAR, -1e30, 1e30"})
    void labelsNeverCollide(Axis.Scale scale, double low, double high) {
        Axis axis = new Axis("what it measures (unit)", scale, Double.NaN, Double.NaN, List.of());
        LineChart chart = chart(axis, axis, new double[] {low, high}, new double[] {low, high});
        readable(chart);
        assertThat(labels(chart)).contains("what it measures (unit)", "a", "another one");
        assertThat(labels(chart)).as("two marks at least on each axis").hasSizeGreaterThanOrEqualTo(4 + 4);
    }

    @Test
    void aLogarithmicAxisHasMoreThanOneMark() {
        LineChart chart = chart(Axis.whole("step"), Axis.logarithmic("loss"), new double[] {0, 9},
                new double[] {0.6, 3});
        assertThat(labels(chart)).filteredOn(label -> label.matches("[0-9.]+")).contains("1", "2");
    }

    @Test
    void whatALogarithmCannotShowInterruptsTheLine() {
        LineChart chart = chart(Axis.whole("step"), Axis.logarithmic("loss"), new double[] {1, 2, 3, 4},
                new double[] {1, 0, Double.NaN, 10});
        readable(chart);
        assertThat(chart.file()).doesNotContain("NaN", "Infinity");
    }

    @Test
    void manyValuesKeepTheirExtremes() {
        double[] values = new Random(1).doubles(100_000).toArray();
        values[70_000] = 50;
        LineChart chart = new LineChart("t", Axis.whole("x"), Axis.linear("y")).add(Series.counted("s", values));
        assertThat(chart.file().length()).isLessThan(30_000);
        double top = 10;
        assertThat(chart.file()).as("the highest value is at the top").contains(" " + Drawing.at(top) + "L");
    }

    @Test
    void anEmptyChartSaysSo() {
        LineChart chart = new LineChart("t", Axis.whole("x"), Axis.linear("y"));
        readable(chart);
        assertThat(labels(chart)).contains("no values yet", "x", "y");
    }

    @Test
    void aLongLineIsDrawnBelowTheOthers() {
        double[] x = IntStream.range(0, 500).asDoubleStream().toArray();
        double[] zigzag = IntStream.range(0, 500).mapToDouble(i -> i % 2).toArray();
        String svg = new LineChart("t", Axis.whole("x"), Axis.linear("y")).add(new Series("short", x, x, Style.LINE))
                .add(new Series("long", x, Arrays.stream(zigzag).map(i -> 499 * i).toArray(), Style.LINE)).file();
        assertThat(svg.indexOf("c1 dashed thin")).isPositive().isLessThan(svg.indexOf("class=\"line c0\""));
    }

    @Test
    void legendsWrapAndCategoriesFit() {
        LineChart chart = new LineChart("t", Axis.of("criterion", List.of("accuracy", "speed", "robustness")),
                Axis.whole("rank").between(1, 12));
        for (int i = 0; i < 9; i++) {
            chart.add(new Series("optimizer number " + i, new double[] {0, 1, 2}, new double[] {1, i + 1, 12},
                    Style.DOTS));
        }
        readable(chart);
        assertThat(labels(chart)).contains("accuracy", "robustness", "optimizer number 8");
    }

    @Test
    void heatMapsAndHistogramsAreReadable() {
        for (int classes : new int[] {2, 10, 26, 60}) {
            List<String> names = IntStream.range(0, classes).mapToObj(i -> "class with a long name " + i).toList();
            double[][] shares = new double[classes][classes];
            shares[0][1] = 0.5;
            readable(new HeatMap("t", "class", "taken for", names, shares));
        }
        readable(new Histogram("t", "weight", -0.12, 0.34, new long[] {1, 5, 2}));
        assertThatThrownBy(() -> new Histogram("t", "weight", 1, 1, new long[] {1}))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Axis.linear(" ")).hasMessage("an axis needs a name");
    }

    @Test
    void textsAreEscaped() {
        LineChart chart = new LineChart("<t>", Axis.whole("x & y"), Axis.linear("\"y\"")).add(
                new Series("<script>", new double[] {1}, new double[] {1}, Style.DOTS));
        assertThat(chart.file()).contains("&lt;t&gt;", "x &amp; y", "&lt;script&gt;").doesNotContain("<script>");
        String page = new Page("a<b>&\"c\"").heading("<h>").table(List.of("<th>"),
                List.of(List.of(Page.Cell.of("<x>"), new Page.Cell("1", 0.5)))).charts(List.of(chart)).code("<pre>")
                .toString();
        assertThat(page).contains("<h1>a&lt;b&gt;&amp;&quot;c&quot;</h1>", "<h2>&lt;h&gt;</h2>", "<th>&lt;th&gt;</th>",
                "<td>&lt;x&gt;</td><td style=\"--good:0.50\">1</td>", "<pre>&lt;pre&gt;</pre>")
                .doesNotContain("<script>");
    }

    @Test
    void numbersAreShort() {
        assertThat(List.of(Numbers.text(0), Numbers.text(0.1 + 0.2), Numbers.text(-20_000), Numbers.text(1_500_000),
                Numbers.text(2e-5), Numbers.text(1e-12), Numbers.text(3e30), Numbers.text(Double.NaN)))
                .containsExactly("0", "0.3", "-20k", "1.5M", "2e-5", "1e-12", "3e30", "-");
    }
}
