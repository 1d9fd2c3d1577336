/** {@code gatun compress}: stages of compression one after the other, and the page that compares them. */
@NullMarked
package dev.gatun.cli.compress.pipeline;

import org.jspecify.annotations.NullMarked;
