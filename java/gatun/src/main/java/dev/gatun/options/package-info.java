/** Annotation of option records whose {@code with} methods the compiler generates. */
@NullMarked
package dev.gatun.options;

import org.jspecify.annotations.NullMarked;
