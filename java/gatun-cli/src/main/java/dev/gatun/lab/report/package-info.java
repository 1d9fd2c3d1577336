/** The laboratory's report: tables as CSV, charts as PNG, and one page of HTML with everything in it. */
@NullMarked
package dev.gatun.lab.report;

import org.jspecify.annotations.NullMarked;
