/** Charts as SVG and pages as HTML that need no other file: no script, no network, light and dark. */
@NullMarked
package dev.gatun.chart;

import org.jspecify.annotations.NullMarked;
