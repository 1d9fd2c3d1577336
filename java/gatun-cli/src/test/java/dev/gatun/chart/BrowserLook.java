package dev.gatun.chart;

import dev.gatun.io.json.Json;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Looks at a page in a real browser, where one is installed: Chromium, or what GATUN_BROWSER names. */
public final class BrowserLook {
    private static final List<String> NAMES = List.of("chromium", "chromium-browser", "google-chrome");
    private static final List<Integer> WIDTHS = List.of(1280, 400);
    private static final Pattern FAULTS = Pattern.compile("(?s)<pre id=\"faults\">(.*?)</pre>");

    /** What is wider than the page, outside of a box that scrolls; and labels over each other, or cut off. */
    private static final String PROBE = """
            <!doctype html><meta charset="utf-8"><iframe id="page" style="border:0;height:900px;width:WIDTHpx"></iframe>
            <pre id="faults">not looked</pre><script>
            const frame = document.getElementById('page');
            frame.onload = () => {
              const d = frame.contentDocument, faults = [], width = WIDTH;
              d.querySelectorAll('details').forEach(each => each.open = true);
              if (d.documentElement.scrollWidth > width) faults.push('the page is ' + d.documentElement.scrollWidth);
              for (const each of d.querySelectorAll('body *')) {
                if (each.closest('svg svg, .wide table, pre')) continue;
                const box = each.getBoundingClientRect();
                if (box.right > width + 1 || box.left < -1) faults.push(each.tagName + ' from ' + box.left + ' to '
                  + box.right + ': ' + each.textContent.slice(0, 40));
              }
              for (const chart of d.querySelectorAll('svg.chart')) {
                const all = [...chart.querySelectorAll('text')].map(text => [text, text.getBoundingClientRect()]);
                const own = chart.getBoundingClientRect();
                all.forEach(([text, box], i) => {
                  if (box.left < own.left - 1 || box.right > own.right + 1 || box.bottom > own.bottom + 2)
                    faults.push('cut: ' + text.textContent);
                  all.slice(0, i).forEach(([other, beside]) => {
                    if (box.left < beside.right - 1 && beside.left < box.right - 1 && box.top < beside.bottom - 2
                        && beside.top < box.bottom - 2) faults.push(text.textContent + ' over ' + other.textContent);
                  });
                });
              }
              document.getElementById('faults').textContent = faults.join('\\n');
            };
            frame.srcdoc = PAGE;
            </script>
            """;

    private BrowserLook() {}

    private static Optional<String> browser() {
        String named = System.getenv("GATUN_BROWSER");
        return named != null ? Optional.of(named) : Arrays.stream(Objects.requireNonNullElse(System.getenv("PATH"), "")
                .split(":", -1)).flatMap(folder -> NAMES.stream().map(name -> Path.of(folder, name)))
                .filter(Files::isExecutable).map(Path::toString).findFirst();
    }

    /**
     * Returns what is wrong with a page at widths of 1280 and 400 pixels; empty where no browser is installed.
     *
     * @param folder where files may be written
     */
    public static Optional<List<String>> at(String html, Path folder) {
        return browser().map(browser -> {
            List<String> faults = new ArrayList<>();
            for (int width : WIDTHS) {
                look(browser, html, width, folder).forEach(fault -> faults.add("at " + width + ": " + fault));
            }
            return faults;
        });
    }

    private static Stream<String> look(String browser, String html, int width, Path folder) {
        try {
            Files.createDirectories(folder);
            Path file = folder.resolve("probe-" + width + ".html");
            String text = Json.write(html).replace("</", "<\\/");
            Files.writeString(file, PROBE.replace("WIDTH", Integer.toString(width)).replace("PAGE", text));
            Path dom = folder.resolve("dom-" + width + ".html");
            Process process = new ProcessBuilder(browser, "--headless", "--no-sandbox", "--disable-gpu",
                    "--hide-scrollbars", "--user-data-dir=" + folder.resolve("profile"), "--window-size=1400,1000",
                    "--virtual-time-budget=5000", "--dump-dom", file.toUri().toString())
                    .redirectOutput(dom.toFile()).redirectError(ProcessBuilder.Redirect.DISCARD).start();
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return Stream.of("the browser did not answer");
            }
            Matcher found = FAULTS.matcher(Files.readString(dom, StandardCharsets.UTF_8));
            return found.find() ? found.group(1).lines() : Stream.of("the browser showed nothing");
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new InterruptedIOException());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
