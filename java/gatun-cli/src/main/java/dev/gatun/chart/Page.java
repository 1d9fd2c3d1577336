package dev.gatun.chart;

import java.util.Base64;
import java.util.List;
import java.util.Locale;

/** Builds a page that needs no other file, with its styles and pictures in it. */
public final class Page {
    private final StringBuilder body = new StringBuilder();
    private final String title;

    /** Starts a page. */
    public Page(String title) {
        this.title = title;
        tag("h1", title);
    }

    private void tag(String name, String text) {
        body.append('<').append(name).append('>').append(Drawing.escape(text)).append("</").append(name).append(">\n");
    }

    /** Appends a heading. */
    public Page heading(String text) {
        tag("h2", text);
        return this;
    }

    /** Appends a heading of a part. */
    public Page part(String text) {
        tag("h3", text);
        return this;
    }

    /** Appends a paragraph. */
    public Page paragraph(String text) {
        tag("p", text);
        return this;
    }

    /** Appends what is to be typed, or was printed. */
    public Page code(String text) {
        tag("pre", text);
        return this;
    }

    /** A term and what it means. */
    public record Term(String term, String meaning) {}

    /** Appends a list of terms. */
    public Page terms(List<Term> terms) {
        body.append("<dl>\n");
        for (Term each : terms) {
            tag("dt", each.term());
            tag("dd", each.meaning());
        }
        body.append("</dl>\n");
        return this;
    }

    /**
     * A cell of a table.
     *
     * @param text content
     * @param good shade from 0 to 1, NaN for none
     */
    public record Cell(String text, double good) {
        /** Returns a cell without shade. */
        public static Cell of(String text) {
            return new Cell(text, Double.NaN);
        }
    }

    /** Appends a table, in a box that scrolls where it is wider than the page. */
    public Page table(List<String> heads, List<List<Cell>> rows) {
        body.append("<div class=\"wide\"><table>\n<tr>");
        heads.forEach(head -> body.append("<th>").append(Drawing.escape(head)).append("</th>"));
        body.append("</tr>\n");
        for (List<Cell> row : rows) {
            body.append("<tr>");
            for (Cell cell : row) {
                body.append(Double.isNaN(cell.good())
                        ? "<td>"
                        : String.format(Locale.ROOT, "<td style=\"--good:%.2f\">", cell.good()));
                body.append(Drawing.escape(cell.text())).append("</td>");
            }
            body.append("</tr>\n");
        }
        body.append("</table></div>\n");
        return this;
    }

    /** Appends charts beside each other, as many as fit. */
    public Page charts(List<? extends Chart> charts) {
        return charts("charts", charts);
    }

    /** Appends small charts beside each other, as many as fit. */
    public Page smallCharts(List<? extends Chart> charts) {
        return charts("charts small", charts);
    }

    private Page charts(String classes, List<? extends Chart> charts) {
        body.append("<div class=\"").append(classes).append("\">\n");
        for (Chart chart : charts) {
            body.append("<figure><figcaption>").append(Drawing.escape(chart.title())).append("</figcaption>")
                    .append(chart.draw().element(chart.title())).append("</figure>\n");
        }
        body.append("</div>\n");
        return this;
    }

    /** Appends pictures beside each other. */
    public Page pictures(List<byte[]> png, String caption) {
        body.append("<figure><figcaption>").append(Drawing.escape(caption))
                .append("</figcaption><div class=\"pictures\">");
        png.forEach(each -> body.append("<img alt=\"\" src=\"data:image/png;base64,")
                .append(Base64.getEncoder().encodeToString(each)).append("\">"));
        body.append("</div></figure>\n");
        return this;
    }

    /** Appends what is shown when its summary is clicked. */
    public Page details(String summary, Runnable content) {
        body.append("<details><summary>").append(Drawing.escape(summary)).append("</summary>\n");
        content.run();
        body.append("</details>\n");
        return this;
    }

    /** Returns the page. */
    @Override
    public String toString() {
        return "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n"
                + "<meta name=\"viewport\" content=\"width=device-width\">\n<title>" + Drawing.escape(title)
                + "</title>\n<style>\n" + Styles.PAGE + "</style>\n<body>\n" + body + "</body>\n</html>\n";
    }
}
