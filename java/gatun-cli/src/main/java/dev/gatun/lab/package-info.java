/** The optimizer laboratory: what each optimizer does on surfaces that can be drawn, and on a real network. */
@NullMarked
package dev.gatun.lab;

import org.jspecify.annotations.NullMarked;
