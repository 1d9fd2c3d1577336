package dev.gatun.chart;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A drawing as SVG, in its own coordinates: y grows downwards, and a page scales it to its width. */
public final class Drawing {
    /** Height of the letters of labels. */
    static final double TEXT = 13;
    private static final double TITLE = 15;

    private final double width;
    private final double height;
    private final StringBuilder body = new StringBuilder();
    private final List<Label> labels = new ArrayList<>();

    /** Which end of a text its place is. */
    enum Anchor {
        START, MIDDLE, END
    }

    /** A text, and the room that it takes at most. */
    public record Label(String text, double left, double top, double right, double bottom) {
        /** Returns whether two texts are over each other. */
        public boolean overlaps(Label other) {
            return left < other.right && other.left < right && top < other.bottom && other.top < bottom;
        }
    }

    Drawing(double width, double height) {
        this.width = width;
        this.height = height;
    }

    /** Returns the width. */
    public double width() {
        return width;
    }

    /** Returns the height. */
    public double height() {
        return height;
    }

    /** Returns all texts. */
    public List<Label> labels() {
        return List.copyOf(labels);
    }

    static String escape(String text) {
        StringBuilder escaped = new StringBuilder();
        text.codePoints().forEach(point -> {
            switch (point) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                default -> escaped.appendCodePoint(point < ' ' && point != '\n' ? '\uFFFD' : point);
            }
        });
        return escaped.toString();
    }

    /** A coordinate, to a tenth. */
    static String at(double value) {
        String text = String.format(Locale.ROOT, "%.1f", value);
        return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
    }

    /** Writes a text on a base line. */
    void text(double x, double y, String text, Anchor anchor) {
        double wide = TextExtent.width(text, TEXT);
        double left = switch (anchor) {
            case START -> x;
            case MIDDLE -> x - wide / 2;
            case END -> x - wide;
        };
        labels.add(new Label(text, left, y - 0.8 * TEXT, left + wide, y + 0.25 * TEXT));
        body.append("<text x=\"").append(at(x)).append("\" y=\"").append(at(y)).append('"')
                .append(anchor == Anchor.START ? "" : " text-anchor=\"" + anchor.name().toLowerCase(Locale.ROOT) + '"')
                .append('>').append(escape(text)).append("</text>");
    }

    /** Writes a text upwards, with its middle at a place. */
    void upwards(double x, double y, String text) {
        double wide = TextExtent.width(text, TEXT);
        labels.add(new Label(text, x - 0.8 * TEXT, y - wide / 2, x + 0.25 * TEXT, y + wide / 2));
        body.append("<text text-anchor=\"middle\" transform=\"translate(").append(at(x)).append(' ').append(at(y))
                .append(") rotate(-90)\">").append(escape(text)).append("</text>");
    }

    void path(String classes, String data) {
        body.append("<path class=\"").append(classes).append("\" d=\"").append(data).append("\"/>");
    }

    void circle(String classes, double x, double y, double radius) {
        body.append("<circle class=\"").append(classes).append("\" cx=\"").append(at(x)).append("\" cy=\"")
                .append(at(y)).append("\" r=\"").append(at(radius)).append("\"/>");
    }

    void rectangle(String classes, double x, double y, double wide, double high, double opacity) {
        body.append("<rect class=\"").append(classes).append("\" x=\"").append(at(x)).append("\" y=\"").append(at(y))
                .append("\" width=\"").append(at(wide)).append("\" height=\"").append(at(high)).append('"')
                .append(opacity == 1 ? "" : String.format(Locale.ROOT, " fill-opacity=\"%.2f\"", opacity))
                .append("/>");
    }

    /** Draws inside a rectangle only, until {@link #unclip}; coordinates stay the same. */
    void clip(double x, double y, double wide, double high) {
        String box = at(x) + " " + at(y) + " " + at(wide) + " " + at(high);
        body.append(String.format(Locale.ROOT, "<svg x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\" viewBox=\"%s\">",
                at(x), at(y), at(wide), at(high), box));
    }

    void unclip() {
        body.append("</svg>");
    }

    /** Returns the element for a page, which has the {@linkplain Page styles} of charts. */
    String element(String title) {
        return "<svg class=\"chart\" role=\"img\" aria-label=\"" + escape(title) + "\" viewBox=\"0 0 " + at(width)
                + ' ' + at(height) + "\">" + body + "</svg>";
    }

    /** Returns a file of its own, with the title above. */
    String file(String title) {
        List<String> lines = TextExtent.wrap(title, TITLE, width);
        double above = lines.size() * 1.3 * TITLE + 4;
        StringBuilder svg = new StringBuilder("<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"chart\" viewBox=\"0 ")
                .append(at(-above)).append(' ').append(at(width)).append(' ').append(at(height + above))
                .append("\" width=\"").append(at(1.5 * width)).append("\"><style>").append(Styles.FILE)
                .append("</style><rect class=\"paper\" y=\"").append(at(-above))
                .append("\" width=\"100%\" height=\"100%\"/>");
        for (int i = 0; i < lines.size(); i++) {
            svg.append("<text class=\"title\" x=\"0\" y=\"").append(at((i + 0.9) * 1.3 * TITLE - above)).append("\">")
                    .append(escape(lines.get(i))).append("</text>");
        }
        return svg.append(body).append("</svg>\n").toString();
    }
}
