/** What commands share: options, converters of their values, and errors. */
@NullMarked
package dev.gatun.cli.option;

import org.jspecify.annotations.NullMarked;
