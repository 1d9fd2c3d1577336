package dev.gatun.lab.report;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.knowm.xchart.internal.chartpart.Chart;

/** A chart as PNG, with two pixels to each of its points, so that it stays sharp on small screens. */
final class Picture {
    private static final int SCALE = 2;

    private final String name;
    private final String caption;
    private final byte[] png;

    private Picture(String name, String caption, byte[] png) {
        this.name = name;
        this.caption = caption;
        this.png = png;
    }

    static Picture of(String name, String caption, Chart<?, ?> chart) {
        BufferedImage image = new BufferedImage(
                SCALE * chart.getWidth(), SCALE * chart.getHeight(), BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.scale(SCALE, SCALE);
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, chart.getWidth(), chart.getHeight());
        chart.paint(graphics, chart.getWidth(), chart.getHeight());
        graphics.dispose();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ImageOutputStream memory = new MemoryCacheImageOutputStream(bytes)) { // a plain stream goes through a file
            ImageIO.write(image, "png", memory);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory does not fail
        }
        return new Picture(name, caption, bytes.toByteArray());
    }

    /** Why nothing can be drawn here, with the remedy; empty when all is well. */
    static Optional<String> problem() {
        try {
            new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB).createGraphics()
                    .getFontMetrics(new Font(Font.SANS_SERIF, Font.PLAIN, 12)).stringWidth("x");
            return Optional.empty();
        } catch (RuntimeException | Error e) { // for want of fonts the JDK throws one or the other
            return Optional.of("no pictures can be drawn here (" + e
                    + "): install fonts, such as the packages fontconfig"
                    + " and fonts-dejavu-core");
        }
    }

    /** File name without ending. */
    String name() {
        return name;
    }

    /** What it shows. */
    String caption() {
        return caption;
    }

    byte[] png() {
        return png;
    }

    /** As the source of an image in a page that needs no other file. */
    String dataUri() {
        return "data:image/png;base64," + Base64.getEncoder().encodeToString(png);
    }
}
