package dev.gatun.chart;

import dev.gatun.chart.Drawing.Anchor;
import java.util.Arrays;
import java.util.List;

/** A table of shares as shades: rows and columns have the same names. */
public final class HeatMap implements Chart {
    private static final double WIDTH = 480;
    private static final double LINE = 18;
    private static final double LONGEST_NAME = 110;

    private final String title;
    private final String row;
    private final String column;
    private final List<String> names;
    private final double[][] shares;

    /**
     * Creates a map.
     *
     * @param title  what the shares are
     * @param row    what the rows are
     * @param column what the columns are
     * @param names  name of each row and column
     * @param shares from 0 to 1: {@code [row][column]}; NaN where there is none
     */
    public HeatMap(String title, String row, String column, List<String> names, double[][] shares) {
        this.title = title;
        this.row = row;
        this.column = column;
        this.names = List.copyOf(names);
        this.shares = Arrays.stream(shares).map(double[]::clone).toArray(double[][]::new);
    }

    @Override
    public String title() {
        return title;
    }

    @Override
    public Drawing draw() {
        double widest = names.stream().mapToDouble(name -> TextExtent.width(name, Drawing.TEXT)).max().orElse(0);
        double left = LINE + 8 + Math.min(LONGEST_NAME, widest);
        double cell = (WIDTH - left - 4) / names.size();
        int everyRow = (int) Math.ceil(15 / cell);
        double side = cell * names.size();
        boolean upright = widest + 4 <= cell;
        double below = upright ? LINE : Math.min(LONGEST_NAME, widest) + 8;
        Drawing drawing = new Drawing(WIDTH, 4 + side + below + LINE + 4);
        for (int i = 0; i < names.size(); i++) {
            String name = TextExtent.fit(names.get(i), Drawing.TEXT, LONGEST_NAME);
            if (i % everyRow == 0) {
                drawing.text(left - 6, 4 + (i + 0.5) * cell + 4.5, name, Anchor.END);
                if (upright) {
                    drawing.text(left + (i + 0.5) * cell, 4 + side + LINE - 3, name, Anchor.MIDDLE);
                } else {
                    double half = TextExtent.width(name, Drawing.TEXT) / 2;
                    drawing.upwards(left + (i + 0.5) * cell + 4.5, 4 + side + 5 + half, name);
                }
            }
            for (int j = 0; j < names.size(); j++) {
                if (shares[i][j] > 0) {
                    drawing.rectangle(i == j ? "bar c2" : "bar c1", left + j * cell, 4 + i * cell, cell, cell,
                            0.08 + 0.92 * Math.min(1, shares[i][j]));
                }
            }
        }
        drawing.path("axis", "M" + Drawing.at(left) + " 4h" + Drawing.at(side) + "v" + Drawing.at(side) + "h"
                + Drawing.at(-side) + "z");
        drawing.upwards(LINE - 5, 4 + side / 2, row);
        drawing.text(left + side / 2, 4 + side + below + LINE - 3, column, Anchor.MIDDLE);
        return drawing;
    }
}
