/** The report of the laboratory: tables as CSV, charts as SVG, and one self-contained page of HTML. */
@NullMarked
package dev.gatun.lab.report;

import org.jspecify.annotations.NullMarked;
