package dev.gatun.bench;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A report as one page of HTML that needs nothing else: tables with bars. */
final class ReportPage {
    private static final String HEAD = """
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"><title>Gatun benchmarks</title><style>
            body { font: 15px/1.5 system-ui, sans-serif; margin: 2em auto; max-width: 70em; padding: 0 1em; }
            table { border-collapse: collapse; width: 100%; } th, td { padding: .2em .6em; text-align: left; }
            td.n { text-align: right; font-variant-numeric: tabular-nums; } tr:nth-child(even) { background: #f4f5f7; }
            .bars { width: 40%; } .bar { height: .55em; margin: .15em 0; } .ours { background: #1864ab; }
            .peer { background: #adb5bd; } .limit { border-right: 2px solid #e03131; background: #e9ecef; }
            .limit .bar { margin: 0; height: .8em; }
            </style></head><body>
            """;

    private ReportPage() {}

    static String of(Report report) {
        StringBuilder page = new StringBuilder(HEAD).append("<h1>Gatun benchmarks</h1><p>")
                .append(escape(report.environment())).append("</p>");
        if (!report.steps().isEmpty()) {
            page.append("<h2>Training steps</h2><p>Blue: Gatun; grey: PyTorch, the faster of its memory formats.")
                    .append(" Shorter is better.</p><table><tr><th>step</th><th>ms</th><th>images/s</th>")
                    .append("<th>PyTorch ms</th><th>ratio</th><th>MiB</th><th>PyTorch MiB</th>")
                    .append("<th class=bars></th></tr>");
            report.steps().forEach(step -> page.append(row(step)));
            page.append("</table>");
        }
        List<OperationResult> operations = report.operations().stream().filter(each -> !each.isView()).toList();
        if (!operations.isEmpty()) {
            page.append("<h2>Operations</h2><p>Blue: share of the machine's peak, the red line: a product of matrices")
                    .append(" where much is computed for each byte, else a copy.</p><table><tr><th>operation</th>")
                    .append("<th>implementation</th><th>ms</th><th>GFLOP/s</th><th>GB/s</th><th>of peak</th>")
                    .append("<th class=bars></th></tr>");
            operations.forEach(operation -> page.append(row(operation)));
            page.append("</table>");
        }
        return page.append("</body></html>\n").toString();
    }

    private static String row(StepResult step) {
        double longest = step.hasPeer() ? Math.max(step.gatun(), step.peer()) : step.gatun();
        String peer = step.hasPeer() ? bar("peer", step.peer() / longest) : "";
        return cells(step.step().toString(), format("%.3f", step.gatun()), format("%.0f", step.imagesPerSecond()),
                step.hasPeer() ? format("%.3f", step.peer()) : "", step.hasPeer() ? format("%.2f", step.ratio()) : "",
                format("%.0f", step.bytes() / 0x1p20),
                step.hasPeer() ? format("%.0f", step.pytorchBytes() / 0x1p20) : "")
                + "<td>" + bar("ours", step.gatun() / longest) + peer + "</td></tr>";
    }

    private static String row(OperationResult operation) {
        return cells(operation.name(), operation.implementation(), format("%.3f", operation.milliseconds()),
                format("%.1f", operation.gflops()), format("%.1f", operation.gigabytes()),
                format("%.2f", operation.share()))
                + "<td><div class=limit>" + bar("ours", Math.min(1, operation.share())) + "</div></td></tr>";
    }

    private static String cells(String... texts) {
        return List.of(texts).stream().map(text -> text.matches("[0-9.]*") ? "<td class=n>" + text + "</td>"
                : "<td>" + escape(text) + "</td>").collect(Collectors.joining("", "<tr>", ""));
    }

    private static String bar(String kind, double share) {
        return format("<div class=\"bar " + kind + "\" style=\"width:%.1f%%\"></div>", share * 100);
    }

    private static String format(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
