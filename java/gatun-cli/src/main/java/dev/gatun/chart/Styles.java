package dev.gatun.chart;

/** How charts and pages look, light and dark. */
final class Styles {
    /** Series that colours tell apart: Okabe and Ito's, a little darker where paper is white. */
    static final int COLOURS = 8;

    static final String CHART = """
            .chart text { fill: currentColor; font: 13px system-ui, sans-serif; }
            .chart .grid { fill: none; stroke: currentColor; stroke-opacity: .14; }
            .chart .contour { fill: none; stroke: currentColor; stroke-opacity: .22; stroke-width: .8; }
            .chart .axis { fill: none; stroke: currentColor; stroke-opacity: .6; }
            .chart .line { fill: none; stroke: currentColor; stroke-linejoin: round; stroke-width: 1.8; }
            .chart .thin { stroke-opacity: .55; stroke-width: .8; }
            .chart .dashed { stroke-dasharray: 7 4; }
            .chart .mark { fill: none; stroke: #d00; stroke-width: 2; }
            .chart .dot, .chart .bar { fill: currentColor; }
            .c0 { color: #0072b2; } .c1 { color: #d55e00; } .c2 { color: #008a65; } .c3 { color: #b4508a; }
            .c4 { color: #b37c00; } .c5 { color: #2f93cf; } .c6 { color: #333; } .c7 { color: #8c8c8c; }
            @media (prefers-color-scheme: dark) {
            .c0 { color: #4aa8e0; } .c1 { color: #f28c4c; } .c2 { color: #2fc79b; } .c3 { color: #e39cc4; }
            .c4 { color: #e9b949; } .c5 { color: #8fd0f5; } .c6 { color: #ddd; } .c7 { color: #999; }
            .chart .mark { stroke: #f66; } }
            """;

    static final String FILE = CHART + """
            .chart { color: #222; } .paper { fill: #fff; } .chart .title { font: bold 15px system-ui, sans-serif; }
            @media (prefers-color-scheme: dark) { .chart { color: #ddd; } .paper { fill: #181818; } }
            """;

    static final String PAGE = """
            :root { color-scheme: light dark; --line: rgb(128 128 128 / .3); }
            * { box-sizing: border-box; }
            body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 78rem; overflow-wrap: anywhere;
                padding: 1rem; }
            h1 { font-size: 1.6rem; line-height: 1.25; } h2 { font-size: 1.25rem; margin: 2.5rem 0 .5rem; }
            h3 { font-size: 1rem; margin: 1.5rem 0 .25rem; }
            .wide { overflow-x: auto; }
            table { border-collapse: collapse; font-variant-numeric: tabular-nums; overflow-wrap: normal; }
            th, td { border-bottom: 1px solid var(--line); padding: .3rem .6rem; text-align: right; }
            td { white-space: nowrap; } th { vertical-align: bottom; }
            th:first-child, td:first-child { background: Canvas; left: 0; position: sticky; text-align: left; }
            td[style] { background: rgb(0 158 115 / calc(var(--good) * 45%)); }
            .charts { display: grid; gap: 1rem 2rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 27rem), 1fr)); }
            .small { grid-template-columns: repeat(auto-fill, minmax(min(100%, 15rem), 1fr)); }
            figure { margin: .5rem 0; max-width: 45rem; min-width: 0; }
            figcaption { font-size: .95rem; font-weight: 600; }
            .chart { display: block; height: auto; width: 100%; }
            dt { font-weight: 600; } dd { margin: 0 0 .5rem; }
            pre { background: rgb(128 128 128 / .12); border-radius: .3rem; overflow-x: auto; padding: .6rem .8rem; }
            summary { cursor: pointer; margin: .5rem 0; }
            .pictures { display: flex; flex-wrap: wrap; gap: .4rem; }
            .pictures img { height: 64px; image-rendering: pixelated; width: auto; }
            """ + CHART;

    private Styles() {}
}
