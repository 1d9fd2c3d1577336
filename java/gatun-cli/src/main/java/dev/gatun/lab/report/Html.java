package dev.gatun.lab.report;

import java.util.List;
import java.util.Locale;

/** Builds a self-contained page, with embedded styles and pictures. */
public final class Html {
    private static final String STYLE = """
            :root { color-scheme: light dark; --line: rgb(128 128 128 / .3); }
            body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 70rem; padding: 1rem; }
            h1 { font-size: 1.6rem; } h2 { margin-top: 2.5rem; }
            .wide { overflow-x: auto; }
            table { border-collapse: collapse; font-variant-numeric: tabular-nums; white-space: nowrap; }
            th, td { border-bottom: 1px solid var(--line); padding: .3rem .6rem; text-align: right; }
            th:first-child, td:first-child { text-align: left; }
            td[style] { background: rgb(0 158 115 / calc(var(--good) * 45%)); }
            figure { margin: 1.5rem 0; } figcaption { font-size: .9rem; opacity: .8; }
            img { height: auto; max-width: 100%; width: 45rem; }
            dt { font-weight: 600; } dd { margin: 0 0 .5rem; }
            @media (prefers-color-scheme: dark) { img { filter: invert(.9) hue-rotate(180deg); } }
            """;

    private final StringBuilder body = new StringBuilder();
    private final String title;

    /** Starts a page. */
    public Html(String title) {
        this.title = title;
        tag("h1", title);
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
    }

    private void tag(String name, String text) {
        body.append('<').append(name).append('>').append(escape(text)).append("</").append(name).append(">\n");
    }

    Html heading(String text) {
        tag("h2", text);
        return this;
    }

    Html paragraph(String text) {
        tag("p", text);
        return this;
    }

    /** A term and what it means. */
    record Term(String term, String meaning) {}

    Html terms(List<Term> terms) {
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
        static Cell of(String text) {
            return new Cell(text, Double.NaN);
        }
    }

    /** Appends a table. */
    public Html table(List<String> heads, List<List<Cell>> rows) {
        body.append("<div class=\"wide\"><table>\n<tr>");
        heads.forEach(head -> body.append("<th>").append(escape(head)).append("</th>"));
        body.append("</tr>\n");
        for (List<Cell> row : rows) {
            body.append("<tr>");
            for (Cell cell : row) {
                body.append(Double.isNaN(cell.good())
                        ? "<td>"
                        : String.format(Locale.ROOT, "<td style=\"--good:%.2f\">", cell.good()));
                body.append(escape(cell.text())).append("</td>");
            }
            body.append("</tr>\n");
        }
        body.append("</table></div>\n");
        return this;
    }

    Html picture(Picture picture) {
        body.append("<figure><img alt=\"").append(escape(picture.caption())).append("\" src=\"")
                .append(picture.dataUri())
                .append("\"><figcaption>").append(escape(picture.caption())).append("</figcaption></figure>\n");
        return this;
    }

    @Override
    public String toString() {
        return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>" + escape(title)
                + "</title>\n<style>\n" + STYLE + "</style>\n</head>\n<body>\n" + body + "</body>\n</html>\n";
    }
}
